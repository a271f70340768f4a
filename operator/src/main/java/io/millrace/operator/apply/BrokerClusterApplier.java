package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.millrace.api.v1alpha1.Api;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.desired.BrokerConfigMap;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Hash;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.QuorumConfigMap;
import io.millrace.operator.desired.Services;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.BrokerClusterAction;
import io.millrace.operator.plan.BrokerClusterObserved;
import io.millrace.operator.plan.BrokerClusterPlanner;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.Difference;
import io.millrace.operator.plan.RollPlanner;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict.Restart;
import io.millrace.operator.plan.roll.RollSnapshot;
import io.millrace.operator.scale.ScaleStep;
import io.millrace.operator.status.FailureException;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing.Warning;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what a plan says about a cluster. */
public final class BrokerClusterApplier {

    /** Who owns the fields we write. */
    public static final String FIELD_MANAGER = "millrace-operator";

    private static final int CONFLICT = 409;
    private static final int INVALID = 422;
    private static final String CERTIFICATES = "millrace.io/certificates";
    private static final String QUEUES_FILE = "millrace.io/queues-file";
    private static final Logger LOG = LoggerFactory.getLogger(BrokerClusterApplier.class);

    private final KubernetesClient kubernetes;
    private final Connections connections;
    private final Events events;
    private final ScaleApplier scaling;
    private final DiskApplier disks;
    private final PodNotes notes;
    private final ResizeApplier resizes;
    private final Clock clock;

    public BrokerClusterApplier(KubernetesClient kubernetes, Connections connections, Events events, Clock clock) {
        this.kubernetes = kubernetes;
        this.connections = connections;
        this.events = events;
        this.scaling = new ScaleApplier(events);
        this.disks = new DiskApplier(kubernetes, events);
        this.notes = new PodNotes(kubernetes);
        this.resizes = new ResizeApplier(kubernetes, notes, events);
        this.clock = clock;
    }

    /**
     * An object that was not as it had last been written, and is again.
     *
     * @param what kind and name
     * @param missing whether there was none: it may just not have been made yet
     */
    public record Repair(String what, boolean missing) {}

