package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.millrace.operator.desired.AddressesConfigMap;
import io.millrace.operator.desired.BrokerConfigMap;
import io.millrace.operator.desired.BrokerNetworkPolicy;
import io.millrace.operator.desired.BrokerPdb;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.QuorumConfigMap;
import io.millrace.operator.desired.Services;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.plan.roll.RollSnapshot;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides what is to be done about a cluster. */
public final class BrokerClusterPlanner {

    /** Annotations of a disk that say whose it is. */
    public static final String CLUSTER_ID = "millrace.io/cluster-id";

    public static final String DIRECTORY_ID = "millrace.io/directory-id";

    private static final Duration SOON = Duration.ofSeconds(2);

    private BrokerClusterPlanner() {}

    /** A plan and the verdict about restarts that is part of it. */
    public record ClusterPlan(Plan<BrokerClusterAction> plan, Verdict roll) {}

    /** Decides. */
    public static ClusterPlan plan(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        if (observed.leftovers().isPresent()) {
            return waiting(Plan.later(
                    Standing.notReady(
                            Reason.CLEANING_UP,
                            observed.leftovers().get() + " belongs to an earlier cluster of this name and is going"),
                    SOON));
        }
        if (observed.identity().isEmpty()) {
            return waiting(new Plan<>(
                    List.of(new BrokerClusterAction.FoundIdentity(intent)),
                    Standing.notReady(Reason.CREATING, "the cluster is being founded"),
                    Optional.of(SOON)));
        }
        var born =
                observed.facts().filter(facts -> facts.quorum().leader() >= 0).isPresent();
        var identity = born
                ? observed.identity().get().afterBirth()
                : observed.identity().get();
        var actions = new ArrayList<BrokerClusterAction>();
        if (!observed.certificates().needs(intent).none()) {
            actions.add(new BrokerClusterAction.IssueSecrets(intent));
        }
        ensure(actions, intent, identity, observed);
        observed.facts().ifPresent(facts -> administer(actions, intent, facts, observed.acls()));
        var seen = snapshot(intent, observed);
        var roll = RollPlanner.decide(seen);
        if (roll instanceof Verdict.Restart batch) {
            actions.add(new BrokerClusterAction.RestartPods(batch, seen));
        }
        if (roll instanceof Verdict.LeadAgain) {
            actions.add(new BrokerClusterAction.ElectPreferredLeaders());
        }
        var standing = standing(intent, identity, observed, roll);
        var settled = standing.ready() && roll instanceof Verdict.Done;
        return new ClusterPlan(new Plan<>(actions, standing, settled ? Optional.empty() : Optional.of(SOON)), roll);
    }

    private static RollSnapshot snapshot(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        return new RollSnapshot(
                observed.pods(),
                intent.replicas(),
                Set.copyOf(intent.controllers()),
                observed.facts(),
                intent.rolling(),
                intent.queues(),
                observed.rolling());
    }

    private static ClusterPlan waiting(Plan<BrokerClusterAction> plan) {
        return new ClusterPlan(plan, new Verdict.Done());
    }

    private static void ensure(
            List<BrokerClusterAction> actions,
            BrokerClusterIntent intent,
            Identity identity,
            BrokerClusterObserved observed) {
        var owner = observed.owner();
        var objects = new ArrayList<HasMetadata>();
        objects.add(QuorumConfigMap.of(intent, identity, owner));
        objects.add(BrokerConfigMap.of(intent, owner));
        objects.addAll(Services.of(intent, owner));
        objects.add(BrokerPdb.of(intent, owner));
        objects.add(BrokerNetworkPolicy.of(intent, owner));
        // A broker reads its addresses when it starts: pods are made once all are known.
        if (observed.nodePorts().keySet().containsAll(addressRows(intent))) {
            var ports = new HashMap<String, Integer>();
            addressRows(intent)
                    .forEach(row -> ports.put(row, observed.nodePorts().getOrDefault(row, 0)));
            objects.add(AddressesConfigMap.of(intent, ports, owner));
            objects.add(BrokerStatefulSet.of(intent, intent.rolling().restartAfter(observed.restartedAt()), owner));
        }
        objects.forEach(object -> actions.add(new BrokerClusterAction.Ensure(Difference.marked(object))));
        if (identity.born()) {
            observed.disks().stream()
                    .filter(disk -> !isMarked(disk))
                    .forEach(disk -> actions.add(new BrokerClusterAction.MarkDisk(
                            disk, identity.clusterId(), directory(intent, identity, disk))));
        }
    }

