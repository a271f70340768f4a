package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.client.Handshakes;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.desired.ControllerStatefulSet;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.desired.PodAddresses;
import io.millrace.operator.desired.PodRack;
import io.millrace.operator.desired.QuorumConfigMap;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.BrokerClusterObserved;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.InPlaceResize;
import io.millrace.operator.plan.PodChanges;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.status.FailureException;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.upgrade.UpgradeFacts;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a cluster: objects from the caches, facts from the brokers themselves. */
public final class BrokerClusterObserver {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerClusterObserver.class);

    private final Connections connections;
    private final ScaleObserver scale;
    private final WaitingTopics waiting;
    private final TrustObserver trust;
    private final Clock clock;

    /**
     * Prepares to look.
     *
     * @param clock certificates end
     * @param waiting topics that wait for other replicas
     */
    public BrokerClusterObserver(Connections connections, Clock clock, WaitingTopics waiting) {
        this(connections, clock, waiting, (door, own) -> Handshakes.look(door.host(), door.port(), own));
    }

    /** The same, with another way to look at the ports of brokers. */
    public BrokerClusterObserver(
            Connections connections, Clock clock, WaitingTopics waiting, TrustObserver.Look handshakes) {
        this.trust = new TrustObserver(handshakes);
        this.connections = connections;
        this.scale = new ScaleObserver(connections, waiting);
        this.waiting = waiting;
        this.clock = clock;
    }

    /** Has a cluster woken when one of its topics waits for other replicas. */
    public void onWaitingTopics(Consumer<ClusterKey> wake) {
        waiting.onWaiting(wake);
    }

    private record Answer(Optional<ClusterFacts> facts, Set<Acl> acls, UpgradeFacts upgrade, ConfigFacts config) {}

    /** Looks. */
    public BrokerClusterObserved observe(
            BrokerCluster cluster, BrokerClusterIntent intent, Context<BrokerCluster> context) {
        var name = cluster.getMetadata().getName();
        var storage = StorageObserver.observe(name, new DiskSize(intent.storageSize()), clock.instant(), context);
        var outside = OutsideObserver.observe(
                name, context.getSecondaryResourcesAsStream(Service.class), BrokerPods.in(context));
        var addresses = AdvertisedAddresses.of(intent, outside, BrokerPods.in(context));
        var sets = BrokerPods.sets(name, context);
        var resizes = Resizes.of(
                BrokerPods.revised(sets, context),
                Resizes.of(context.getClient(), cluster.getMetadata().getNamespace()));
        var pods = restarting(
                restarting(resizes.applied(BrokerPods.of(sets, context)), storage.restarts()), addresses.changed());
        var size = size(BrokerStatefulSet.name(name), context);
        var controllers = size(ControllerStatefulSet.name(name), context);
        var status = cluster.getStatus();
        var upgrade = UpgradeObserver.ofKubernetes(cluster, clock.instant(), context);
        var silent = new Answer(Optional.empty(), Set.of(), upgrade, SettingsObserver.ofKubernetes(cluster, context));
        var answer = BrokerPods.mayAnswer(pods)
                ? ask(cluster, intent, silent, BrokerPods.in(context).count())
                : silent;
        var sized = intent.ofSize(size.orElse(intent.replicas()))
                .withControllers(controllers.orElse(intent.controllers().size()));
        var written = identity(name, context);
        var former = Disks.former(context);
        return new BrokerClusterObserved(
                owner(cluster),
                leftovers(cluster, context).or(() -> written.isPresent() ? Optional.empty() : former.going()),
                written.or(former::identity),
                certificates(cluster, sized, outside, context),
                outside,
                pods,
                new PodChanges(untold(intent, addresses, resizes, context), resizes.due()),
                hostIp(context),
                isRolling(cluster),
                BrokerPods.restartedAt(name, context),
                answer.facts(),
                answer.acls(),
                Disks.in(context).<HasMetadata>map(disk -> disk).toList(),
                size,
                controllers,
                status != null && Conditions.isReady(status.conditions()),
                Optional.ofNullable(status).map(BrokerClusterStatus::rebalance),
                answer.facts()
                        .flatMap(facts -> size.flatMap(brokers ->
                                scale.observe(cluster, intent, facts, brokers, isCalm(pods), context.getClient()))),
                answer.upgrade(),
                answer.config(),
                storage);
    }

    private static Map<String, Map<String, String>> untold(
            BrokerClusterIntent intent,
            AdvertisedAddresses addresses,
            Resizes resizes,
            Context<BrokerCluster> context) {
        var untold = new HashMap<String, Map<String, String>>();
        PodRacks.untold(intent.topologyKey(), BrokerPods.in(context), PodRacks.of(context.getClient()))
                .forEach((pod, rack) -> word(untold, pod, PodRack.ANNOTATION, rack));
        addresses.unmarked().forEach((pod, known) -> word(untold, pod, PodAddresses.ANNOTATION, known));
        resizes.unmarked().forEach((pod, revision) -> word(untold, pod, InPlaceResize.DONE, revision));
        return untold;
    }

    private static void word(Map<String, Map<String, String>> untold, String pod, String annotation, String value) {
        untold.computeIfAbsent(pod, one -> new HashMap<>()).put(annotation, value);
    }

    /** A pod is outdated, too, for reasons that are not in its template, by node. */
    private static List<BrokerPodFacts> restarting(List<BrokerPodFacts> pods, Map<Integer, String> reasons) {
        return pods.stream()
                .map(pod -> Optional.ofNullable(reasons.get(pod.node()))
                        .map(pod::outdatedBy)
                        .orElse(pod))
                .toList();
    }

    private ClusterCertificates certificates(
            BrokerCluster cluster, BrokerClusterIntent sized, Outside outside, Context<BrokerCluster> context) {
        var found = CertificateObserver.observe(
                context.getSecondaryResourcesAsStream(Secret.class), outside, clock.instant());
        return trust.observe(
                cluster, sized, context.getSecondaryResourcesAsStream(Secret.class), found, context.getClient());
    }

    private static boolean isCalm(List<BrokerPodFacts> pods) {
        return pods.stream().allMatch(pod -> pod.ready() && !pod.terminating());
    }

    private static Optional<Integer> size(String set, Context<BrokerCluster> context) {
        return BrokerPods.statefulSet(set, context).map(found -> found.getSpec().getReplicas());
    }

    private Answer ask(BrokerCluster cluster, BrokerClusterIntent intent, Answer silent, long pods) {
        var key = new ClusterKey(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
        try {
            var brokers = connections.brokers(key);
            var facts = brokers.cluster().facts();
            return new Answer(
                    Optional.of(facts),
                    brokers.users().acls(),
                    UpgradeObserver.ofBrokers(silent.upgrade(), intent, brokers.features()),
                    SettingsObserver.ofBrokers(silent.config(), intent, brokers.settings(), facts.brokers(), pods));
        } catch (FailureException e) {
            LOG.info("cluster {}: {}", key, e.getMessage());
            return silent;
        }
    }

    private static OwnerReference owner(BrokerCluster cluster) {
        return new OwnerReferenceBuilder()
                .withApiVersion(cluster.getApiVersion())
                .withKind(cluster.getKind())
                .withName(cluster.getMetadata().getName())
                .withUid(cluster.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    private static boolean isRolling(BrokerCluster cluster) {
        return cluster.getStatus() != null
                && Conditions.find(cluster.getStatus().conditions(), "Rolling").isPresent();
    }

    private static Optional<String> leftovers(BrokerCluster cluster, Context<BrokerCluster> context) {
        return Stream.of(StatefulSet.class, Service.class, ConfigMap.class, Secret.class)
                .<HasMetadata>flatMap(kind -> context.getSecondaryResources(kind).stream())
                .filter(object -> object.getMetadata().getOwnerReferences().stream()
                        .anyMatch(reference -> reference.getKind().equals(cluster.getKind())
                                && !reference
                                        .getUid()
                                        .equals(cluster.getMetadata().getUid())))
                .map(object -> object.getKind() + " " + object.getMetadata().getName())
                .sorted()
                .findFirst();
    }

    private static Optional<Identity> identity(String cluster, Context<BrokerCluster> context) {
        return context.getSecondaryResourcesAsStream(ConfigMap.class)
                .filter(map -> map.getMetadata().getName().equals(QuorumConfigMap.name(cluster)))
                .findFirst()
                .flatMap(QuorumConfigMap::read);
    }

    private static String hostIp(Context<BrokerCluster> context) {
        return BrokerPods.in(context)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .filter(pod -> pod.getStatus() != null && pod.getStatus().getHostIP() != null)
                .map(pod -> pod.getStatus().getHostIP())
                .findFirst()
                .orElse("");
    }
}
