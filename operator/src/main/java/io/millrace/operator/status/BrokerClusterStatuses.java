package io.millrace.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.ConfigStatus;
import io.millrace.api.v1alpha1.ListenerStatus;
import io.millrace.api.v1alpha1.NodeStatus;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Names;
import io.millrace.operator.desired.Services;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.intent.ListenerIntent;
import io.millrace.operator.plan.BrokerClusterObserved;
import io.millrace.operator.plan.BrokerClusterPlanner.ClusterPlan;
import io.millrace.operator.plan.DedicatedControllers;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.upgrade.UpgradePlanner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Composes the status of a cluster. */
public final class BrokerClusterStatuses {

    private BrokerClusterStatuses() {}

    /** Composes it where nothing could be looked at: what was known stays. */
    public static BrokerClusterStatus of(BrokerCluster cluster, Standing standing, Instant now) {
        return of(cluster, standing, Optional.ofNullable(cluster.getStatus()).map(BrokerClusterStatus::config), now);
    }

    /**
     * Composes it where nothing is to be done: what was known stays.
     *
     * @param config what of the settings would be done
     */
    public static BrokerClusterStatus of(
            BrokerCluster cluster, Standing standing, Optional<ConfigStatus> config, Instant now) {
        var old = cluster.getStatus();
        var generation = cluster.getMetadata().getGeneration();
        var conditions = Conditions.compose(old == null ? null : old.conditions(), standing, generation, now);
        return new BrokerClusterStatus(
                generation,
                conditions,
                old == null ? null : old.replicas(),
                old == null ? null : old.selector(),
                old == null ? null : old.ready(),
                standing.reason().word(),
                old == null ? null : old.version(),
                old == null ? null : old.metadataVersion(),
                old == null ? null : old.clusterId(),
                old == null ? null : old.nodes(),
                old == null ? null : old.listeners(),
                null,
                old == null ? null : old.rebalance(),
                old == null ? null : old.upgrade(),
                config.orElse(null));
    }

    /** Composes it. */
    public static BrokerClusterStatus of(
            BrokerCluster cluster,
            BrokerClusterIntent intent,
            BrokerClusterObserved observed,
            ClusterPlan decision,
            Standing standing,
            Instant now) {
        var roll = decision.roll();
        var sized = DedicatedControllers.sized(intent, decision.scale(), observed);
        var old = cluster.getStatus();
        var before = old == null || old.conditions() == null ? List.<Condition>of() : old.conditions();
        var generation = cluster.getMetadata().getGeneration();
        var conditions = new ArrayList<>(Conditions.compose(before, standing, generation, now));
        var rolling = RollingStatuses.of(cluster, sized, observed, roll);
        if (rolling != null) {
            var reason = roll instanceof Verdict.Blocked ? Reason.BLOCKED : Reason.ROLLING;
            conditions.add(Conditions.condition(before, "Rolling", true, reason, standing.message(), generation, now));
        }
        MoreConditions.of(decision, conditions)
                .forEach(one -> conditions.add(
                        Conditions.condition(before, one.type(), true, one.reason(), one.message(), generation, now)));
        DiskConditions.pressure(before, observed.facts())
                .ifPresent(message -> conditions.add(Conditions.condition(
                        before, DiskConditions.TYPE, true, Reason.DISK_SHORT, message, generation, now)));
        var ready = observed.brokers().stream().filter(BrokerPodFacts::ready).count();
        return new BrokerClusterStatus(
                generation,
                conditions,
                observed.brokers().size(),
                selector(intent),
                ready + "/" + sized.replicas(),
                standing.reason().word(),
                runs(intent, observed) ? intent.version() : old == null ? null : old.version(),
                observed.upgrade().metadataVersion().orElse(null),
                observed.identity().map(Identity::clusterId).orElse(null),
                nodes(cluster, intent, sized, observed),
                listeners(intent, observed),
                rolling,
                decision.scale().rebalance().orElse(null),
                decision.upgrade().status().orElse(null),
                decision.settings().status().orElse(null));
    }

