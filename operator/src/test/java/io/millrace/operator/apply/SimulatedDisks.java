package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.millrace.operator.plan.BrokerClusterPlanner;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.storage.DiskFacts;
import io.millrace.operator.storage.DiskFacts.Expansion;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.storage.StorageFacts;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The disks of a simulated cluster. They grow a tick after they were told to, one of them not before its pod is made anew. */
final class SimulatedDisks {

    /** Its file system cannot grow in use. */
    static final int NEEDS_A_RESTART = 4;

    private record Disk(DiskSize asked, DiskSize has, Optional<Instant> pendingSince, Instant podSince) {}

    private final Map<Integer, Disk> disks = new TreeMap<>();
    private final Set<String> marked = new HashSet<>();
    private Instant now;

    SimulatedDisks(Instant now) {
        this.now = now;
    }

    void make(int nodes, DiskSize size) {
        for (int node = 0; node < nodes; node++) {
            disks.put(node, new Disk(size, size, Optional.empty(), now));
        }
    }

    void mark(HasMetadata disk) {
        marked.add(disk.getMetadata().getName());
    }

    void grow(DiskFacts seen, DiskSize size) {
        disks.computeIfPresent(
                seen.node(), (node, disk) -> new Disk(size, disk.has(), disk.pendingSince(), disk.podSince()));
    }

    /** The pod of a broker is made anew. */
    void restarted(int node) {
        disks.computeIfPresent(node, (same, disk) -> new Disk(disk.asked(), disk.asked(), Optional.empty(), now));
    }

    void tick(Instant time) {
        now = time;
        disks.replaceAll((node, disk) -> {
            if (disk.asked().equals(disk.has()) || disk.pendingSince().isPresent()) {
                return disk;
            }
            return node == NEEDS_A_RESTART
                    ? new Disk(disk.asked(), disk.has(), Optional.of(now), disk.podSince())
                    : new Disk(disk.asked(), disk.asked(), Optional.empty(), disk.podSince());
        });
    }

    StorageFacts facts(Optional<SetFacts> set) {
        return new StorageFacts(
                now,
                set,
                disks.entrySet().stream()
                        .map(entry -> facts(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static DiskFacts facts(int node, Disk disk) {
        return new DiskFacts(
                node,
                name(node),
                "v",
                true,
                disk.asked(),
                Optional.of(disk.has()),
                "standard",
                Expansion.ALLOWED,
                disk.pendingSince(),
                Optional.of(disk.podSince()),
                "");
    }

    /** Pods that are outdated because of their disks, too. */
    List<BrokerPodFacts> restarting(List<BrokerPodFacts> pods, Optional<SetFacts> set) {
        var why = facts(set).restarts();
        return pods.stream()
                .map(pod -> Optional.ofNullable(why.get(pod.node()))
                        .map(pod::outdatedBy)
                        .orElse(pod))
                .toList();
    }

    List<HasMetadata> claims() {
        return disks.keySet().stream().map(this::claim).toList();
    }

    private HasMetadata claim(int node) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name(node))
                .withAnnotations(
                        marked.contains(name(node)) ? Map.of(BrokerClusterPlanner.CLUSTER_ID, "simulated") : null)
                .endMetadata()
                .build();
    }

    /** The sizes that file systems have. */
    Set<String> sizes() {
        return disks.values().stream().map(disk -> disk.has().text()).collect(Collectors.toSet());
    }

    private static String name(int node) {
        return "data-orders-broker-" + node;
    }
}
