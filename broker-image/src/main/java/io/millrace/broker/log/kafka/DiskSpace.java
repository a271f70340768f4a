package io.millrace.broker.log.kafka;

import io.millrace.broker.log.DiskRoom;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;

/** Free space of the brokers' disks (KIP-827). */
final class DiskSpace {
    private DiskSpace() {}

    /** What is left on the log directories of all brokers; empty if none of them says. */
    static CompletionStage<Optional<DiskRoom>> least(Admin admin) {
        return admin.describeCluster()
                .nodes()
                .toCompletionStage()
                .thenCompose(nodes ->
                        admin.describeLogDirs(ids(nodes)).allDescriptions().toCompletionStage())
                .thenApply(brokers -> brokers.values().stream()
                        .flatMap(DiskSpace::rooms)
                        .reduce((one, other) -> new DiskRoom(
                                Math.min(one.freeBytes(), other.freeBytes()),
                                Math.min(one.freeShare(), other.freeShare()))));
    }

    private static Collection<Integer> ids(Collection<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    private static Stream<DiskRoom> rooms(Map<String, LogDirDescription> folders) {
        return folders.values().stream()
                .filter(folder ->
                        folder.usableBytes().isPresent() && folder.totalBytes().orElse(0) > 0)
                .map(folder -> new DiskRoom(
                        folder.usableBytes().getAsLong(),
                        (double) folder.usableBytes().getAsLong()
                                / folder.totalBytes().getAsLong()));
    }
}
