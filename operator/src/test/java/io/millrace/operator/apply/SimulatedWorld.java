package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.api.v1alpha1.UpgradeState;
import io.millrace.api.v1alpha1.UpgradeStatus;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.desired.PodRack;
import io.millrace.operator.desired.QuorumConfigMap;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.BaseAcls;
import io.millrace.operator.plan.BrokerClusterAction;
import io.millrace.operator.plan.BrokerClusterObserved;
import io.millrace.operator.plan.BrokerClusterPlanner;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.Difference;
import io.millrace.operator.plan.PodChanges;
import io.millrace.operator.plan.RollPlanner;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.plan.roll.RollSnapshot;
import io.millrace.operator.plan.roll.SimulatedCluster;
import io.millrace.operator.plan.roll.SimulatedCluster.Shape;
import io.millrace.operator.plan.roll.SimulatedCluster.Times;
import io.millrace.operator.scale.ControllerState;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.scale.ScaleStep;
import io.millrace.operator.scale.TopicWishes;
import io.millrace.operator.status.BrokerClusterStatuses;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.storage.DiskSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything a cluster is made of, in memory: what the API server holds, brokers that restart, and a counter of all writes,
 * at one of which the operator dies.
 */
final class SimulatedWorld {

    static final int NODES = 6;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Map<Set<String>, List<Secret>> ISSUED = new HashMap<>();
    private static final OwnerReference OWNER = new OwnerReference();
    private static final Duration TICK = Duration.ofMinutes(30);

    /** The operator is killed. What it has written stays. */
    static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * When the operator dies.
     *
     * @param write at which write; -1: never
     * @param before before it is done, or right after
     */
    record DeathAt(int write, boolean before) {}

    final Set<Class<?>> kindsOfWrites = new HashSet<>();
    final Map<String, Integer> restarts = new HashMap<>();
    final SimulatedFeatures features = new SimulatedFeatures("4.2-IV1");
    final SimulatedSettings settings = new SimulatedSettings();
    int foundings;
    int writes;

    private final DeathAt death;
    private final Map<String, HasMetadata> objects = new LinkedHashMap<>();
    private final Map<String, Secret> secrets = new HashMap<>();
    final SimulatedDisks disks = new SimulatedDisks(NOW);
    final SimulatedSet set = new SimulatedSet();
    /** Pods that know their racks. */
    private final Set<String> told = new HashSet<>();

    private final Set<Acl> acls = new HashSet<>(BaseAcls.openToAll());
    private Optional<Identity> identity = Optional.empty();
    private Optional<SimulatedCluster> brokers = Optional.empty();
    private int minInSync = 1;
    private Instant now = NOW;
    private BrokerCluster cluster = new BrokerCluster();

    /** There was a larger cluster of this name: the Service of its last broker is still there. */
    SimulatedWorld(DeathAt death) {
        this.death = death;
        objects.put(
                "Service orders-out-6",
                new ServiceBuilder()
                        .withNewMetadata()
                        .withName("orders-out-6")
                        .endMetadata()
                        .build());
    }

    /** The user applies a spec. */
    void apply(String spec) {
        var before = cluster.getStatus();
        var generation = Objects.requireNonNullElse(cluster.getMetadata().getGeneration(), 0L);
        cluster = Specs.cluster(spec);
        cluster.getMetadata().setGeneration(generation + 1);
        cluster.setStatus(before);
    }

    /** One pass of the operator; false if it died in it. */
    boolean pass(BrokerClusterIntent intent) {
        var observed = observe();
        var decision = BrokerClusterPlanner.plan(intent, observed);
        try {
            decision.plan().actions().forEach(action -> act(action, observed));
            var status = BrokerClusterStatuses.of(
                    cluster, intent, observed, decision, decision.plan().standing(), NOW);
            if (!Objects.equals(status, cluster.getStatus())) {
                write(BrokerCluster.class, () -> cluster.setStatus(status));
            }
        } catch (Death end) {
            return false;
        }
        return true;
    }

    boolean isSettled() {
        return brokers.filter(SimulatedCluster::isSettled).isPresent()
                && cluster.getStatus() != null
                && cluster.getStatus().rolling() == null
                && cluster.getStatus().upgrade() == null
                && "Ready".equals(cluster.getStatus().state())
                && Conditions.isReady(cluster.getStatus().conditions());
    }

    /** Whether there is anything left to be written. */
    boolean hasWork(BrokerClusterIntent intent) {
        return BrokerClusterPlanner.plan(intent, observe()).plan().actions().stream()
                .anyMatch(action -> !(action instanceof BrokerClusterAction.Ensure(var object))
                        || Difference.exists(object, there(object)));
    }

