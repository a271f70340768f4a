package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster {@code orders} that most tests share, made once per run. */
public final class Orders implements BeforeAllCallback {
    static final Kube KUBE = new Kube("e2e-orders");
    private static final Logger LOG = LoggerFactory.getLogger(Orders.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Orders.class))
                .computeIfAbsent(Orders.class, key -> make());
    }

    private static Boolean make() {
        var begin = System.nanoTime();
        KUBE.create();
        KUBE.apply(resource("orders.yaml"));
        KUBE.awaitReady("BrokerCluster/orders", "User/app", "User/ops");
        LOG.info(
                "orders is Ready {} s after apply",
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        return true;
    }

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

    /** Where a listener is reached from this host. */
    static String external(String listener) {
        List<Map<String, Object>> listeners =
                KUBE.get("BrokerCluster", "orders").orElseThrow().get("status", "listeners");
        return listeners.stream()
                .filter(status -> listener.equals(status.get("name")))
                .map(status -> String.valueOf(status.get("external")))
                .findFirst()
                .orElseThrow();
    }

    /** What a Kafka client of a user is configured with; more may be put into it. */
    static Map<String, Object> client(String user) {
        return client(user, KUBE.secret(user + "-credentials", "password"));
    }

    static Map<String, Object> client(String user, String password) {
        var module = "org.apache.kafka.common.security.scram.ScramLoginModule";
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", external("kafka"));
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "SCRAM-SHA-512");
        settings.put("sasl.jaas.config", module + " required username=\"" + user + "\" password=\"" + password + "\";");
        return settings;
    }

    /** Kafka's admin client, as the user who may do everything. */
    static Admin admin() {
        return Admin.create(client("ops"));
    }

    /** A topic as Kafka knows it. */
    static TopicDescription describe(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next();
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

    /** Waits until a topic is gone from Kafka. */
    static void awaitGone(Admin admin, String topic) {
        await("topic " + topic + " to go")
                .atMost(Duration.ofMinutes(1))
                .until(() -> !admin.listTopics().names().get().contains(topic));
    }
}
