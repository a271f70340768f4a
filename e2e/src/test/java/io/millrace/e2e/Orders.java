package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster {@code orders} that most tests share: the quickstart, made once per run. */
public final class Orders implements BeforeAllCallback {
    static final Kube KUBE = new Kube("e2e-orders");
    static final Brokers BROKERS = new Brokers(KUBE, "orders");
    static final List<String> PODS = List.of("orders-broker-0", "orders-broker-1", "orders-broker-2");
    private static final Logger LOG = LoggerFactory.getLogger(Orders.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Orders.class))
                .computeIfAbsent(Orders.class, key -> make());
    }

    /** The uids of its first three broker pods: others once they have been restarted. Throws while one is missing. */
    static List<String> podUids() {
        return PODS.stream()
                .map(pod -> Kube.CLIENT
                        .pods()
                        .inNamespace(KUBE.namespace())
                        .withName(pod)
                        .require()
                        .getMetadata()
                        .getUid())
                .toList();
    }

    private static Boolean make() {
        var begin = System.nanoTime();
        KUBE.create();
        var objects = new ArrayList<String>();
        for (var file : Examples.files()) {
            if (file.startsWith("quickstart/")) {
                var yaml = Examples.read(file);
                KUBE.apply(tuned(yaml));
                objects.addAll(Examples.objects(yaml));
            }
        }
        KUBE.apply(resource("ops.yaml"));
        objects.add("User/ops");
        KUBE.awaitReady(objects);
        LOG.info(
                "orders is Ready {} s after apply",
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        return true;
    }

    /** Puts what the tests change into the BrokerCluster, and leaves everything else as it is. */
    private static String tuned(String yaml) {
        var tuning = (GenericKubernetesResource)
                Examples.parse(resource("tuning.yaml")).getFirst();
        var objects = Examples.parse(yaml);
        for (var object : objects) {
            if (object.getKind().equals(tuning.getKind())) {
                Map<String, Object> spec = ((GenericKubernetesResource) object).get("spec");
                spec.putAll(tuning.get("spec"));
            }
        }
        return objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
    }

    /** A file beside the tests. */
    static String resource(String name) {
        try (var in = Orders.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a Kafka client of a user is configured with; more may be put into it. */
    static Map<String, Object> client(String user) {
        return client(user, BROKERS.password(user));
    }

    static Map<String, Object> client(String user, String password) {
        return Brokers.scram(BROKERS.external("kafka"), user, password);
    }

    /** Kafka's admin client, as the user who may do everything. */
    static Admin admin() {
        return Admin.create(client("ops"));
    }

    /** Ready, and every replica of every partition in sync. */
    static void awaitInSync(Admin admin) {
        await("all replicas in sync")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(() -> allPodsReady() && inSync(admin));
        KUBE.awaitReady("BrokerCluster/orders");
    }

    private static boolean allPodsReady() {
        return PODS.stream()
                .map(pod -> Kube.CLIENT.pods().inNamespace(KUBE.namespace()).withName(pod))
                .allMatch(pod -> pod.isReady());
    }

    private static boolean inSync(Admin admin) throws Exception {
        var topics = admin.listTopics().names().get();
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition ->
                        partition.isr().size() == partition.replicas().size());
    }

    /** A topic as Kafka knows it; the broker that is asked may hear of a new one a little later. */
    static TopicDescription describe(Admin admin, String topic) {
        return await("topic " + topic)
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(
                        () -> admin.describeTopics(List.of(topic))
                                .allTopicNames()
                                .get()
                                .get(topic),
                        Objects::nonNull);
    }

    /** Makes a topic by applying an object, and waits for it. */
    static void topic(String name, String spec) {
        KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: %s }
                spec:
                  cluster: { name: orders }
                %s
                """.formatted(name, spec.indent(2)));
        KUBE.awaitReady("Topic/" + name);
    }

    /** Makes a queue by applying an object, and waits for it. */
    static void queue(String name) {
        KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: { name: %s }
                spec: { cluster: { name: orders } }
                """.formatted(name));
        KUBE.awaitReady("Queue/" + name);
    }

    /** The pod that serves a queue, by the object's status. */
    static String owner(String queue) {
        return await("an owner of " + queue)
                .atMost(Duration.ofMinutes(2))
                .until(
                        () -> KUBE.get("Queue", queue)
                                .map(object -> object.<String>get("status", "owner"))
                                .orElse(""),
                        PODS::contains);
    }

    /** Waits until a topic is gone from Kafka. */
    static void awaitGone(Admin admin, String topic) {
        await("topic " + topic + " to go")
                .atMost(Duration.ofMinutes(2))
                .until(() -> !admin.listTopics().names().get().contains(topic));
    }
}