    void tick() {
        now = now.plus(TICK);
        brokers.ifPresent(SimulatedCluster::tick);
        disks.tick(now);
        set.tick();
    }

    private BrokerClusterObserved observe() {
        var status = cluster.getStatus();
        return new BrokerClusterObserved(
                OWNER,
                Optional.empty(),
                identity,
                certificates(),
                new Outside(Set.of(), nodePorts(), Map.of()),
                pods(),
                new PodChanges(untold(), set.resizes()),
                "",
                status != null
                        && Conditions.find(status.conditions(), "Rolling").isPresent(),
                set.restartedAt(),
                facts(),
                acls,
                disks.claims(),
                set.size(),
                Optional.empty(),
                status != null && Conditions.isReady(status.conditions()),
                Optional.empty(),
                facts().map(this::scale),
                features.facts(now, set.made(), pods(), status),
                settings.facts(objects.get("ConfigMap orders-broker"), facts(), cluster),
                disks.facts(set.facts()));
    }

    private List<BrokerPodFacts> pods() {
        return disks.restarting(brokers.map(SimulatedCluster::pods).orElse(List.of()), set.facts());
    }

    /** One pod alone: all are told in the same way, and each write is two more deaths. */
    private Map<String, Map<String, String>> untold() {
        return pods().stream()
                .filter(pod -> pod.node() == 0)
                .map(BrokerPodFacts::name)
                .filter(pod -> !told.contains(pod))
                .collect(Collectors.toMap(pod -> pod, pod -> Map.of(PodRack.ANNOTATION, "zone")));
    }

    /** Kubernetes gives a port to each Service of the listener. */
    private Map<String, Integer> nodePorts() {
        return objects.values().stream()
                .filter(Service.class::isInstance)
                .map(service -> service.getMetadata().getName())
                .filter(name -> name.startsWith("orders-out"))
                .collect(Collectors.toMap(
                        name -> name.substring("orders-".length()).replace('-', '.'),
                        name -> 30_000 + Math.floorMod(name.hashCode(), 1_000)));
    }

    /** Nothing is to be done about the size, but for what a topic without a wish is promised. */
    private ScaleFacts scale(ClusterFacts facts) {
        var voters = facts.brokers().stream()
                .map(node -> new ControllerState(node, "directory-" + node, 0))
                .toList();
        return new ScaleFacts(
                facts.quorum().leader(),
                voters,
                List.of(),
                facts.brokers(),
                facts.brokers(),
                Set.of(),
                facts.racks(),
                List.of(),
                minInSync,
                Map.of(),
                Set.of(),
                TopicWishes.NONE,
                Optional.of(List.of()));
    }

    private ClusterCertificates certificates() {
        var files = new HashMap<String, Map<String, String>>();
        secrets.forEach((name, secret) -> files.put(
                name,
                ClusterSecret.files(secret).entrySet().stream()
                        .filter(file -> ClusterCertificates.isPublic(file.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))));
        return new ClusterCertificates(files, Outside.UNKNOWN, NOW);
    }

    private Optional<ClusterFacts> facts() {
        return brokers.flatMap(SimulatedCluster::facts)
                .map(facts -> new ClusterFacts(
                        identity.orElseThrow().clusterId(),
                        facts.brokers(),
                        facts.quorum(),
                        facts.partitions(),
                        facts.reassigning(),
                        minInSync,
                        facts.racks(),
                        facts.slots(),
                        facts.diskFree()));
    }

