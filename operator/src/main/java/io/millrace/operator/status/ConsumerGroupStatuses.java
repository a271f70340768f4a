package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.ConsumerGroupStatus;
import io.millrace.api.v1alpha1.PartitionLag;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.plan.GroupFacts;
import io.millrace.operator.plan.GroupFacts.PartitionPosition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Composes the status of a consumer group. */
public final class ConsumerGroupStatuses {

    private static final int WORST = 100;
    private static final int TOPICS = 1000;

    private ConsumerGroupStatuses() {}

    /** Returns the age of the oldest record not yet read, in seconds; null while it cannot be told. */
    public static @Nullable Long lagSeconds(GroupFacts facts) {
        var ages = facts.partitions().stream()
                .map(PartitionPosition::timeLagMs)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .max();
        return ages.isPresent() ? (Long) (ages.getAsLong() / 1000) : null;
    }

    /** Composes it for a group that is there. */
    public static ConsumerGroupStatus of(GroupFacts facts, String trend, long generation, List<Condition> conditions) {
        var seconds = lagSeconds(facts);
        var worst = facts.partitions().stream()
                .sorted(Comparator.comparingLong(PartitionPosition::lag)
                        .reversed()
                        .thenComparing(PartitionPosition::topic)
                        .thenComparing(PartitionPosition::partition))
                .limit(WORST)
                .map(position -> new PartitionLag(
                        position.topic(), position.partition(), position.committed(), position.end(), position.lag()))
                .toList();
        return new ConsumerGroupStatus(
                generation,
                conditions,
                facts.state(),
                facts.protocol(),
                facts.coordinator(),
                facts.members(),
                facts.partitions().stream()
                        .map(PartitionPosition::topic)
                        .distinct()
                        .sorted()
                        .limit(TOPICS)
                        .toList(),
                facts.lag(),
                seconds,
                seconds == null ? null : LagDisplay.words(seconds),
                trend,
                worst.isEmpty() ? 0 : worst.getFirst().lag(),
                worst,
                null,
                null);
    }

    /**
     * Composes it for a group of which nothing is heard: what was shown last, and since when it is that old.
     *
     * @param measured when it was last measured; null: not since this operator began
     */
    public static ConsumerGroupStatus stale(
            @Nullable ConsumerGroupStatus old,
            @Nullable Instant measured,
            long generation,
            List<Condition> conditions) {
        if (old == null) {
            return unknown("Stale", generation, conditions);
        }
        return new ConsumerGroupStatus(
                generation,
                conditions,
                "Stale",
                old.protocol(),
                old.coordinator(),
                old.members(),
                old.topics(),
                old.lag(),
                null,
                old.lag() == null ? null : "stale",
                null,
                old.maxPartitionLag(),
                old.partitions(),
                measured == null
                        ? old.staleSince()
                        : measured.truncatedTo(ChronoUnit.SECONDS).toString(),
                old.reset());
    }

    /** The same, with what there is to be said about a reset. */
    public static ConsumerGroupStatus with(@Nullable ResetStatus reset, ConsumerGroupStatus status) {
        return new ConsumerGroupStatus(
                status.observedGeneration(),
                status.conditions(),
                status.state(),
                status.protocol(),
                status.coordinator(),
                status.members(),
                status.topics(),
                status.lag(),
                status.lagSeconds(),
                status.lagTime(),
                status.trend(),
                status.maxPartitionLag(),
                status.partitions(),
                status.staleSince(),
                reset);
    }

    /** Composes it for a group that is not there. */
    public static ConsumerGroupStatus absent(long generation, List<Condition> conditions) {
        return unknown("Absent", generation, conditions);
    }

    private static ConsumerGroupStatus unknown(String state, long generation, List<Condition> conditions) {
        return new ConsumerGroupStatus(
                generation, conditions, state, null, null, null, null, null, null, null, null, null, null, null, null);
    }
}
