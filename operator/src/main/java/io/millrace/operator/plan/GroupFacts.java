package io.millrace.operator.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group at one moment.
 *
 * @param group its id
 * @param state Kafka's word: Stable, Empty, ...
 * @param protocol classic, consumer, share or streams
 * @param coordinator node id, or -1
 * @param members live members
 * @param partitions what it has committed, and where the logs end
 */
public record GroupFacts(
        String group, String state, String protocol, int coordinator, int members, List<PartitionPosition> partitions) {
    public GroupFacts {
        partitions = List.copyOf(partitions);
    }

    /**
     * Where a group stands in one partition.
     *
     * @param topic its topic
     * @param partition its number
     * @param committed next record to read
     * @param end end of the log
     * @param behind records behind, as the group's coordinator counts them; null: all from committed to end
     * @param timeLagMs age of the record to be read next, in milliseconds; null while it cannot be told
     */
    public record PartitionPosition(
            String topic,
            int partition,
            long committed,
            long end,
            @Nullable Long behind,
            @Nullable Long timeLagMs) {

        /** Returns the records behind. */
        public long lag() {
            return behind == null ? Math.max(0, end - committed) : behind;
        }
    }

    /** Returns the records behind, all partitions together. */
    public long lag() {
        return partitions.stream().mapToLong(PartitionPosition::lag).sum();
    }
}
