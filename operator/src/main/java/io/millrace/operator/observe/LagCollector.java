package io.millrace.operator.observe;

import io.millrace.operator.client.GroupAdmin;
import io.millrace.operator.plan.EndHistory;
import io.millrace.operator.plan.GroupFacts;
import io.millrace.operator.plan.GroupFacts.PartitionPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures the lag of all groups of one cluster at once: three rounds of requests, however many groups. Used by one
 * thread at a time; what it has measured may be read by any.
 */
public final class LagCollector {

    private static final long TREND_WINDOW_MS = 60_000;

    private final Map<TopicPartition, EndHistory> histories = new HashMap<>();
    private final Map<String, Deque<Reading>> readings = new HashMap<>();
    private volatile Map<String, Measured> latest = Map.of();

    private record Reading(long timeMs, long lag) {}

    /**
     * A group and where its lag is going.
     *
     * @param trend Rising, Falling or Steady over the last minute
     */
    public record Measured(GroupFacts facts, String trend) {}

    /** Returns what was measured last. */
    public Optional<Measured> group(String group) {
        return Optional.ofNullable(latest.get(group));
    }

    /** Measures. */
    public Map<String, Measured> measure(GroupAdmin admin, Collection<String> groups, long nowMs) {
        var described = admin.describe(groups);
        var committed = admin.committed(groups);
        var partitions = new HashSet<TopicPartition>();
        committed.values().forEach(offsets -> partitions.addAll(offsets.keySet()));
        var ends = admin.ends(partitions);
        remember(ends, nowMs);
        var result = new HashMap<String, Measured>();
        for (var group : groups) {
            var description = described.get(group);
            var offsets = committed.getOrDefault(group, Map.of());
            if (description == null || (offsets.isEmpty() && description.members() == 0)) {
                continue;
            }
            var facts = new GroupFacts(
                    group,
                    description.state(),
                    description.protocol(),
                    description.coordinator(),
                    description.members(),
                    positions(offsets, ends, nowMs));
            result.put(group, new Measured(facts, trend(group, facts.lag(), nowMs)));
        }
        readings.keySet().retainAll(result.keySet());
        latest = Map.copyOf(result);
        return result;
    }

    private void remember(Map<TopicPartition, Long> ends, long nowMs) {
        histories.keySet().retainAll(Set.copyOf(ends.keySet()));
        ends.forEach((partition, end) -> histories.merge(
                partition, EndHistory.empty().with(nowMs, end), (history, ignored) -> history.with(nowMs, end)));
    }

    private List<PartitionPosition> positions(
            Map<TopicPartition, Long> offsets, Map<TopicPartition, Long> ends, long nowMs) {
        var positions = new ArrayList<PartitionPosition>();
        offsets.forEach((partition, committed) -> {
            var end = ends.get(partition);
            var history = histories.get(partition);
            if (end != null && history != null) {
                var age = committed >= end ? Optional.of(0L) : history.ageOf(committed, nowMs);
                positions.add(new PartitionPosition(
                        partition.topic(), partition.partition(), committed, end, age.orElse(null)));
            }
        });
        return positions;
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
