package io.millrace.broker.management;

import io.millrace.broker.log.LogView;
import io.millrace.broker.log.LogView.Voters;
import io.millrace.broker.log.TopicState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What would be lost with a node of the log: writing to topics, or the quorum of its metadata. Pure. */
final class QuorumLoss {
    private static final String MIN_ISR = "min.insync.replicas";

    private QuorumLoss() {}

    /** The nodes that have replicas. */
    static Set<Integer> nodes(List<TopicState> topics) {
        return topics.stream()
                .flatMap(topic -> topic.partitions().stream())
                .flatMap(partition -> partition.replicas().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Topics with a partition that would have too few replicas in sync without the node. One that the node is not in sync with loses nothing by it. */
    static List<String> topics(int node, List<TopicState> topics, Map<String, LogView.Settings> settings) {
        return topics.stream()
                .filter(topic -> topic.partitions().stream()
                        .anyMatch(partition -> partition.isr().contains(node)
                                && partition.isr().size() - 1 < minIsr(settings.get(topic.name()))))
                .map(TopicState::name)
                .toList();
    }

    /** A topic whose settings are not told needs one replica, at least. */
    private static int minIsr(LogView.@Nullable Settings settings) {
        return settings == null ? 1 : Integer.parseInt(settings.all().getOrDefault(MIN_ISR, "1"));
    }

    /** Whether the voters that keep up would be no majority without the node. */
    static boolean takesMetadata(int node, Voters voters) {
        return voters.caughtUp().contains(node)
                && voters.caughtUp().size() - 1 < voters.all().size() / 2 + 1;
    }
}
