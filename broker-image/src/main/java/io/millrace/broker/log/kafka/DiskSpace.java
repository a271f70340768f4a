package io.millrace.broker.log.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;

/** Free space of the brokers' disks (KIP-827). */
final class DiskSpace {
    private DiskSpace() {}

    /** Bytes free on the fullest log directory of all brokers; empty if none of them says. */
    static CompletionStage<OptionalLong> leastFree(Admin admin) {
        return admin.describeCluster()
                .nodes()
                .toCompletionStage()
                .thenCompose(nodes ->
                        admin.describeLogDirs(ids(nodes)).allDescriptions().toCompletionStage())
                .thenApply(brokers -> brokers.values().stream()
                        .flatMap(DiskSpace::usable)
                        .mapToLong(Long::longValue)
                        .min());
    }

    private static Collection<Integer> ids(Collection<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    private static Stream<Long> usable(Map<String, LogDirDescription> folders) {
        return folders.values().stream()
                .flatMapToLong(folder -> folder.usableBytes().stream())
                .boxed();
    }
}
