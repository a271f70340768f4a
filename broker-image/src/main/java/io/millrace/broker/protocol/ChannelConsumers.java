package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.QueueType;
import io.millrace.broker.wire.Basic;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The consumers of a channel on queues. */
final class ChannelConsumers {
    /** How far a consumer is: it waits for publishes, then for its queue, which accepts it. */
    private enum Stage {
        COMING,
        ASKED,
        BEGUN
    }

    private record Subscription(
            QueueRef queue,
            Consumer consumer,
            OptionalLong timeoutMs,
            boolean exclusive,
            boolean noWait,
            FieldTable arguments,
            Stage stage) {
        Subscription at(Stage next) {
            return new Subscription(queue, consumer, timeoutMs, exclusive, noWait, arguments, next);
        }

        boolean isOf(QueueRef other) {
            return queue.equals(other);
        }

        boolean begun() {
            return stage == Stage.BEGUN;
        }

        ConsumerStatus status() {
            return new ConsumerStatus(
                    consumer.id().consumerTag(),
                    queue.vhost(),
                    queue.queueName(),
                    consumer.prefetch(),
                    !consumer.noAck(),
                    exclusive,
                    arguments);
        }
    }

    private final ChannelPort port;
    private final SessionId session;
    private final Map<String, Subscription> byTag = new HashMap<>();
    private int prefetch;
    private long tagsMade;

    ChannelConsumers(ChannelPort port, SessionId session) {
        this.port = port;
        this.session = session;
    }

    /** basic.qos with global=false: for consumers that come. */
    void prefetch(int count) {
        prefetch = count;
    }

    int prefetch() {
        return prefetch;
    }

    /** Those that their queues have accepted, by their tags. */
    List<ConsumerStatus> status() {
        return byTag.values().stream()
                .filter(Subscription::begun)
                .map(Subscription::status)
                .sorted(Comparator.comparing(ConsumerStatus::tag))
                .toList();
    }

    boolean isEmpty() {
        return byTag.isEmpty();
    }

    boolean has(String consumerTag) {
        return byTag.containsKey(consumerTag);
    }

    /** The tag of a new consumer: the client's, or one made up for it. Throws 530 if the channel has it already. */
    String tag(Basic.Consume consume) {
        var tag = consume.consumerTag().isEmpty()
                ? "amq.ctag-" + session.pod() + "-" + session.number() + "-" + ++tagsMade
                : consume.consumerTag();
        if (has(tag)) {
            throw new ConnectionError(
                    ReplyCode.NOT_ALLOWED,
                    "attempt to reuse consumer tag '" + tag + "'",
                    consume.classId(),
                    consume.methodId());
        }
        return tag;
    }

    /** Begins a consumer; {@link #subscribed} follows. */
    void begin(String tag, QueueRef queue, Basic.Consume consume, int channelPrefetch) {
        ConsumerArguments.requireFit(consume.arguments(), queue, port.type(queue));
        if (port.type(queue) == QueueType.STREAM) {
            beginReading(tag, queue, consume, channelPrefetch);
            return;
        }
        int limit = prefetch;
        if (channelPrefetch > 0) {
            limit = limit == 0 ? channelPrefetch : Math.min(limit, channelPrefetch);
        }
        var consumer = new Consumer(
                new ConsumerId(session, tag),
                limit,
                consume.noAck(),
                ConsumerArguments.priority(consume.arguments(), queue));
        var timeoutMs = ConsumerArguments.timeoutMs(consume.arguments(), queue);
        var coming = new Subscription(
                queue, consumer, timeoutMs, consume.exclusive(), consume.noWait(), consume.arguments(), Stage.COMING);
        byTag.put(tag, coming);
        port.afterPublishes(queue, () -> {
            if (coming.equals(byTag.get(tag))) {
                byTag.put(tag, coming.at(Stage.ASKED));
                port.subscribe(queue, consumer, consume.exclusive());
            }
        });
    }

    /** A consumer of a stream. What is refused is refused in RabbitMQ's order. */
    private void beginReading(String tag, QueueRef stream, Basic.Consume consume, int channelPrefetch) {
        var offset = ConsumerArguments.streamOffset(consume.arguments(), stream);
        var timeoutMs = ConsumerArguments.timeoutMs(consume.arguments(), stream);
        var text = "queue '%s' in vhost '%s'".formatted(stream.queueName(), stream.vhost());
        if (prefetch == 0) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED, "consumer prefetch count is not set for stream " + text, 60, 20);
        }
        if (consume.noAck()) {
            throw notImplemented("automatic acknowledgement not supported by stream " + text);
        }
        if (channelPrefetch > 0) {
            throw notImplemented(text + " does not support global qos");
        }
        var consumer = new Consumer(new ConsumerId(session, tag), prefetch, false, 0);
        byTag.put(
                tag,
                new Subscription(
                        stream, consumer, timeoutMs, false, consume.noWait(), consume.arguments(), Stage.ASKED));
        port.afterPublishes(stream, () -> port.read(stream, consumer, offset));
    }

    private static ConnectionError notImplemented(String explanation) {
        return new ConnectionError(ReplyCode.NOT_IMPLEMENTED, explanation, 60, 20);
    }

    /** The queue's owner has answered; false if nobody waits for that: the consumer went meanwhile, maybe with its queue, or a new owner has taken it over. Throws 403 if refused. */
    boolean subscribed(QueueRef queue, String consumerTag, boolean accepted) {
        var subscription = byTag.get(consumerTag);
        if (subscription == null || subscription.begun() || !subscription.isOf(queue)) {
            return false;
        }
        if (!accepted) {
            byTag.remove(consumerTag);
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    "queue '%s' in vhost '%s' in exclusive use".formatted(queue.queueName(), queue.vhost()),
                    60,
                    20);
        }
        byTag.put(consumerTag, subscription.at(Stage.BEGUN));
        if (!subscription.noWait()) {
            port.send(new Basic.ConsumeOk(consumerTag));
        }
        return true;
    }

    /** How long a consumer asked to be waited for; empty if it did not. */
    OptionalLong timeoutMs(String consumerTag) {
        var subscription = byTag.get(consumerTag);
        return subscription == null ? OptionalLong.empty() : subscription.timeoutMs();
    }

    void cancel(String consumerTag) {
        var subscription = byTag.remove(consumerTag);
        if (subscription != null) {
            port.cancel(subscription.queue(), new ConsumerId(session, consumerTag));
        }
    }

    /** The queue is gone; false if it has no such consumer, any more. */
    boolean cancelled(QueueRef queue, String consumerTag) {
        var subscription = byTag.get(consumerTag);
        return subscription != null && subscription.isOf(queue) && byTag.remove(consumerTag, subscription);
    }

    /** The tags of a queue's consumers, also of those that have not begun. */
    List<String> of(QueueRef queue) {
        return byTag.values().stream()
                .filter(subscription -> subscription.isOf(queue))
                .map(subscription -> subscription.consumer().id().consumerTag())
                .toList();
    }

    /**
     * Another pod owns the queue now: its consumers begin again. It may answer at once, and what waited for that begin and end others meanwhile. One that still waits for
     * publishes has not begun: it would begin once more after that, even if it was cancelled by then.
     */
    void subscribeAgain(QueueRef queue) {
        for (var tag : List.copyOf(byTag.keySet())) {
            var subscription = byTag.get(tag);
            if (subscription != null && subscription.stage() != Stage.COMING && subscription.isOf(queue)) {
                port.subscribe(queue, subscription.consumer(), subscription.exclusive());
            }
        }
    }
}
