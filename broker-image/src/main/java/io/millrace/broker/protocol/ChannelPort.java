package io.millrace.broker.protocol;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.StreamOffset;
import io.millrace.broker.topology.QueueType;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.ContentHeader;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;

/** What a channel needs of the world. All calls and all answers happen on the connection's event loop; errors are thrown as {@link AmqpError}. */
public interface ChannelPort {
    /** Sends a method without content. */
    void send(Method method);

    /** Sends a method with a message as its content. */
    void send(Method method, Message message);

    /** Finds a queue to read from; throws 403 if the user may not, 404 if there is none, 405 if it belongs to another connection. */
    QueueRef readable(String queue);

    /** Has a change of the topology made (exchange and queue methods); the answer comes later. */
    void change(Method request, Answer answer);

    /** Publishes to wherever the exchange routes; {@link ChannelMachine#published} is called with {@code number} when all queues have the message. */
    Routed publish(Basic.Publish publish, ContentHeader header, byte[] body, long number);

    /** A publish that waits: refused as {@link #publish} would refuse it, its route chosen. */
    Prepared prepare(Basic.Publish publish, ContentHeader header, byte[] body);

    /** Sends prepared publishes so that what they bring to the log is there wholly or not at all. */
    void sendTogether(Runnable sends);

    /** Sends an answer to the channel whose address is the routing key; throws 403. Whether it reached that is told later. */
    void reply(Basic.Publish publish, ContentHeader header, byte[] body, Reached reached);

    /** Begins to take answers to this channel's requests: {@link ChannelMachine#replied} is called, and requests carry the channel's address. */
    void openReplies();

    /** Takes no more answers. */
    void closeReplies();

    /** Declares the pseudo queue of answers, or an address of it: both are there already or refused with 404. */
    void declareReplies(Queue.Declare declare, Answer answer);

    /** How long a delivery of the queue may wait for its acknowledgement, in milliseconds, unless its consumer says otherwise. */
    long consumerTimeoutMs(QueueRef queue);

    /** Runs {@code then} once the queue knows of everything this pod published to it before. */
    void afterPublishes(QueueRef queue, Runnable then);

    /** Begins a consumer; {@link ChannelMachine#subscribed} tells whether it was accepted. */
    void subscribe(QueueRef queue, Consumer consumer, boolean exclusive);

    /** The type of a queue, as clients see it. */
    QueueType type(QueueRef queue);

    /** Begins a consumer of a stream; {@link ChannelMachine#subscribed} is called before its first delivery. */
    void read(QueueRef stream, Consumer consumer, StreamOffset offset);

    /** Ends a consumer. */
    void cancel(QueueRef queue, ConsumerId consumer);

    /** Tells a new owner of the queue what this channel holds of it. */
    void handBack(QueueRef queue, String consumerTag, long[] offsets);

    /** Settles deliveries. */
    void settle(QueueRef queue, long[] offsets, Outcome outcome);

    /** Asks for one message; {@link ChannelMachine#got} has the answer. */
    void get(QueueRef queue, boolean noAck);

    /** Removes all ready messages; {@link ChannelMachine#purged} has the answer. */
    void purge(QueueRef queue);

    /** The channel is over: everything its session holds returns to the queues. */
    void sessionClosed();

    /** Told whether an answer reached the channel that asked. */
    interface Reached {
        void reached(boolean there);
    }

    /** What became of a publish. */
    enum Routed {
        /** It is on its way to at least one queue. */
        YES,
        /** No queue wants it. */
        NOWHERE
    }

    /** A publish with its route. */
    interface Prepared {
        /** Sends it; {@link ChannelMachine#published} is called with {@code number} when all queues have the message. */
        Routed send(long number);
    }

    /** Told the outcome of a change. */
    interface Answer {
        /** Done; this is the method that says so. */
        void done(Method reply);

        /** Refused. */
        void refused(AmqpError error);
    }
}
