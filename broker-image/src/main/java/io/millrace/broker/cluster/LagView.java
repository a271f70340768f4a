package io.millrace.broker.cluster;

import io.millrace.broker.log.LagLog;
import io.millrace.broker.log.LagLog.Outcome;
import io.millrace.broker.log.LagMark;
import io.millrace.broker.log.LogPart;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows Kafka's tools how far the queues of one event loop are settled: when that has changed, and once a day, because committed offsets expire. Some queues at a time,
 * those first that were shown longest ago. On its loop.
 */
final class LagView {
    private static final Logger LOG = LoggerFactory.getLogger(LagView.class);
    private static final int SECONDS = 5;
    private static final int QUEUES_AT_ONCE = 200;
    private static final long AGAIN_MS = TimeUnit.DAYS.toMillis(1);

    /** What was shown of a queue last; {@code taken} if somebody consumes under its name. */
    private record Shown(Map<LogPart, LagMark> marks, long whenMs, boolean taken) {
        static final Shown NEVER = new Shown(Map.of(), Long.MIN_VALUE, false);
    }

    private final EventLoop loop;
    private final LagLog log;
    private final Supplier<List<QueueHandle>> owned;
    private final Clock clock;
    private final Map<OwnedQueue, Shown> shown = new HashMap<>();
    private boolean underWay;

    /** @param owned the queues this pod serves */
    LagView(EventLoop loop, LagLog log, Supplier<List<QueueHandle>> owned, Clock clock) {
        this.loop = loop;
        this.log = log;
        this.owned = owned;
        this.clock = clock;
    }

    /** Shows what there is, and again after a while, for as long as the loop lives. */
    void start() {
        loop.scheduleWithFixedDelay(this::show, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    void show() {
        if (underWay) {
            return;
        }
        var due = new HashMap<OwnedQueue, Map<LogPart, LagMark>>();
        for (var queue : byAge()) {
            var before = shown.getOrDefault(queue, Shown.NEVER);
            var marks = marks(queue);
            if (!before.taken() && (!marks.equals(before.marks()) || clock.millis() - AGAIN_MS > before.whenMs())) {
                due.put(queue, marks);
            }
            if (due.size() == QUEUES_AT_ONCE) {
                break;
            }
        }
        underWay = !due.isEmpty();
        var left = new ArrayList<>(due.keySet());
        due.forEach((queue, marks) -> showAll(marks)
                .thenAccept(outcome -> loop.execute(() -> {
                    shown(queue, marks, outcome);
                    left.remove(queue);
                    underWay = !left.isEmpty();
                })));
    }

    /** Each topic is a group of its own. Ends with the worst of the outcomes. */
    private CompletionStage<Outcome> showAll(Map<LogPart, LagMark> marks) {
        var topics = new TreeMap<String, Map<Integer, LagMark>>();
        marks.forEach((part, mark) ->
                topics.computeIfAbsent(part.topic(), _ -> new HashMap<>()).put(part.partition(), mark));
        CompletionStage<Outcome> all = CompletableFuture.completedStage(Outcome.SHOWN);
        for (var topic : topics.entrySet()) {
            all = all.thenCombine(
                    log.show(topic.getKey(), topic.getValue()),
                    (one, other) -> one.compareTo(other) >= 0 ? one : other);
        }
        return all;
    }

    private List<OwnedQueue> byAge() {
        var queues = owned.get().stream()
                .filter(handle -> handle.isLogged()
                        && !handle.settings().delays()
                        && handle.loop().equals(loop))
                .map(QueueHandle::owned)
                .filter(Objects::nonNull)
                .toList();
        shown.keySet().retainAll(queues);
        return queues.stream()
                .sorted(Comparator.comparingLong(
                        queue -> shown.getOrDefault(queue, Shown.NEVER).whenMs()))
                .toList();
    }

    private static Map<LogPart, LagMark> marks(OwnedQueue queue) {
        var marks = new HashMap<LogPart, LagMark>();
        long epoch = queue.handle().owner().epoch();
        for (var level : queue.levels()) {
            marks.put(level.part(), level.mark(epoch));
        }
        return marks;
    }

    private void shown(OwnedQueue queue, Map<LogPart, LagMark> marks, Outcome outcome) {
        if (outcome == Outcome.TAKEN) {
            LOG.warn(
                    "{}: its lag is not shown any more, somebody consumes as Kafka group {}",
                    queue.handle().definition(),
                    queue.handle().topic());
        }
        if (outcome != Outcome.FAILED) {
            shown.put(queue, new Shown(marks, clock.millis(), outcome == Outcome.TAKEN));
        }
    }
}
