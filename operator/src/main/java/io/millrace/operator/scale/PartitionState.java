package io.millrace.operator.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition, as the brokers tell it.
 *
 * @param partition which
 * @param replicas node ids of the brokers that hold it, the preferred leader first; while it is moved, old and new ones
 * @param inSync those that are in sync
 * @param adding those that it is being moved to
 * @param removing those that it is being moved off
 * @param bytes what each broker holds of it, where that is known
 */
public record PartitionState(
        TopicPartition partition,
        List<Integer> replicas,
        Set<Integer> inSync,
        List<Integer> adding,
        List<Integer> removing,
        Map<Integer, Long> bytes) {
    public PartitionState {
        replicas = List.copyOf(replicas);
        inSync = Set.copyOf(inSync);
        adding = List.copyOf(adding);
        removing = List.copyOf(removing);
        bytes = Map.copyOf(bytes);
    }

    String topic() {
        return partition.topic();
    }

    boolean isMoving() {
        return !adding.isEmpty() || !removing.isEmpty();
    }

    /** Returns where it lies once its move has ended. */
    List<Integer> target() {
        var target = new ArrayList<>(replicas);
        target.removeAll(removing);
        return target;
    }

    /** Returns where it lay before its move. */
    List<Integer> source() {
        var source = new ArrayList<>(replicas);
        source.removeAll(adding);
        return source;
    }

    /** Returns the size of one replica: that of the largest. */
    long size() {
        return bytes.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Returns what is left to be copied of its move, in bytes. */
    long left() {
        var size = size();
        return adding.stream()
                .filter(broker -> !inSync.contains(broker))
                .mapToLong(broker -> size - bytes.getOrDefault(broker, 0L))
                .sum();
    }
}
