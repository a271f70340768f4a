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
import io.millrace.operator.desired.StartSettings;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ListenerIntent;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.plan.roll.RollSnapshot;
import io.millrace.operator.scale.ScaleDecision;
import io.millrace.operator.scale.ScalePlanner;
import io.millrace.operator.scale.ScaleScene;
import io.millrace.operator.scale.ScaleWish;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.settings.SettingsDecision;
import io.millrace.operator.settings.SettingsPlanner;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.storage.StorageDecision;
import io.millrace.operator.storage.StorageDecision.SetStep;
import io.millrace.operator.storage.StoragePlanner;
import io.millrace.operator.upgrade.UpgradeDecision;
import io.millrace.operator.upgrade.UpgradePlanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides what is to be done about a cluster. */
public final class BrokerClusterPlanner {

    /** Annotations of a disk that say whose it is. */
    public static final String CLUSTER_ID = "millrace.io/cluster-id";

    public static final String DIRECTORY_ID = "millrace.io/directory-id";

    /** The schema allows no more. */
    private static final int MOST_BROKERS = 100;

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(30);

    private BrokerClusterPlanner() {}

    /** A plan, and what is part of it: the verdict about restarts and the decisions about the size, the version, settings and disks. */
    public record ClusterPlan(
            Plan<BrokerClusterAction> plan,
            Verdict roll,
            ScaleDecision scale,
            UpgradeDecision upgrade,
            SettingsDecision settings,
            TrustDecision trust,
            StorageDecision storage) {}

    /** Decides. */
    public static ClusterPlan plan(BrokerClusterIntent wish, BrokerClusterObserved observed) {
        var refused = UpgradePlanner.versionRefusal(wish, observed.upgrade());
        var runnable = refused.flatMap(why -> observed.upgrade().image())
                .map(wish::runBy)
                .orElse(wish);
        var settings = SettingsPlanner.decide(wish.config(), observed.config());
        var storage =
                StoragePlanner.decide(new DiskSize(wish.storageSize()), observed.storage(), nobodyLeaves(observed));
        var possible = runnable.configuredBy(settings.config())
                .storing(storage.template().text());
        return plan(possible, observed, refused, settings, storage);
    }

    private static ClusterPlan plan(
            BrokerClusterIntent intent,
            BrokerClusterObserved observed,
            Optional<String> refusedVersion,
            SettingsDecision settings,
            StorageDecision storage) {
        var beginning = beginning(intent, observed);
        if (beginning.isPresent()) {
            return waiting(intent, beginning.get());
        }
        var born =
                observed.facts().filter(facts -> facts.quorum().leader() >= 0).isPresent();
        var known = observed.identity().orElseThrow();
        var identity = born ? known.afterBirth() : known;
        var scale = scale(intent, observed);
        var sized = DedicatedControllers.sized(intent, scale, observed);
        var actions = new ArrayList<BrokerClusterAction>();
        // First, for their brokers wait for it.
        var changes = observed.changes();
        new TreeMap<>(changes.annotations())
                .forEach((pod, words) -> actions.add(new BrokerClusterAction.TellPod(pod, words)));
        new TreeMap<>(changes.resizes())
                .forEach((pod, resizing) -> actions.add(new BrokerClusterAction.ResizePod(pod, resizing)));
        var trust = TrustDecision.of(observed.certificates(), sized);
        if (!trust.needs().none()) {
            actions.add(new BrokerClusterAction.IssueSecrets(sized));
        }
        ensure(actions, sized, identity, observed, scale, settings, storage);
        if (!settings.due().isEmpty()) {
            actions.add(new BrokerClusterAction.AlterSettings(settings.due(), settings.drifted()));
        }
        observed.facts().ifPresent(facts -> administer(actions, intent, facts, observed.acls()));
        var seen = snapshot(intent, observed, scale);
        var roll = roll(seen, scale, storage);
        restart(actions, roll, seen);
        var standing = new ClusterStanding(intent, sized, identity, observed).of(roll, scale);
        var upgrade = refusedVersion
                .map(why -> UpgradePlanner.refuse(why, observed.upgrade()))
                .orElseGet(() -> UpgradePlanner.decide(
                        intent, observed.upgrade(), Wellness.trouble(standing, roll, scale, observed.facts())));
        if (!upgrade.due().isEmpty()) {
            actions.add(new BrokerClusterAction.FinaliseFeatures(intent.version(), upgrade.due()));
        }
        return new ClusterPlan(
                new Plan<>(
                        actions,
                        trust.with(ClusterStanding.with(
                                storage, ClusterStanding.with(settings, ClusterStanding.with(upgrade, standing)))),
                        nextLook(observed, standing, roll, scale, upgrade, settings, trust, storage)),
                roll,
                scale,
                upgrade,
                foretold(settings, sized, observed.config()),
                trust,
                storage);
    }