    /**
     * Does it, in order; stops at the first failure by throwing, unless it is one that concerns the size alone.
     *
     * @param repaired is told of each repair once it is done, whatever fails after it
     * @return why a step to another size, to other disks, feature levels or settings could not be taken; everything else was done
     */
    public Optional<Warning> apply(
            BrokerCluster cluster,
            Iterable<BrokerClusterAction> actions,
            BrokerClusterObserved observed,
            Context<BrokerCluster> context,
            Consumer<Repair> repaired) {
        var key = new ClusterKey(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
        var trouble = Optional.<Warning>empty();
        var held = Optional.<Warning>empty();
        for (var action : actions) {
            switch (action) {
                case BrokerClusterAction.FoundIdentity(var intent) -> found(intent, observed);
                case BrokerClusterAction.IssueSecrets(var intent) -> issue(cluster, intent, observed, key);
                case BrokerClusterAction.Ensure(var object) -> {
                    if (ensure(object, context, repaired) && object instanceof ConfigMap settings) {
                        hasten(settings, observed);
                    }
                }
                case BrokerClusterAction.MarkDisk(var disk, var clusterId, var directory) ->
                    mark(disk, clusterId, directory);
                case BrokerClusterAction.GrowDisk(var disk, var size) -> {
                    var failed = disks.grow(cluster, disk, size);
                    trouble = trouble.or(() -> failed);
                }
                case BrokerClusterAction.ReleasePods(var set, var size) -> disks.release(cluster, set, size);
                case BrokerClusterAction.RemoveService(var name) -> removeService(key, name);
                case BrokerClusterAction.TellPod(var pod, var words) -> notes.write(key.namespace(), pod, words);
                case BrokerClusterAction.ResizePod(var pod, var resizing) -> {
                    var failed = resizes.resize(cluster, pod, resizing);
                    trouble = trouble.or(() -> failed);
                }
                case BrokerClusterAction.Scale(var intent, var step) -> {
                    // Whatever failed before: what comes after a verification relies on it.
                    if (held.isEmpty() || step instanceof ScaleStep.VerifyEmpty) {
                        var failed = scale(cluster, intent, step, key);
                        held = held.or(() -> failed);
                    }
                }
                case BrokerClusterAction.AddAcls(var acls) ->
                    connections.brokers(key).users().addAcls(acls);
                case BrokerClusterAction.RemoveAcls(var acls) ->
                    connections.brokers(key).users().removeAcls(acls);
                case BrokerClusterAction.ElectPreferredLeaders() ->
                    connections.brokers(key).cluster().electPreferredLeaders();
                case BrokerClusterAction.FinaliseFeatures(var version, var changes) -> {
                    var failed = finalise(cluster, version, changes, key);
                    trouble = trouble.or(() -> failed);
                }
                case BrokerClusterAction.AlterSettings alter -> {
                    var failed = alter(cluster, alter, key, repaired);
                    trouble = trouble.or(() -> failed);
                }
                case BrokerClusterAction.RestartPods(var batch, var seen) ->
                    restart(cluster, batch, seen.with(observed.believed(facts(key))));
            }
        }
        return held.isPresent() ? held : trouble;
    }

    /**
     * A step that fails holds up what comes after it on the way to another size, and nothing else; a verification that fails, or
     * cannot be made, ends the pass.
     */
    private Optional<Warning> scale(BrokerCluster cluster, BrokerClusterIntent intent, ScaleStep step, ClusterKey key) {
        try {
            scaling.apply(cluster, intent, step, connections.brokers(key));
            return Optional.empty();
        } catch (FailureException e) {
            if (step instanceof ScaleStep.VerifyEmpty) {
                throw e;
            }
            LOG.info("cluster {}: {}", key, e.getMessage());
            return step instanceof ScaleStep.Cordon
                    ? Optional.empty()
                    : Optional.of(new Warning(Reason.SCALING, "tried again: " + e.getMessage()));
        }
    }

    /** Kafka was asked before, and is asked again in the next look; nothing else depends on it. */
    private Optional<Warning> alter(
            BrokerCluster cluster, BrokerClusterAction.AlterSettings alter, ClusterKey key, Consumer<Repair> repaired) {
        try {
            connections.brokers(key).settings().alter(alter.change());
        } catch (FailureException e) {
            LOG.info("cluster {}: {}", key, e.getMessage());
            return Optional.of(new Warning(Reason.CONFIGURING, "tried again: " + e.getMessage()));
        }
        var changed = new TreeSet<>(alter.change().names());
        changed.removeAll(alter.drifted());
        if (!changed.isEmpty()) {
            events.normal(cluster, "Configured", "brokers take without a restart: " + String.join(", ", changed));
        }
        if (!alter.drifted().isEmpty()) {
            repaired.accept(new Repair("settings " + String.join(", ", new TreeSet<>(alter.drifted())), false));
        }
        return Optional.empty();
    }

    /** What is refused now is refused in the next look, too, when Kafka is asked before; nothing else depends on it. */
    private Optional<Warning> finalise(
            BrokerCluster cluster, String version, List<FeatureChange> changes, ClusterKey key) {
        try {
            connections.brokers(key).features().finalise(changes);
        } catch (FailureException e) {
            LOG.info("cluster {}: {}", key, e.getMessage());
            return Optional.of(new Warning(Reason.FINALISING, "tried again: " + e.getMessage()));
        }
        events.normal(
                cluster,
                "Finalised",
                "the feature levels of %s are final: %s"
                        .formatted(
                                version,
                                changes.stream()
                                        .map(one -> "%s %d -> %d".formatted(one.name(), one.from(), one.to()))
                                        .collect(Collectors.joining(", "))));
        return Optional.empty();
    }

    private void removeService(ClusterKey key, String name) {
        kubernetes.services().inNamespace(key.namespace()).withName(name).delete();
    }

    private void found(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        var directories = new HashMap<Integer, String>();
        intent.controllers()
                .forEach(node -> directories.put(node, Uuid.randomUuid().toString()));
        var identity = new Identity(Uuid.randomUuid().toString(), directories, false);
        var map = Difference.marked(QuorumConfigMap.of(intent, identity, observed.owner()));
        // Created and not applied: if another one was quicker, this fails, and nothing is founded twice.
        kubernetes.configMaps().inNamespace(intent.namespace()).resource(map).create();
    }

    private void issue(
            BrokerCluster cluster, BrokerClusterIntent intent, BrokerClusterObserved observed, ClusterKey key) {
        // Read and created, never applied: a cache that lags must not replace an authority that is in use.
        var secrets = kubernetes.secrets().inNamespace(intent.namespace());
        Map<String, Secret> existing = secrets.withLabel(Api.CLUSTER_LABEL, intent.name()).list().getItems().stream()
                .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), secret -> secret));
        var given = intent.tls().authority().secret().map(name -> secrets.withName(name)
                .get());
        var made =
                new ClusterSecrets(intent, existing, given, observed.certificates(), observed.owner(), clock.instant());
        var outdated = made.outdated();
        for (var secret : outdated) {
            var name = secret.getMetadata().getName();
            if (existing.containsKey(name)) {
                secrets.resource(secret).update();
            } else {
                secrets.resource(secret).create();
            }
            if (name.equals(ClusterSecret.operatorName(intent.name()))
                    || name.equals(Services.adminName(intent.name()))) {
                connections.forget(key);
            }
            if (name.equals(ClusterSecret.nodesName(intent.name()))) {
                observed.pods()
                        .forEach(pod -> notes.write(
                                intent.namespace(), pod.name(), Map.of(CERTIFICATES, certificates(secret))));
            }
        }
        made.news().forEach(what -> events.normal(cluster, "RenewingCA", what));
    }

    private static String certificates(Secret secret) {
        var files = new TreeMap<>(ClusterSecret.files(secret));
        files.keySet().removeIf(file -> !ClusterCertificates.isPublic(file));
        return Hash.of(files.toString());
    }

    /** What queue layers that run read again. */
    private void hasten(ConfigMap settings, BrokerClusterObserved observed) {
        var queues = Hash.of(BrokerConfigMap.queues(settings).toString());
        if (settings.getMetadata()
                .getName()
                .equals(BrokerConfigMap.name(observed.owner().getName()))) {
            observed.brokers()
                    .forEach(pod -> notes.write(
                            settings.getMetadata().getNamespace(), pod.name(), Map.of(QUEUES_FILE, queues)));
        }
    }

    private boolean ensure(HasMetadata object, Context<BrokerCluster> context, Consumer<Repair> repaired) {
        var actual = context.getSecondaryResourcesAsStream(object.getClass())
                .filter(found -> found.getMetadata()
                        .getName()
                        .equals(object.getMetadata().getName()))
                .findFirst();
        if (!Difference.exists(object, actual.orElse(null))) {
            return false;
        }
        try {
            serverSideApply(object);
        } catch (KubernetesClientException e) {
            // What somebody added to a list stays there when ours is applied, and can make the whole invalid.
            if (e.getCode() != INVALID || actual.isEmpty()) {
                throw e;
            }
            kubernetes.resource(object).update();
        }
        if (Difference.isOthers(object, actual.orElse(null))) {
            repaired.accept(
                    new Repair(object.getKind() + " " + object.getMetadata().getName(), actual.isEmpty()));
        }
        return true;
    }

    private void mark(HasMetadata disk, String clusterId, String directory) {
        var patch = new PersistentVolumeClaimBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withName(disk.getMetadata().getName())
                        .withNamespace(disk.getMetadata().getNamespace())
                        .addToAnnotations(BrokerClusterPlanner.CLUSTER_ID, clusterId)
                        .addToAnnotations(BrokerClusterPlanner.DIRECTORY_ID, directory)
                        .build())
                .build();
        this.<PersistentVolumeClaim>serverSideApply(patch);
    }

    /** Asked again right before pods go: what was seen at the beginning of a pass may be seconds old. */
    private Optional<ClusterFacts> facts(ClusterKey key) {
        try {
            return Optional.of(connections.brokers(key).cluster().facts());
        } catch (FailureException e) {
            LOG.info("cluster {}: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    private void restart(BrokerCluster cluster, Restart batch, RollSnapshot now) {
        for (var pod : RollPlanner.stillSafe(batch, now)) {
            try {
                delete(cluster.getMetadata().getNamespace(), pod);
            } catch (KubernetesClientException e) {
                if (e.getCode() != CONFLICT) {
                    throw e;
                }
                LOG.info(
                        "{} has changed since it was looked at and is looked at again: {}", pod.name(), e.getMessage());
                return;
            }
            events.normal(cluster, "Restarting", "%s: %s; %s".formatted(pod.name(), pod.why(), batch.checks()));
        }
    }

    /** If the pod has changed or been replaced since, the decision was about another one, and this fails. */
    private void delete(String namespace, BrokerPodFacts pod) {
        kubernetes
                .pods()
                .inNamespace(namespace)
                .withName(pod.name())
                .lockResourceVersion(pod.resourceVersion())
                .delete();
    }

    private <T extends HasMetadata> void serverSideApply(T object) {
        kubernetes.resource(object).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
    }
}
