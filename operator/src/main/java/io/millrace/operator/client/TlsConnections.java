package io.millrace.operator.client;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;

/** Connects by the operator's own certificate (Kafka) and the administrator's password (management API). */
@Singleton
public final class TlsConnections implements Connections {

    private static final int REPLICATION_PORT = 9091;
    /** Enough addresses to find the rest of any cluster. */
    private static final int BOOTSTRAP_NODES = 5;

    private final KubernetesClient kubernetes;
    private final ConcurrentHashMap<ClusterKey, BrokerAdmin> brokers = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ClusterKey, QueueAdmin> queues = new ConcurrentHashMap<>();

    public TlsConnections(KubernetesClient kubernetes) {
        this.kubernetes = kubernetes;
    }

    @Override
    public BrokerAdmin brokers(ClusterKey cluster) {
        return brokers.computeIfAbsent(cluster, this::connect);
    }

    @Override
    public QueueAdmin queues(ClusterKey cluster) {
        return queues.computeIfAbsent(cluster, this::administer);
    }

    @Override
    public void forget(ClusterKey cluster) {
        queues.remove(cluster);
        var admin = brokers.remove(cluster);
        if (admin != null) {
            admin.close();
        }
    }

    /** A client is not even made where a certificate cannot be read, or no address is known yet: that passes like any silence. */
    private BrokerAdmin connect(ClusterKey cluster) {
        var settings = settings(cluster);
        try {
            return BrokerAdmin.connect(settings);
        } catch (KafkaException e) {
            var why = Objects.requireNonNullElse(e.getCause(), e);
            throw new FailureException(
                    new Failure.BrokerUnavailable("cluster " + cluster + ": " + why.getMessage()), e);
        }
    }

    private Map<String, String> settings(ClusterKey cluster) {
        var secret = secret(cluster, cluster.name() + "-operator-tls");
        var bootstrap = IntStream.range(0, BOOTSTRAP_NODES)
                .mapToObj(node -> "%s-broker-%d.%s-nodes.%s.svc:%d"
                        .formatted(cluster.name(), node, cluster.name(), cluster.namespace(), REPLICATION_PORT))
                .limit(Integer.parseInt(read(secret, "nodes")))
                .collect(Collectors.joining(","));
        return Map.of(
                "bootstrap.servers",
                bootstrap,
                "security.protocol",
                "SSL",
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.certificate.chain",
                read(secret, "tls.crt"),
                "ssl.keystore.key",
                read(secret, "tls.key"),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                read(secret, "ca.crt"));
    }

    private QueueAdmin administer(ClusterKey cluster) {
        var secret = secret(cluster, cluster.name() + "-admin");
        var base = "http://%s:%s".formatted(read(secret, "host"), read(secret, "port"));
        return new QueueAdmin(URI.create(base), read(secret, "username"), read(secret, "password"));
    }

    private Secret secret(ClusterKey cluster, String name) {
        var secret = kubernetes
                .secrets()
                .inNamespace(cluster.namespace())
                .withName(name)
                .get();
        if (secret == null) {
            throw unavailable("cluster " + cluster + " has no Secret " + name + " yet");
        }
        return secret;
    }

    private static String read(Secret secret, String key) {
        var value = secret.getData() == null ? null : secret.getData().get(key);
        if (value == null) {
            throw unavailable("Secret " + secret.getMetadata().getName() + " has no key " + key + " yet");
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    private static FailureException unavailable(String message) {
        return new FailureException(new Failure.BrokerUnavailable(message), new NoSuchElementException(message));
    }
}
