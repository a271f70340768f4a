package io.millrace.operator.intent;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.api.v1alpha1.Authorization;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterSpec;
import io.millrace.api.v1alpha1.DeletionPolicy;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.operator.status.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A BrokerCluster as it is meant, all defaults filled in.
 *
 * @param name its name
 * @param namespace its namespace
 * @param replicas number of brokers
 * @param version version to run
 * @param image image of that version
 * @param upgrade which feature levels it is to have
 * @param storageSize size of each disk
 * @param storageClass class of the disks, or empty for Kubernetes' default
 * @param keepDisks whether disks outlive the cluster
 * @param dedicated controllers in pods of their own; empty if the first brokers are controllers, too
 * @param listeners client listeners
 * @param tls how certificates are issued
 * @param simpleAuthorization whether what is not allowed is denied
 * @param config Kafka settings of the user
 * @param queues whether the queue layer runs
 * @param queueConfig its settings
 * @param log container of the log
 * @param queueLayer container of the queue layer
 * @param topologyKey label of nodes whose value is the rack of their brokers
 * @param rolling how brokers are restarted
 * @param rebalance how partitions are moved
 * @param cordoned node ids of brokers that are to hold nothing
 */
public record BrokerClusterIntent(
        String name,
        String namespace,
        int replicas,
        String version,
        String image,
        UpgradeIntent upgrade,
        String storageSize,
        Optional<String> storageClass,
        boolean keepDisks,
        Optional<ControllersIntent> dedicated,
        List<ListenerIntent> listeners,
        TlsIntent tls,
        boolean simpleAuthorization,
        Map<String, String> config,
        boolean queues,
        Map<String, String> queueConfig,
        ContainerIntent log,
        ContainerIntent queueLayer,
        String topologyKey,
        RollIntent rolling,
        RebalanceIntent rebalance,
        Set<Integer> cordoned) {

    /** How many controllers a cluster of several brokers has, and how many replicas a topic without a wish. */
    private static final int CONTROLLERS = 3;

    private static final int MANAGEMENT_PORT = 15_672;

    /** What Kubernetes and its clouds call the zone of a node. */
    private static final String ZONE = "topology.kubernetes.io/zone";

    public BrokerClusterIntent {
        cordoned = Set.copyOf(cordoned);
    }

    /** Reads a BrokerCluster. */
    public static Parsed<BrokerClusterIntent> parse(BrokerCluster cluster, Catalogue catalogue) {
        var spec = cluster.getSpec();
        var version = Objects.requireNonNullElseGet(spec.version(), catalogue::defaultVersion);
        var image = catalogue.image(version);
        if (image.isEmpty()) {
            return new Parsed.Invalid<>(
                    Reason.UNKNOWN_VERSION,
                    "version %s is not known; this operator runs %s".formatted(version, catalogue.versions()));
        }
        var problem = discoveryProblem(spec);
        if (problem.isPresent()) {
            return new Parsed.Invalid<>(Reason.INVALID_SPEC, problem.get());
        }
        var wished = Objects.requireNonNullElse(spec.metadataVersion(), UpgradeIntent.AUTO);
        var asked = FeatureLevels.of(wished);
        if (asked.isEmpty() && !wished.equals(UpgradeIntent.AUTO)) {
            return new Parsed.Invalid<>(
                    Reason.INVALID_SPEC,
                    "spec.metadataVersion: %s is not known; this operator knows auto and %s"
                            .formatted(wished, FeatureLevels.known()));
        }
        var queues = spec.queues();
        var queuesEnabled = queues == null || !Boolean.FALSE.equals(queues.enabled());
        var listeners = ListenerIntent.of(spec.listeners(), queuesEnabled);
        var address = listeners.stream()
                .flatMap(listener -> listener.addressProblem(spec.replicas()).stream())
                .findFirst();
        if (address.isPresent()) {
            return new Parsed.Invalid<>(Reason.INVALID_SPEC, address.get());
        }
        return new Parsed.Valid<>(new BrokerClusterIntent(
                cluster.getMetadata().getName(),
                cluster.getMetadata().getNamespace(),
                spec.replicas(),
                version,
                image.get(),
                new UpgradeIntent(FeatureLevels.ofRelease(version), asked, catalogue.soak()),
                spec.storage().size(),
                Optional.ofNullable(spec.storage().storageClass()),
                spec.storage().onDelete() != DeletionPolicy.Delete,
                ControllersIntent.of(spec.controllers(), catalogue.javaOptions()),
                listeners,
                TlsIntent.of(spec.tls()),
                simpleAuthorization(spec, listeners),
                orEmpty(spec.config()),
                queuesEnabled,
                queues == null ? Map.of() : orEmpty(queues.config()),
                ContainerIntent.log(spec.resources(), spec.jvm(), catalogue.javaOptions()),
                ContainerIntent.queues(spec.resources(), spec.jvm(), catalogue.javaOptions()),
                spec.rack() == null ? ZONE : spec.rack().topologyKey(),
                RollIntent.of(spec),
                RebalanceIntent.of(spec.rebalance()),
                Set.copyOf(Objects.requireNonNullElse(spec.cordonedNodes(), List.of()))));
    }

    /** Returns the same cluster with another number of brokers: that which it has while it is not yet what it is to be. */
    public BrokerClusterIntent ofSize(int brokers) {
        return brokers == replicas ? this : with(brokers, dedicated, image, config, storageSize);
    }

    /** Returns the same cluster with another number of dedicated controllers, if it has any. */
    public BrokerClusterIntent withControllers(int number) {
        return with(replicas, dedicated.map(some -> some.ofSize(number)), image, config, storageSize);
    }

    /** Returns the same cluster run from another image: that which it runs while it may not run what is asked. */
    public BrokerClusterIntent runBy(String other) {
        return other.equals(image) ? this : with(replicas, dedicated, other, config, storageSize);
    }

    /** Returns the same cluster with other Kafka settings: those it has while it may not have what is asked. */
    public BrokerClusterIntent configuredBy(Map<String, String> other) {
        return other.equals(config) ? this : with(replicas, dedicated, image, other, storageSize);
    }

    /** Returns the same cluster with disks of another size: that which its StatefulSet makes while it cannot make what is asked. */
    public BrokerClusterIntent storing(String other) {
        return other.equals(storageSize) ? this : with(replicas, dedicated, image, config, other);
    }

    private BrokerClusterIntent with(
            int brokers,
            Optional<ControllersIntent> controllers,
            String otherImage,
            Map<String, String> otherConfig,
            String otherSize) {
        return new BrokerClusterIntent(
                name,
                namespace,
                brokers,
                version,
                otherImage,
                upgrade,
                otherSize,
                storageClass,
                keepDisks,
                controllers,
                listeners,
                tls,
                simpleAuthorization,
                otherConfig,
                queues,
                queueConfig,
                log,
                queueLayer,
                topologyKey,
                rolling,
                rebalance,
                cordoned);
    }

    /** Returns the node ids of the controllers: the dedicated ones, else one, or three, combined with the first brokers. */
    public List<Integer> controllers() {
        return dedicated.isPresent() ? dedicatedNodes() : bootstrapNodes();
    }

    /** Returns the node ids of the controllers that have pods of their own. */
    public List<Integer> dedicatedNodes() {
        var first = ControllersIntent.FIRST_ID;
        var number = dedicated.map(ControllersIntent::replicas).orElse(0);
        return IntStream.range(first, first + number).boxed().toList();
    }

    /** Returns the brokers by which all others are found. They are the same at every size from three on, so that no size restarts anybody. */
    public List<Integer> bootstrapNodes() {
        return IntStream.range(0, Math.min(replicas, CONTROLLERS)).boxed().toList();
    }

    /** Returns the node ids of all that have a pod. */
    public List<Integer> nodes() {
        return IntStream.concat(
                        IntStream.range(0, replicas), dedicatedNodes().stream().mapToInt(Integer::intValue))
                .boxed()
                .toList();
    }

    /** Returns the replication factor of topics without a wish. */
    public int defaultReplication() {
        return Math.min(CONTROLLERS, replicas);
    }

    /** Returns the in-sync replicas a write waits for, of topics without a wish. */
    public int defaultMinInSync() {
        return Math.max(1, defaultReplication() - 1);
    }

    /** Returns the name of a node's pod. */
    public String pod(int node) {
        return ControllersIntent.isDedicated(node)
                ? name + "-controller-" + (node - ControllersIntent.FIRST_ID)
                : name + "-broker-" + node;
    }

    /** Returns the DNS name of a node. */
    public String host(int node) {
        return "%s.%s-nodes.%s.svc".formatted(pod(node), name, namespace);
    }

    /** Returns the port of the management API without TLS: that of its listener, else the operator's own way in. */
    public int managementPort() {
        return listener(ListenerProtocol.MANAGEMENT, false)
                .map(ListenerIntent::port)
                .orElse(MANAGEMENT_PORT);
    }

    /** Returns the listener of the management API with TLS. */
    public Optional<ListenerIntent> managementTls() {
        return listener(ListenerProtocol.MANAGEMENT, true);
    }

    /** Returns the AMQP listener with TLS, or that without. */
    public Optional<ListenerIntent> amqp(boolean tls) {
        return listener(ListenerProtocol.AMQP, tls);
    }

    private Optional<ListenerIntent> listener(ListenerProtocol protocol, boolean tls) {
        return listeners.stream()
                .filter(listener -> listener.protocol() == protocol && listener.tls() == tls)
                .findFirst();
    }

    private static boolean simpleAuthorization(BrokerClusterSpec spec, List<ListenerIntent> listeners) {
        if (spec.authorization() != null) {
            return spec.authorization() == Authorization.SIMPLE;
        }
        return listeners.stream()
                .anyMatch(listener -> listener.protocol() == ListenerProtocol.KAFKA && listener.authenticated());
    }

    private static Optional<String> discoveryProblem(BrokerClusterSpec spec) {
        var groups = spec.consumerGroups();
        if (groups == null || groups.discover() == null) {
            return Optional.empty();
        }
        var patterns = new ArrayList<String>();
        patterns.addAll(Objects.requireNonNullElse(groups.discover().include(), List.of()));
        patterns.addAll(Objects.requireNonNullElse(groups.discover().exclude(), List.of()));
        for (var pattern : patterns) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                return Optional.of("spec.consumerGroups.discover: \"%s\" is not a regular expression: %s"
                        .formatted(pattern, e.getDescription()));
            }
        }
        return Optional.empty();
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : map;
    }
}