    /** Whoever adds an action must say here what it writes, and so gets it killed before and after each of its writes. */
    private void act(BrokerClusterAction action, BrokerClusterObserved observed) {
        switch (action) {
            case BrokerClusterAction.FoundIdentity(var intent) ->
                write(action, () -> {
                    foundings++;
                    identity = Optional.of(new Identity("simulated", Map.of(0, "a", 1, "b", 2, "c"), false));
                });
            case BrokerClusterAction.IssueSecrets(var intent) ->
                issued(intent)
                        .forEach(secret -> write(
                                action, () -> secrets.put(secret.getMetadata().getName(), secret)));
            case BrokerClusterAction.Ensure(var object) -> ensure(action, object);
            case BrokerClusterAction.MarkDisk(var disk, var clusterId, var directory) ->
                write(action, () -> disks.mark(disk));
            case BrokerClusterAction.GrowDisk(var disk, var size) -> write(action, () -> disks.grow(disk, size));
            case BrokerClusterAction.ReleasePods(var seen, var size) -> write(action, () -> set.release(seen));
            case BrokerClusterAction.RemoveService(var name) -> write(action, () -> objects.remove("Service " + name));
            case BrokerClusterAction.TellPod(var pod, var words) -> write(action, () -> told.add(pod));
            case BrokerClusterAction.ResizePod(var pod, var resizing) -> write(action, () -> set.resized(pod));
            case BrokerClusterAction.Scale(var intent, var step) -> scale(action, step);
            case BrokerClusterAction.AddAcls(var added) -> write(action, () -> acls.addAll(added));
            case BrokerClusterAction.RemoveAcls(var removed) -> write(action, () -> acls.removeAll(removed));
            case BrokerClusterAction.ElectPreferredLeaders() ->
                write(action, () -> brokers.orElseThrow().electPreferred());
            case BrokerClusterAction.FinaliseFeatures(var version, var changes) -> finalise(action, changes);
            case BrokerClusterAction.AlterSettings alter -> write(action, () -> settings.alter(alter.change()));
            case BrokerClusterAction.RestartPods(var batch, var seen) -> restart(action, batch, observed, seen);
        }
    }

    /** There is no way back from here: all run the version, all is well, and the status has said so. */
    private void finalise(BrokerClusterAction action, List<FeatureChange> changes) {
        assertThat(brokers.orElseThrow().isSettled()).isTrue();
        assertThat(cluster.getStatus().upgrade())
                .extracting(UpgradeStatus::state)
                .isEqualTo(UpgradeState.Finalising);
        write(action, () -> features.finalise(changes));
    }

    /** The other steps are killed in the tests of scaling. */
    private void scale(BrokerClusterAction action, ScaleStep step) {
        if (!(step instanceof ScaleStep.SetDefaultMinInSync(var value))) {
            throw new AssertionError("the size stays as it is: " + step);
        }
        write(action, () -> minInSync = value);
    }

    /** Keys take long to make: what follows from the same Secrets is issued once for all worlds. */
    private List<Secret> issued(BrokerClusterIntent intent) {
        return ISSUED.computeIfAbsent(
                Set.copyOf(secrets.keySet()),
                names -> new ClusterSecrets(intent, secrets, Optional.empty(), certificates(), OWNER, NOW).outdated());
    }

    private void restart(
            BrokerClusterAction action, Verdict.Restart batch, BrokerClusterObserved observed, RollSnapshot seen) {
        for (var pod : RollPlanner.stillSafe(batch, seen.with(observed.believed(facts())))) {
            write(action, () -> {
                restarts.merge(pod.name(), 1, Integer::sum);
                told.remove(pod.name());
                disks.restarted(pod.node());
                brokers.orElseThrow().delete(pod.node());
            });
        }
    }

    private void ensure(BrokerClusterAction action, HasMetadata object) {
        if (!Difference.exists(object, there(object))) {
            return;
        }
        write(action, () -> {
            if (object instanceof StatefulSet wanted) {
                make(wanted);
            } else {
                objects.put(key(object), object);
            }
            if (object instanceof ConfigMap map && map.getMetadata().getName().equals(QuorumConfigMap.name("orders"))) {
                identity = QuorumConfigMap.read(map);
            }
        });
    }

    private @Nullable HasMetadata there(HasMetadata object) {
        return object instanceof StatefulSet ? set.there().orElse(null) : objects.get(key(object));
    }

    private static String key(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }

    /** What the StatefulSet's controller does. */
    private void make(StatefulSet wanted) {
        var differs = set.write(wanted);
        if (brokers.isEmpty()) {
            brokers = Optional.of(
                    new SimulatedCluster(new Shape(NODES, 3, false, 12, 3, 2, 1), new Times(1, 2, away -> 2)));
            disks.make(NODES, new DiskSize(SimulatedSet.disk(wanted)));
        } else if (differs) {
            brokers.get().change(false);
        }
    }

    private void write(BrokerClusterAction action, Runnable effect) {
        write(action.getClass(), effect);
    }

    private void write(Class<?> kind, Runnable effect) {
        var now = writes++;
        if (now == death.write() && death.before()) {
            throw new Death();
        }
        kindsOfWrites.add(kind);
        effect.run();
        if (now == death.write()) {
            throw new Death();
        }
    }

    List<String> leftOpen() {
        var open = new ArrayList<String>();
        BaseAcls.openToAll().stream().filter(acls::contains).forEach(acl -> open.add(acl.toString()));
        return open;
    }
}
