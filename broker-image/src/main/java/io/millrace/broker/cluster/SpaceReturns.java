package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.Topics;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives disk space of settled messages back for the levels of the queues of one event loop: those for which it is worth it, together in one request, one request at a
 * time. What could not be given back is tried again with the next. On its loop only.
 */
final class SpaceReturns {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceReturns.class);
    private static final int USUAL_SECONDS = 15;
    /** So long that the floor just written has come back from the slot log. */
    private static final int URGENT_SECONDS = 1;

    private static final int LEVELS_AT_ONCE = 256;

    private record Asked(OwnedLevel level, long floor, long settledBytes) {}

    private final EventLoop loop;
    private final Topics topics;
    private final Set<OwnedLevel> waiting = new LinkedHashSet<>();
    private @Nullable ScheduledFuture<?> look;
    private boolean underWay;

    SpaceReturns(EventLoop loop, Topics topics) {
        this.loop = loop;
        this.topics = topics;
    }

    /** A level has settled enough. */
    void add(OwnedLevel level) {
        waiting.add(level);
        lookIn(level.isSpaceUrgent() ? URGENT_SECONDS : USUAL_SECONDS);
    }

    private void lookIn(int seconds) {
        if (underWay) {
            return; // what is waiting is looked at afterwards
        }
        if (look != null && look.getDelay(TimeUnit.SECONDS) > seconds) {
            look.cancel(false);
            look = null;
        }
        if (look == null) {
            look = loop.schedule(this::look, seconds, TimeUnit.SECONDS);
        }
    }

    private void look() {
        look = null;
        var asked = new HashMap<LogPart, Asked>();
        for (var levels = waiting.iterator(); levels.hasNext() && asked.size() < LEVELS_AT_ONCE; ) {
            var level = levels.next();
            if (!level.queue().isServed()) {
                levels.remove();
                continue;
            }
            long floor = level.writtenFloor();
            if (level.isSpaceWorth(floor)) {
                levels.remove();
                asked.put(level.part(), new Asked(level, floor, level.settledBytes()));
            }
        }
        if (asked.isEmpty()) {
            goOn();
            return;
        }
        underWay = true;
        var floors = new HashMap<LogPart, Long>();
        asked.forEach((part, one) -> floors.put(part, one.floor()));
        topics.deleteRecords(floors)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    underWay = false;
                    returned(asked, failure == null ? done : Set.of());
                }));
    }

    private void returned(Map<LogPart, Asked> asked, Set<LogPart> done) {
        asked.forEach((part, one) -> {
            if (done.contains(part)) {
                one.level().spaceReturned(one.floor(), one.settledBytes());
            } else {
                waiting.add(one.level());
            }
        });
        if (done.size() < asked.size()) {
            LOG.warn("disk space of {} queues is given back later", asked.size() - done.size());
        }
        goOn();
    }

    private void goOn() {
        if (!waiting.isEmpty()) {
            boolean urgent = waiting.stream().anyMatch(OwnedLevel::isSpaceUrgent);
            lookIn(urgent ? URGENT_SECONDS : USUAL_SECONDS);
        }
    }
}
