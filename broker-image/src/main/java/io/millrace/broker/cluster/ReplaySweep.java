package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.Topics;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the disk space of queues back that keep settled messages for a while: they go when they are older. */
final class ReplaySweep {
    private static final Logger LOG = LoggerFactory.getLogger(ReplaySweep.class);
    private static final int SECONDS = 15;

    private final EventLoop loop;
    private final Topics topics;
    private final Supplier<List<QueueHandle>> owned;
    private final Clock clock;

    /** @param owned the queues this pod serves */
    ReplaySweep(EventLoop loop, Topics topics, Supplier<List<QueueHandle>> owned, Clock clock) {
        this.loop = loop;
        this.topics = topics;
        this.owned = owned;
        this.clock = clock;
    }

    /** Looks, and again after a while, for as long as the loop lives. */
    void start() {
        loop.scheduleWithFixedDelay(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        for (var queue : owned.get()) {
            long keptMs = queue.settings().keptMs().orElse(-1);
            if (queue.isLogged() && keptMs >= 0) {
                var times = new HashMap<LogPart, Long>();
                queue.layout().logs().forEach(part -> times.put(part, clock.millis() - keptMs));
                topics.offsetsAt(times).whenComplete((offsets, failure) -> {
                    if (failure == null) {
                        queue.loop().execute(() -> delete(queue, offsets));
                    } else {
                        LOG.debug(
                                "{}: its old messages are looked at later: {}", queue.definition(), failure.toString());
                    }
                });
            }
        }
    }

    /** Only what every later owner knows to be settled. */
    private void delete(QueueHandle queue, Map<LogPart, Long> keptFrom) {
        var served = queue.owned();
        if (served == null) {
            return;
        }
        var floors = new HashMap<LogPart, Long>();
        for (var level : served.levels()) {
            long offset = Math.min(level.writtenFloor(), keptFrom.getOrDefault(level.part(), 0L));
            if (offset > 0) {
                floors.put(level.part(), offset);
            }
        }
        if (!floors.isEmpty()) {
            topics.deleteRecords(floors);
        }
    }
}
