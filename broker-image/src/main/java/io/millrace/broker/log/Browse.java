package io.millrace.broker.log;

import java.util.Map;
import java.util.Set;

/**
 * Which messages of a topic somebody wants to see.
 *
 * @param partitions those to read; they exist and have leaders
 * @param share how many messages of each partition at most
 * @param shownBytes how much of each key, and of each value, at most
 */
public record Browse(String topic, Set<Integer> partitions, Start start, int share, int shownBytes) {
    public Browse {
        partitions = Set.copyOf(partitions);
    }

    /** Where to begin. */
    public sealed interface Start {
        /** With the first that is there. */
        record Earliest() implements Start {}

        /** So that the last ones come. */
        record Latest() implements Start {}

        /** With the first that is not older; milliseconds since the epoch. */
        record Time(long ms) implements Start {}

        /** At an offset of each partition, or the first that is there behind it. */
        record Offsets(Map<Integer, Long> byPartition) implements Start {
            public Offsets {
                byPartition = Map.copyOf(byPartition);
            }
        }
    }
}
