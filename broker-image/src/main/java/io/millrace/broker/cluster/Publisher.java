package io.millrace.broker.cluster;

import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Delays;
import io.millrace.broker.topology.CopyKeys;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Brings a message to the queues and topics it was routed to. */
public final class Publisher {
    /**
     * Where a message goes.
     *
     * @param isHeld whether an exchange on its way holds it, in one of the queues
     */
    public record Route(List<QueueHandle> queues, List<String> topics, boolean isHeld) {
        /** It goes to no queue. */
        public static final Route NOWHERE = new Route(List.of(), List.of());

        public Route(List<QueueHandle> queues, List<String> topics) {
            this(queues, topics, queues.stream().anyMatch(queue -> queue.settings()
                    .delays()));
        }

        public boolean isEmpty() {
            return queues.isEmpty() && topics.isEmpty();
        }

        /** The part of it that ends in the log itself: the sender appends there, and nobody else has a say. */
        Route inLog() {
            return new Route(queues.stream().filter(Route::isInLog).toList(), topics, isHeld);
        }

        /** The other part: queues in memory, and those whose owner decides about each message. */
        Route beyondLog() {
            return new Route(queues.stream().filter(queue -> !isInLog(queue)).toList(), List.of(), isHeld);
        }

        private static boolean isInLog(QueueHandle queue) {
            return Streams.isStream(queue)
                    || (queue.isLogged() && !queue.settings().isGated());
        }

        /** The properties of a message that takes it: without the routing keys nobody is to see, unless it is held and routed by them later. */
        public BasicProperties on(BasicProperties properties) {
            return isHeld ? properties : CopyKeys.withoutBlind(properties);
        }
    }

    /** Takes messages to the log; never blocks. */
    interface Appender {
        void append(LogTarget target, Message message, MessageLog.AppendListener listener);
    }

    /** Told once, on any thread, when all targets have the message or one of them failed. */
    public interface Done {
        void done(boolean arrived);
    }

    private final MessageLog log;

    public Publisher(MessageLog log) {
        this.log = log;
    }

    /**
     * Sends {@code message}; never blocks.
     *
     * @param lane whose order is kept: any number, constant for a connection
     */
    public void publish(Message message, Route route, int lane, Done done) {
        publish(message, route, through(lane), done);
    }

    private Appender through(int lane) {
        return (target, message, listener) -> log.append(lane, target, message, listener);
    }

    /** As {@link #publish}, with another way to the log. */
    void publish(Message message, Route route, Appender way, Done done) {
        var all = new Targets(route.queues().size() + route.topics().size(), done);
        var seen = route.isHeld() ? CopyKeys.withoutBlind(message) : message;
        for (var queue : route.queues()) {
            if (route.isHeld() && queue.settings().delays()) {
                append(Delays.held(message), queue, way, all);
                continue;
            }
            if (Streams.isStream(queue)) {
                var which = queue.publishing();
                way.append(LogTarget.of(queue.topic(), 0), seen, new StreamTarget(queue, which, all));
                continue;
            }
            var mine = seen.expiringAt(queue.settings().expiry(seen));
            if (queue.settings().isGated()) {
                queue.offers().offer(mine, all::one);
            } else if (queue.isLogged()) {
                append(mine, queue, way, all);
            } else {
                all.one(queue.enqueue(mine));
            }
        }
        for (var topic : route.topics()) {
            way.append(LogTarget.byKey(topic, seen.routingKey()), seen, (offset, failure) -> all.one(failure == null));
        }
    }

    /** Sends a message to a logged queue as it is; never blocks. */
    void append(Message message, QueueHandle queue, int lane, Done done) {
        append(message, queue, through(lane), new Targets(1, done));
    }

    private static void append(Message message, QueueHandle queue, Appender way, Targets all) {
        var which = queue.publishing();
        var layout = queue.layout(); // looked at once the publish is counted: a change waits for all that were
        var target = layout.target(message);
        way.append(target, message, new QueueTarget(queue, which, layout.level(target), message, all));
    }

    /** Counts the answers of all targets. */
    private static final class Targets {
        private final AtomicInteger left;
        private final Done done;
        private volatile boolean failed;

        Targets(int count, Done done) {
            left = new AtomicInteger(count);
            this.done = done;
        }

        void one(boolean arrived) {
            if (!arrived) {
                failed = true;
            }
            if (left.decrementAndGet() == 0) {
                done.done(!failed);
            }
        }
    }

    /** A stream is read from the log, wherever its consumers are: nobody has to be told. */
    private record StreamTarget(QueueHandle stream, PublishBarrier.Phase which, Targets all)
            implements MessageLog.AppendListener {
        @Override
        public void appended(long offset, @Nullable String failure) {
            stream.loop().execute(() -> {
                stream.published(which);
                all.one(failure == null || stream.isGone());
            });
        }
    }

    /** On the log's thread only hands the news to the queue's loop: the message goes to its consumers from there, without a fetch. */
    private record QueueTarget(QueueHandle queue, PublishBarrier.Phase which, int level, Message message, Targets all)
            implements MessageLog.AppendListener {
        @Override
        public void appended(long offset, @Nullable String failure) {
            queue.loop().execute(() -> {
                if (failure == null) {
                    queue.appended(level, offset, message);
                }
                queue.published(which);
                all.one(failure == null || queue.isGone());
            });
        }
    }
}