    /** Whether all nodes run the version that is asked for: they were made with it, and it has started. */
    private static boolean runs(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        return UpgradePlanner.isEverywhere(intent, observed.upgrade())
                && observed.pods().stream().allMatch(BrokerPodFacts::ready);
    }

    private static String selector(BrokerClusterIntent intent) {
        return new TreeMap<>(Names.brokerLabels(intent.name()))
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
    }

    private static List<NodeStatus> nodes(
            BrokerCluster cluster,
            BrokerClusterIntent intent,
            BrokerClusterIntent sized,
            BrokerClusterObserved observed) {
        Map<Integer, BrokerPodFacts> pods =
                observed.pods().stream().collect(Collectors.toMap(BrokerPodFacts::node, pod -> pod));
        var racks = racks(cluster, observed);
        var disks = disks(sized, observed);
        return sized.nodes().stream()
                .map(node -> new NodeStatus(
                        node,
                        sized.pod(node),
                        roles(sized, node),
                        state(pods.get(node), intent.nodes().contains(node)),
                        racks.get(node),
                        disks.get(node)))
                .toList();
    }

    private static Map<Integer, String> disks(BrokerClusterIntent sized, BrokerClusterObserved observed) {
        var disks = new HashMap<Integer, String>();
        observed.storage().disks().forEach(disk -> disk.has().ifPresent(size -> disks.put(disk.node(), size.text())));
        sized.dedicatedNodes().forEach(node -> disk("data-" + sized.pod(node), observed.disks())
                .ifPresent(size -> disks.put(node, size)));
        return disks;
    }

    /** Disks of dedicated controllers do not grow, and nothing but their size is known of them. */
    private static Optional<String> disk(String name, List<HasMetadata> claims) {
        return claims.stream()
                .filter(claim -> claim.getMetadata().getName().equals(name))
                .filter(PersistentVolumeClaim.class::isInstance)
                .map(claim -> ((PersistentVolumeClaim) claim).getStatus())
                .flatMap(status -> Stream.ofNullable(status)
                        .flatMap(known -> Stream.ofNullable(known.getCapacity()))
                        .flatMap(capacity -> Stream.ofNullable(capacity.get("storage"))))
                .map(Quantity::toString)
                .findFirst();
    }

    private static List<String> roles(BrokerClusterIntent sized, int node) {
        if (ControllersIntent.isDedicated(node)) {
            return List.of("controller");
        }
        return sized.controllers().contains(node) ? List.of("broker", "controller") : List.of("broker");
    }

    /** A broker that is away, or does not answer, keeps the rack it last spoke of. */
    private static Map<Integer, String> racks(BrokerCluster cluster, BrokerClusterObserved observed) {
        var racks = new HashMap<Integer, String>();
        var old = cluster.getStatus();
        var nodes = old == null || old.nodes() == null ? List.<NodeStatus>of() : old.nodes();
        for (var node : nodes) {
            var rack = node.rack();
            if (rack != null) {
                racks.put(node.id(), rack);
            }
        }
        observed.facts().ifPresent(facts -> {
            racks.keySet().removeAll(facts.brokers());
            racks.putAll(facts.racks());
        });
        return racks;
    }

    private static String state(@Nullable BrokerPodFacts pod, boolean stays) {
        if (pod == null) {
            return "Missing";
        }
        if (!stays) {
            return "Leaving";
        }
        if (pod.terminating()) {
            return "Restarting";
        }
        return pod.ready() ? "Running" : "Starting";
    }

    private static List<ListenerStatus> listeners(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        return intent.listeners().stream()
                .map(listener -> new ListenerStatus(
                        listener.name(),
                        "%s.%s.svc:%d"
                                .formatted(
                                        Services.bootstrapName(intent.name(), listener.name()),
                                        intent.namespace(),
                                        listener.port()),
                        external(listener, observed),
                        listener.tls() ? true : null,
                        listener.tls() ? ClusterSecret.publicName(intent.name()) : null))
                .toList();
    }

    private static @Nullable String external(ListenerIntent listener, BrokerClusterObserved observed) {
        return observed.outside()
                .bootstrap(listener, Optional.of(observed.hostIp()).filter(host -> !host.isEmpty()))
                .orElse(null);
    }
}