    private static boolean isMarked(HasMetadata disk) {
        var annotations = disk.getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey(CLUSTER_ID);
    }

    private static String directory(BrokerClusterIntent intent, Identity identity, HasMetadata disk) {
        return intent.controllers().stream()
                .filter(node -> disk.getMetadata().getName().equals("data-" + intent.pod(node)))
                .findFirst()
                .map(node -> identity.directories().getOrDefault(node, ""))
                .orElse("");
    }

    private static Set<String> addressRows(BrokerClusterIntent intent) {
        var rows = new HashSet<String>();
        intent.listeners().stream().filter(listener -> listener.perBroker()).forEach(listener -> {
            for (int node = 0; node < intent.replicas(); node++) {
                rows.add(AddressesConfigMap.row(listener.name(), node));
            }
        });
        return rows;
    }

    private static void administer(
            List<BrokerClusterAction> actions, BrokerClusterIntent intent, ClusterFacts facts, Set<Acl> acls) {
        if (facts.quorum().leader() < 0 || facts.brokers().isEmpty()) {
            return;
        }
        if (facts.minInSync() != intent.defaultMinInSync()) {
            actions.add(new BrokerClusterAction.SetDefaultMinInSync(intent.defaultMinInSync()));
        }
        var missing = new HashSet<>(BaseAcls.of(intent.simpleAuthorization()));
        missing.removeAll(acls);
        if (!missing.isEmpty()) {
            actions.add(new BrokerClusterAction.AddAcls(missing));
        }
        if (intent.simpleAuthorization()) {
            var open = new HashSet<>(BaseAcls.openToAll());
            open.retainAll(acls);
            if (!open.isEmpty()) {
                actions.add(new BrokerClusterAction.RemoveAcls(open));
            }
        }
    }

    private static Standing standing(
            BrokerClusterIntent intent, Identity identity, BrokerClusterObserved observed, Verdict roll) {
        var ready = observed.pods().stream().filter(BrokerPodFacts::ready).count();
        var count = "%d of %d brokers are ready".formatted(ready, intent.replicas());
        return switch (roll) {
            case Verdict.Blocked(var by) ->
                ready == intent.replicas()
                        ? Standing.degraded(Reason.BLOCKED, "the next restart waits: " + by)
                        : Standing.notReady(Reason.BLOCKED, count + "; the next restart waits: " + by);
            case Verdict.Wait(var what) -> rolling(intent, ready, count + "; waiting for " + what);
            case Verdict.LeadAgain(var what) -> rolling(intent, ready, count + "; waiting for " + what);
            case Verdict.Restart(var pods, var why, var checks) ->
                rolling(intent, ready, count + "; restarting " + names(pods));
            case Verdict.Done() -> {
                if (ready == intent.replicas() && identity.born()) {
                    yield Standing.ready(count);
                }
                yield Standing.notReady(
                        identity.born() ? Reason.BROKERS_MISSING : Reason.CREATING, missing(intent, observed, count));
            }
        };
    }

    private static Standing rolling(BrokerClusterIntent intent, long ready, String message) {
        // During a roll a batch is away on purpose, and nothing anybody was promised is.
        return ready >= intent.replicas() - intent.rolling().maxUnavailable() && ready > 0 && intent.replicas() > 1
                ? new Standing(true, Reason.ROLLING, message, null)
                : Standing.notReady(Reason.STARTING, message);
    }

    private static String names(List<BrokerPodFacts> pods) {
        return pods.stream().map(BrokerPodFacts::name).collect(Collectors.joining(", "));
    }

    private static String missing(BrokerClusterIntent intent, BrokerClusterObserved observed, String count) {
        Map<String, Boolean> byName = new HashMap<>();
        observed.pods().forEach(pod -> byName.put(pod.name(), pod.ready()));
        for (int node = 0; node < intent.replicas(); node++) {
            if (!byName.getOrDefault(intent.pod(node), false)) {
                return count + "; see pod " + intent.pod(node);
            }
        }
        return count + "; the controllers have no leader yet";
    }
}