    private static boolean nobodyLeaves(BrokerClusterObserved observed) {
        return observed.size()
                .filter(size -> observed.brokers().stream().allMatch(pod -> pod.node() < size))
                .isPresent();
    }

    /** What comes before there is a cluster, if that is how things are. */
    private static Optional<Plan<BrokerClusterAction>> beginning(
            BrokerClusterIntent intent, BrokerClusterObserved observed) {
        if (observed.leftovers().isPresent()) {
            return Optional.of(Plan.later(
                    Standing.notReady(
                            Reason.CLEANING_UP,
                            observed.leftovers().get() + " belongs to an earlier cluster of this name and is going"),
                    SOON));
        }
        var impossible = TrustDecision.impossible(observed.certificates(), intent);
        if (impossible.isPresent()) {
            return Optional.of(Plan.later(Standing.notReady(Reason.CA_UNUSABLE, impossible.get()), LATER));
        }
        return observed.identity().isPresent()
                ? DedicatedControllers.mismatch(intent, observed.identity().get())
                        .map(why -> Plan.later(Standing.notReady(Reason.INVALID_SPEC, why), LATER))
                : Optional.of(new Plan<>(
                        List.of(new BrokerClusterAction.FoundIdentity(intent)),
                        Standing.notReady(Reason.CREATING, "the cluster is being founded"),
                        Optional.of(SOON)));
    }

    private static SettingsDecision foretold(SettingsDecision settings, BrokerClusterIntent intent, ConfigFacts facts) {
        var rolling = settings.rolling(StartSettings.of(intent), facts.pods());
        return intent.queues() ? rolling.watched(BrokerConfigMap.queues(intent), facts.queues()) : rolling;
    }

    private static void restart(List<BrokerClusterAction> actions, Verdict roll, RollSnapshot seen) {
        if (roll instanceof Verdict.Restart batch) {
            actions.add(new BrokerClusterAction.RestartPods(batch, seen));
        }
        if (roll instanceof Verdict.LeadAgain) {
            actions.add(new BrokerClusterAction.ElectPreferredLeaders());
        }
    }

    /** What is next about the size; as it is where the brokers say nothing, or nothing is to be done. */
    private static ScaleDecision scale(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        var size = observed.size().orElseGet(() -> Math.max(intent.replicas(), observed.formerSize()));
        if (observed.size().isEmpty() || (observed.scale().isEmpty() && size == intent.replicas())) {
            return ScaleDecision.settled(size, observed.rebalance());
        }
        if (observed.scale().isEmpty()) {
            return ScaleDecision.held(size, "the brokers do not say how things are", observed.rebalance());
        }
        var nodes = observed.pods().stream().map(BrokerPodFacts::node).collect(Collectors.toSet());
        var steady = observed.pods().stream()
                .filter(pod -> pod.ready() && !pod.terminating())
                .map(BrokerPodFacts::node)
                .collect(Collectors.toSet());
        return ScalePlanner.decide(
                ScaleWish.of(intent),
                new ScaleScene(size, nodes, steady, observed.scale().get(), observed.rebalance()));
    }

    private static RollSnapshot snapshot(
            BrokerClusterIntent intent, BrokerClusterObserved observed, ScaleDecision scale) {
        var sized = intent.ofSize(observed.size().orElse(scale.size()))
                .withControllers(observed.controllers().orElseGet(() -> DedicatedControllers.number(intent, observed)));
        var nodes = Set.copyOf(sized.nodes());
        return new RollSnapshot(
                observed.pods().stream()
                        .filter(pod -> nodes.contains(pod.node()))
                        .toList(),
                nodes.size(),
                Set.copyOf(sized.controllers()),
                observed.facts(),
                intent.rolling(),
                intent.queues(),
                observed.rolling());
    }

    /**
     * While the cluster is on its way to another size, no pod is restarted that serves; and none at all while there is no
     * StatefulSet that would make it again.
     */
    private static Verdict roll(RollSnapshot seen, ScaleDecision scale, StorageDecision storage) {
        var roll = RollPlanner.decide(seen);
        if (roll instanceof Verdict.Restart && storage.step() != SetStep.KEEP) {
            return new Verdict.Wait("the StatefulSet, which is being made again");
        }
        return scale.isBusy()
                        && roll instanceof Verdict.Restart batch
                        && batch.pods().stream().anyMatch(BrokerPodFacts::ready)
                ? new Verdict.Blocked("the cluster is being scaled: " + scale.message())
                : roll;
    }

