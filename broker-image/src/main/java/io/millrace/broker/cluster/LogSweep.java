package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.Topics;
import io.millrace.broker.queue.Place;
import io.millrace.broker.queue.QueueCommand;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds how far the logs of this pod's queues reach: records of Kafka producers, and appends whose nudge was lost. A queue is told the end of the look
 * before, so that an append that is just being reported here is not taken for a stranger's.
 */
final class LogSweep {
    private static final Logger LOG = LoggerFactory.getLogger(LogSweep.class);
    private static final int SECONDS = 2;

    private final EventLoop loop;
    private final Topics topics;
    private final Supplier<List<QueueHandle>> owned;
    private Map<LogPart, Long> before = Map.of();

    /** @param owned the queues this pod serves */
    LogSweep(EventLoop loop, Topics topics, Supplier<List<QueueHandle>> owned) {
        this.loop = loop;
        this.topics = topics;
        this.owned = owned;
    }

    /** Looks, and again after a while, for as long as the loop lives. */
    void start() {
        loop.schedule(this::look, SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        var queues = owned.get().stream().filter(QueueHandle::isLogged).toList();
        for (var queue : queues) {
            for (var part : queue.layout().parts()) {
                var end = before.get(part.log());
                if (end != null) {
                    queue.send(new QueueCommand.LogEnd(Place.of(part.level(), end)));
                }
            }
        }
        if (queues.isEmpty()) {
            start();
            return;
        }
        topics.ends(queues.stream()
                        .flatMap(queue -> queue.layout().logs().stream())
                        .toList())
                .whenComplete((ends, failure) -> loop.execute(() -> looked(ends, failure)));
    }

    private void looked(Map<LogPart, Long> ends, @Nullable Throwable failure) {
        if (failure == null) {
            before = ends;
        } else {
            LOG.debug("the ends of logs are not known: {}", failure.toString());
        }
        start();
    }
}
