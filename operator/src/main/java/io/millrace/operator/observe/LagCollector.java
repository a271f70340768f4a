package io.millrace.operator.observe;

import io.millrace.operator.client.GroupAdmin;
import io.millrace.operator.client.GroupLook;
import io.millrace.operator.plan.EndHistory;
import io.millrace.operator.plan.GroupFacts;
import io.millrace.operator.plan.GroupFacts.PartitionPosition;
import io.millrace.operator.plan.GroupProtocol;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Measures the lag of all groups of one cluster at once: two rounds of requests, however many groups. Used by one
 * thread at a time; what it has measured may be read by any.
 */
public final class LagCollector {

    private static final long TREND_WINDOW_MS = 60_000;

    private final Map<TopicPartition, EndHistory> histories = new HashMap<>();
    private final Map<String, Deque<Reading>> readings = new HashMap<>();
    private final Map<String, GroupProtocol> protocols = new HashMap<>();
    private volatile Map<String, GroupLag> latest = Map.of();

    private record Reading(long timeMs, long lag) {}

    /** What is known of a group that exists, or did when it was last heard of. */
    public sealed interface GroupLag {

        /**
         * It was measured just now.
         *
         * @param facts the group
         * @param trend Rising, Falling or Steady over the last minute
         * @param at when
         */
        record Fresh(GroupFacts facts, String trend, Instant at) implements GroupLag {}

        /**
         * Nobody answers for it: its lag is not what it was.
         *
         * @param since when it was last measured; null: never
         * @param why what does not answer
         */
        record Stale(@Nullable Instant since, String why) implements GroupLag {}
    }

    /** Returns what is known of a group; empty: there is none. */
    public Optional<GroupLag> group(String group) {
        return Optional.ofNullable(latest.get(group));
    }

    /** Returns all groups that were measured, or should have been. */
    public Map<String, GroupLag> all() {
        return latest;
    }

    /**
     * Measures.
     *
     * @param listed groups the brokers name, and their protocols
     * @param wanted groups to measure; also one that is not named may be there, behind a coordinator that is down
     */
    public void measure(GroupAdmin admin, Map<String, GroupProtocol> listed, Collection<String> wanted, long nowMs) {
        protocols.keySet().retainAll(wanted);
        var asked = new HashMap<String, GroupProtocol>();
        for (var group : wanted) {
            var remembered = protocols.getOrDefault(group, GroupProtocol.CONSUMER);
            asked.put(group, listed.getOrDefault(group, remembered));
        }
        var looks = admin.look(asked);
        remember(looks.values(), nowMs);
        var result = new HashMap<String, GroupLag>();
        looks.forEach((group, look) -> judge(group, look, nowMs).ifPresent(lag -> result.put(group, lag)));
        readings.keySet().retainAll(result.keySet());
        latest = Map.copyOf(result);
    }

    /** The whole cluster does not answer. */
    public void lose(Collection<String> wanted, String why) {
        latest = wanted.stream().collect(Collectors.toMap(group -> group, group -> stale(group, why)));
    }

    private Optional<GroupLag> judge(String group, GroupLook look, long nowMs) {
        return switch (look) {
            case GroupLook.Gone ignored -> Optional.empty();
            case GroupLook.Silent(var why) -> Optional.of(stale(group, why));
            case GroupLook.Seen seen when seen.positions().isEmpty() && seen.members() == 0 -> Optional.empty();
            case GroupLook.Seen seen -> {
                protocols.put(group, seen.protocol());
                var facts = facts(group, seen, nowMs);
                yield Optional.of(
                        new GroupLag.Fresh(facts, trend(group, facts.lag(), nowMs), Instant.ofEpochMilli(nowMs)));
            }
        };
    }

    private GroupLag.Stale stale(String group, String why) {
        return switch (latest.get(group)) {
            case GroupLag.Fresh(var facts, var trend, var at) -> new GroupLag.Stale(at, why);
            case GroupLag.Stale(var since, var before) -> new GroupLag.Stale(since, why);
            case null -> new GroupLag.Stale(null, why);
        };
    }

    private void remember(Collection<GroupLook> looks, long nowMs) {
        var ends = new HashMap<TopicPartition, Long>();
        for (var look : looks) {
            if (look instanceof GroupLook.Seen seen) {
                seen.positions().forEach((partition, position) -> ends.put(partition, position.end()));
            }
        }
        if (looks.stream().noneMatch(GroupLook.Silent.class::isInstance)) {
            histories.keySet().retainAll(new HashSet<>(ends.keySet()));
        }
        ends.forEach((partition, end) -> histories.merge(
                partition, EndHistory.empty().with(nowMs, end), (history, ignored) -> history.with(nowMs, end)));
    }

    private GroupFacts facts(String group, GroupLook.Seen seen, long nowMs) {
        var positions = seen.positions().entrySet().stream()
                .map(entry -> position(entry.getKey(), entry.getValue(), nowMs))
                .toList();
        return new GroupFacts(
                group, seen.state(), seen.protocol().word(), seen.coordinator(), seen.members(), positions);
    }

    private PartitionPosition position(TopicPartition partition, GroupLook.Position position, long nowMs) {
        var history = histories.getOrDefault(partition, EndHistory.empty());
        var age = position.next() >= position.end() ? Optional.of(0L) : history.ageOf(position.next(), nowMs);
        return new PartitionPosition(
                partition.topic(),
                partition.partition(),
                position.next(),
                position.end(),
                position.behind(),
                age.orElse(null));
    }

    private String trend(String group, long lag, long nowMs) {
        var past = readings.computeIfAbsent(group, ignored -> new ArrayDeque<>());
        past.addLast(new Reading(nowMs, lag));
        while (past.size() > 1 && past.getFirst().timeMs() < nowMs - TREND_WINDOW_MS) {
            past.removeFirst();
        }
        var change = lag - past.getFirst().lag();
        var noise = Math.max(10, Math.max(lag, past.getFirst().lag()) / 10);
        if (Math.abs(change) <= noise) {
            return "Steady";
        }
        return change > 0 ? "Rising" : "Falling";
    }
}