    private static Optional<Duration> nextLook(
            BrokerClusterObserved observed,
            Standing standing,
            Verdict roll,
            ScaleDecision scale,
            UpgradeDecision upgrade,
            SettingsDecision settings,
            TrustDecision trust,
            StorageDecision storage) {
        if (!standing.ready()
                || !(roll instanceof Verdict.Done)
                || !settings.due().isEmpty()) {
            return Optional.of(SOON);
        }
        var forSettings = settings.refusal().map(why -> LATER);
        var forResizes = observed.changes().resizes().isEmpty() ? Optional.<Duration>empty() : Optional.of(LATER);
        var forTheSize =
                switch (scale.phase()) {
                    case SETTLED -> Optional.<Duration>empty();
                    case BUSY, HELD -> Optional.of(SOON);
                    case AWAITING_APPROVAL, BLOCKED -> Optional.of(LATER);
                };
        return Stream.of(forTheSize, upgrade.nextLook(), forSettings, forResizes, trust.nextLook(), storage.nextLook())
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    private static ClusterPlan waiting(BrokerClusterIntent intent, Plan<BrokerClusterAction> plan) {
        return new ClusterPlan(
                plan,
                new Verdict.Done(),
                ScaleDecision.settled(intent.replicas(), Optional.empty()),
                UpgradeDecision.settled(),
                SettingsDecision.none(intent.config()),
                TrustDecision.settled(),
                StorageDecision.settled(new DiskSize(intent.storageSize())));
    }

    private static void ensure(
            List<BrokerClusterAction> actions,
            BrokerClusterIntent intent,
            Identity identity,
            BrokerClusterObserved observed,
            ScaleDecision scale,
            SettingsDecision settings,
            StorageDecision storage) {
        var owner = observed.owner();
        var objects = new ArrayList<HasMetadata>();
        objects.add(QuorumConfigMap.of(intent, identity, owner));
        objects.add(BrokerConfigMap.of(intent, settings.withdrawn(), owner));
        objects.addAll(Services.of(intent, owner));
        objects.add(BrokerPdb.of(intent, owner));
        objects.add(BrokerNetworkPolicy.of(intent, owner));
        objects.addAll(DedicatedControllers.objects(intent, observed));
        if (observed.outside().missing(intent).isEmpty()) {
            objects.add(AddressesConfigMap.of(intent, observed.outside().rows(intent), owner));
        }
        objects.forEach(object -> actions.add(new BrokerClusterAction.Ensure(Difference.marked(object))));
        // What verifies that brokers are empty comes before they are taken away, and is the only step then.
        Stream.concat(scale.steps().stream(), DedicatedControllers.verification(intent, observed).stream())
                .forEach(step -> actions.add(new BrokerClusterAction.Scale(intent, step)));
        DedicatedControllers.set(intent, observed)
                .ifPresent(set -> actions.add(new BrokerClusterAction.Ensure(Difference.marked(set))));
        storage.due().forEach(disk -> actions.add(new BrokerClusterAction.GrowDisk(disk, storage.size())));
        if (storage.step() == SetStep.RELEASE) {
            observed.storage()
                    .set()
                    .ifPresent(set -> actions.add(new BrokerClusterAction.ReleasePods(set, storage.size())));
        } else if (storage.step() == SetStep.KEEP && mayHavePods(intent, observed)) {
            var set = BrokerStatefulSet.of(intent, intent.rolling().restartAfter(observed.restartedAt()), owner);
            actions.add(new BrokerClusterAction.Ensure(Difference.marked(set)));
        }
        leftovers(intent, observed).forEach(name -> actions.add(new BrokerClusterAction.RemoveService(name)));
        if (identity.born()) {
            observed.disks().stream()
                    .filter(disk -> !isMarked(disk))
                    .forEach(disk -> actions.add(new BrokerClusterAction.MarkDisk(
                            disk, identity.clusterId(), directory(intent, identity, disk))));
        }
    }

    /** A broker reads its addresses and its certificate when it starts: new ones are made once both are there. */
    private static boolean mayHavePods(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        var grows = observed.size().filter(size -> size < intent.replicas()).isPresent();
        return observed.outside().missing(intent).isEmpty()
                && (!grows || observed.certificates().needs(intent).nodes().isEmpty());
    }

    /** Services of brokers that are gone. */
    private static List<String> leftovers(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        var names = new ArrayList<String>();
        intent.listeners().stream().filter(ListenerIntent::perBroker).forEach(listener -> {
            for (int node = intent.replicas(); node < MOST_BROKERS; node++) {
                var gone = node;
                if (observed.outside().knows(listener.name(), node)
                        && observed.pods().stream().noneMatch(pod -> pod.node() == gone)) {
                    names.add(Services.brokerName(intent.name(), listener.name(), node));
                }
            }
        });
        return names;
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

    private static void administer(
            List<BrokerClusterAction> actions, BrokerClusterIntent intent, ClusterFacts facts, Set<Acl> acls) {
        if (facts.quorum().leader() < 0 || facts.brokers().isEmpty()) {
            return;
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
}
