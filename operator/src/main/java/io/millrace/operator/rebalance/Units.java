package io.millrace.operator.rebalance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Which partitions belong together: those of a unit, and those of units that overlap. */
final class Units {

    private final Map<TopicPartition, TopicPartition> next = new HashMap<>();

    Units(List<Set<TopicPartition>> units) {
        for (var unit : units) {
            var partitions = unit.iterator();
            if (partitions.hasNext()) {
                var first = partitions.next();
                partitions.forEachRemaining(other -> next.put(head(other), head(first)));
            }
        }
    }

    /** Returns the partition that stands for all that belong together with this one. */
    TopicPartition head(TopicPartition partition) {
        var at = partition;
        for (var to = next.get(at); to != null && !to.equals(at); to = next.get(at)) {
            at = to;
        }
        return at;
    }
}
