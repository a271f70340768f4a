package io.millrace.operator.client;

import io.millrace.operator.plan.GroupProtocol;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the brokers answer when they are asked about a group. */
public sealed interface GroupLook {

    /**
     * It is there.
     *
     * @param state Kafka's word
     * @param protocol how its members share partitions
     * @param coordinator node id, or -1
     * @param members live members
     * @param positions where it stands, in each partition it has offsets for
     */
    record Seen(
            String state, GroupProtocol protocol, int coordinator, int members, Map<TopicPartition, Position> positions)
            implements GroupLook {
        public Seen {
            positions = Map.copyOf(positions);
        }
    }

    /** There is no such group. */
    record Gone() implements GroupLook {}

    /** Whoever knows did not answer: its coordinator, or the leader of a partition it reads. */
    record Silent(String why) implements GroupLook {}

    /**
     * A place in a partition.
     *
     * @param next next record to read; of a share group the first that is not settled
     * @param end end of the log
     * @param behind records not read, as the coordinator counts them; null: all between the two
     */
    record Position(long next, long end, @Nullable Long behind) {}
}
