package io.millrace.broker.server;

import static org.awaitility.Awaitility.await;

import io.millrace.broker.cluster.LinkSettings;
import io.millrace.broker.cluster.QueueCluster;
import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import io.millrace.broker.log.kafka.KafkaLogs;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.LogNames;
import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A Kafka node and three queue layers in this process, as pods {@code pod-0} to {@code pod-2}. */
@NullUnmarked // a fixture: what is missing fails the test
final class ThreePods implements AutoCloseable {
    private static final int SLOTS = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Longer than it takes a pod to claim again what another claimed too late: then slots do not move any more. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    private final Map<String, LinkSettings.Address> peers = new HashMap<>();
    private final int[] amqpPorts = new int[3];
    private final @Nullable AmqpLayer[] layers = new AmqpLayer[3];
    private final @Nullable QueueCluster[] clusters = new QueueCluster[3];
    private @Nullable KafkaNode kafka;
    private @Nullable Path data;

    void start() throws Exception {
        data = Files.createTempDirectory("three-pods-");
        kafka = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data);
        kafka.start();
        for (int pod = 0; pod < 3; pod++) {
            peers.put("pod-" + pod, new LinkSettings.Address("127.0.0.1", FreePorts.next()));
            amqpPorts[pod] = FreePorts.next();
        }
        var starting = IntStream.range(0, 3)
                .mapToObj(pod -> CompletableFuture.runAsync(() -> startPod(pod)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(starting).join();
        await().atMost(PATIENCE).until(() -> owners().size() == 3);
        var settled = new AtomicReference<List<String>>(List.of());
        await().during(SETTLED).atMost(PATIENCE).until(() -> {
            var now = slotOwners();
            return now.equals(settled.getAndSet(now));
        });
    }

    void startPod(int pod) {
        try {
            var name = "pod-" + pod;
            var address = peers.get(name);
            var logs = new KafkaLogs(Map.of("bootstrap.servers", kafka.bootstrap()), name, 1, 1);
            var layer = new AmqpLayer(
                    logs,
                    name,
                    new LinkSettings(address.host(), address.port(), peers, Optional.empty()),
                    () -> ServerSettings.DEFAULTS);
            var cluster = layer.start();
            everything(cluster);
            layer.listen("127.0.0.1", amqpPorts[pod]);
            layers[pod] = layer;
            clusters[pod] = cluster;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static void everything(QueueCluster cluster) {
        var all = ResourcePattern.of(".*");
        cluster.change(new TopologyCommand.PutVirtualHost(new VirtualHost(VirtualHostName.DEFAULT, "")), PATIENCE);
        cluster.change(
                new TopologyCommand.PutUser(new User("guest", PasswordHash.of("guest", new byte[4]), Set.of())),
                PATIENCE);
        cluster.change(
                new TopologyCommand.PutPermission(new Permission(VirtualHostName.DEFAULT, "guest", all, all, all)),
                PATIENCE);
    }

    /** Ends a pod in order. */
    void stopPod(int pod) {
        layers[pod].close();
        layers[pod] = null;
        clusters[pod] = null;
    }

    /** Makes a change through a pod, and waits until it is made. */
    void change(int pod, TopologyCommand command) {
        Objects.requireNonNull(clusters[pod]).change(command, PATIENCE);
    }

    /** The topology as a pod knows it now. */
    Topology image(int pod) {
        return Objects.requireNonNull(clusters[pod]).topology().image();
    }

    /** A queue as a pod knows it. */
    QueueDefinition queue(int pod, String name) {
        return clusters[pod]
                .topology()
                .handle(VirtualHostName.DEFAULT, new QueueName(name))
                .orElseThrow()
                .definition();
    }

    /** Asks all pods through one of them, and answers for all: {@code pod-1 hears question}. */
    Map<String, Optional<String>> inquire(int pod, String question) {
        for (int other = 0; other < 3; other++) {
            var name = "pod-" + other;
            Objects.requireNonNull(clusters[other])
                    .inquiries()
                    .answerBy(heard -> CompletableFuture.completedFuture(name + " hears " + heard));
        }
        return Objects.requireNonNull(clusters[pod])
                .inquiries()
                .askAll(question)
                .toCompletableFuture()
                .join();
    }

    /** Where Kafka is. */
    String bootstrap() {
        return Objects.requireNonNull(kafka).bootstrap();
    }

    int amqpPort(int pod) {
        return amqpPorts[pod];
    }

    /** Clients connected to any pod. */
    long connections() {
        long all = 0;
        for (var layer : layers) {
            all += layer == null
                    ? 0
                    : layer.connections().toCompletableFuture().join().size();
        }
        return all;
    }

    /** The pods that own slots, as a pod that is up sees it. */
    Set<String> owners() {
        return Set.copyOf(slotOwners());
    }

    private List<String> slotOwners() {
        return Arrays.stream(clusters)
                .filter(Objects::nonNull)
                .findFirst()
                .map(cluster ->
                        IntStream.range(0, SLOTS).mapToObj(cluster::ownerOf).toList())
                .orElse(List.of());
    }

    /** The number of the pod that owns a slot now. */
    int ownerOf(int slot) {
        var owner = slotOwners().get(slot);
        return Integer.parseInt(owner.substring(owner.indexOf('-') + 1));
    }

    /** A queue name whose slot belongs to a pod now; a pod that has just started is given its slots a little later. */
    String queueOwnedBy(String prefix, String pod) {
        await().atMost(PATIENCE).until(() -> owners().contains(pod));
        for (int i = 0; i < 10_000; i++) {
            var name = new QueueName(prefix + "-" + i);
            int slot = LogNames.slot(VirtualHostName.DEFAULT, name, SLOTS);
            if (clusters[0].ownerOf(slot).equals(pod)) {
                return name.value();
            }
        }
        throw new IllegalStateException(pod + " owns no slot");
    }

    @Override
    public void close() {
        for (var layer : layers) {
            if (layer != null) {
                layer.close();
            }
        }
        if (kafka != null) {
            kafka.close();
        }
    }
}
