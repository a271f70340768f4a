package io.millrace.operator.plan.reset;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a reset has to know of a group, at one moment.
 *
 * @param state Kafka's word; Dead if there is no such group
 * @param members live ones
 * @param partitions of the topics that are to be reset
 * @param missing topics that do not exist
 */
public record ResetFacts(String state, int members, Map<Place, Reach> partitions, Set<String> missing) {
    public ResetFacts {
        partitions = new TreeMap<>(partitions);
        missing = Set.copyOf(missing);
    }

    /**
     * Where a group stands in a partition, and how far it can go.
     *
     * @param committed next record to read; null: it has read nothing yet
     * @param earliest first record there is
     * @param latest end of the log
     * @param atTime first record of the time asked for; null: none was asked for, or there is none since
     */
    public record Reach(
            @Nullable Long committed,
            long earliest,
            long latest,
            @Nullable Long atTime) {

        /** The nearest offset there is. */
        long nearest(long offset) {
            return Math.clamp(offset, earliest, latest);
        }
    }

    /** Whether offsets are exactly where they were to be moved to. */
    boolean standsAt(Map<Place, Long> target) {
        var committed = partitions.entrySet().stream()
                .filter(entry ->
                        target.containsKey(entry.getKey()) && entry.getValue().committed() != null)
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> Objects.requireNonNull(entry.getValue().committed())));
        return committed.equals(target);
    }
}
