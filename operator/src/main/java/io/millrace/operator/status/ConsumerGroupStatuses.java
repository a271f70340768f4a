package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.ConsumerGroupStatus;
import io.millrace.api.v1alpha1.PartitionLag;
import io.millrace.operator.plan.GroupFacts;
import io.millrace.operator.plan.GroupFacts.PartitionPosition;
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
                worst);
    }

    /** Composes it for a group that is not there. */
    public static ConsumerGroupStatus absent(long generation, List<Condition> conditions) {
        return new ConsumerGroupStatus(
                generation, conditions, "Absent", null, null, null, null, null, null, null, null, null, null);
    }
}
