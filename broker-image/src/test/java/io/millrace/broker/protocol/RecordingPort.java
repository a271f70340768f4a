package io.millrace.broker.protocol;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;

/** A world that writes down what a channel wants of it. Every queue exists; a publish to the routing key {@code nowhere} has no route. */
final class RecordingPort implements ChannelPort {
    static final long CONSUMER_TIMEOUT_MS = 1_000;

    /** What comes of a subscription before the call is over. */
    interface Subscribing {
        void begun(ConsumerId consumer);
    }

    private record Named(String queueName, String vhost) implements QueueRef {}

    /** What was sent to the client, by name, and what was wanted of queues, in order. */
    final List<String> log = new ArrayList<>();

    Subscribing subscribing = consumer -> {};

    /** Runs what waits for publishes. */
    Executor publishes = Runnable::run;

    static QueueRef queue(String name) {
        return new Named(name, "/");
    }

    @Override
    public void send(Method method) {
        log.add(method.getClass().getSimpleName());
    }

    @Override
    public void send(Method method, Message message) {
        send(method);
    }

    @Override
    public QueueRef readable(String queue) {
        return queue(queue);
    }

    @Override
    public void change(Method request, Answer answer) {}

    @Override
    public Routed publish(Basic.Publish publish, ContentHeader header, byte[] body, long number) {
        return prepare(publish, header, body).send(number);
    }

    @Override
    public Prepared prepare(Basic.Publish publish, ContentHeader header, byte[] body) {
        return number -> {
            if (publish.routingKey().equals("nowhere")) {
                return Routed.NOWHERE;
            }
            log.add("publish " + publish.routingKey());
            return Routed.YES;
        };
    }

    @Override
    public void sendTogether(Runnable sends) {
        sends.run();
    }

    @Override
    public void reply(Basic.Publish publish, ContentHeader header, byte[] body, Reached reached) {
        log.add("reply " + publish.routingKey());
    }

    @Override
    public void openReplies() {}

    @Override
    public void closeReplies() {}

    @Override
    public void declareReplies(Queue.Declare declare, Answer answer) {}

    @Override
    public long consumerTimeoutMs(QueueRef queue) {
        return CONSUMER_TIMEOUT_MS;
    }

    @Override
    public void afterPublishes(QueueRef queue, Runnable then) {
        publishes.execute(then);
    }

    @Override
    public void subscribe(QueueRef queue, Consumer consumer, boolean exclusive) {
        subscribing.begun(consumer.id());
    }

    @Override
    public QueueType type(QueueRef queue) {
        return queue.queueName().startsWith("stream") ? QueueType.STREAM : QueueType.CLASSIC;
    }

    @Override
    public void read(QueueRef stream, Consumer consumer, StreamOffset offset) {
        log.add("read " + offset);
    }

    @Override
    public void cancel(QueueRef queue, ConsumerId consumer) {
        log.add("cancel " + consumer.consumerTag());
    }

    @Override
    public void handBack(QueueRef queue, String consumerTag, long[] offsets) {
        log.add("hand back " + Arrays.toString(offsets));
    }

    @Override
    public void settle(QueueRef queue, long[] offsets, Outcome outcome) {
        log.add(outcome + " " + Arrays.toString(offsets));
    }

    @Override
    public void get(QueueRef queue, boolean noAck) {
        log.add("get");
    }

    @Override
    public void purge(QueueRef queue) {
        log.add("purge");
    }

    @Override
    public void sessionClosed() {
        log.add("session closed");
    }
}
