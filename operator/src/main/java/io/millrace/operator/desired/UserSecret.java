package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.ListenerAuthentication;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.api.v1alpha1.ListenerStatus;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.intent.ListenerIntent;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Secret {@code <user>-credentials}: all an application needs to connect, in the service-binding layout. */
public final class UserSecret {

    /** Label of the Secrets that are made for users; its value is the user's name. */
    public static final String LABEL = "millrace.io/user";

    /** Label of the Secrets that are given for users, so that the operator sees them change. */
    public static final String WATCHED = "millrace.io/password";

    /** The chain of a user's certificate, as the service-binding specification names it. */
    public static final String CERTIFICATES = "certificates";

    /** Its key, PKCS#8. */
    public static final String PRIVATE_KEY = "private-key";

    private UserSecret() {}

    /** What a user logs in with. */
    public sealed interface Credentials {
        /** A password, for both protocols. */
        record Password(String password) implements Credentials {
            @Override
            public String toString() {
                return "a password";
            }
        }

        /** A certificate and its key, both PEM. */
        record ClientCertificate(String chain, String key) implements Credentials {
            @Override
            public String toString() {
                return "a certificate";
            }
        }
    }

    /**
     * Makes it.
     *
     * @param authority certificates that clients trust, PEM; empty if not known yet
     */
    public static Secret of(
            User user, String name, Credentials credentials, BrokerCluster cluster, Optional<String> authority) {
        var username = user.getMetadata().getName();
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(user.getMetadata().getNamespace())
                .addToLabels(LABEL, username)
                .addToLabels("app.kubernetes.io/managed-by", "millrace-operator")
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(user.getApiVersion())
                        .withKind(user.getKind())
                        .withName(username)
                        .withUid(user.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withType("Opaque")
                .withStringData(files(user, credentials, cluster, authority))
                .build();
    }

    /** Returns what is in it. */
    public static Map<String, String> files(
            User user, Credentials credentials, BrokerCluster cluster, Optional<String> authority) {
        var username = user.getMetadata().getName();
        var files = new TreeMap<String, String>();
        files.put("type", "millrace");
        files.put("provider", "millrace");
        files.put("username", username);
        authority.ifPresent(certificates -> files.put("ca.crt", certificates));
        switch (credentials) {
            case Credentials.Password(var password) -> {
                files.put("password", password);
                kafka(cluster, ListenerAuthentication.SCRAM, files);
                if (files.containsKey("bootstrap-servers")) {
                    files.put("sasl-mechanism", "SCRAM-SHA-512");
                }
                amqp(cluster, ListenerAuthentication.SCRAM, username + ":" + password + "@", files);
            }
            case Credentials.ClientCertificate(var chain, var key) -> {
                files.put(CERTIFICATES, chain);
                files.put(PRIVATE_KEY, key);
                kafka(cluster, ListenerAuthentication.TLS, files);
                amqp(cluster, ListenerAuthentication.TLS, "", files);
            }
        }
        return files;
    }

    private static void kafka(BrokerCluster cluster, ListenerAuthentication way, Map<String, String> files) {
        listener(cluster, ListenerProtocol.KAFKA, way).ifPresent(found -> {
            files.put("bootstrap-servers", Objects.requireNonNull(found.status().bootstrap()));
            var transport = found.intent().tls() ? "SSL" : "PLAINTEXT";
            var sasl = found.intent().authentication() == ListenerAuthentication.SCRAM;
            files.put("security-protocol", sasl ? "SASL_" + transport : transport);
        });
    }

    private static void amqp(
            BrokerCluster cluster, ListenerAuthentication way, String login, Map<String, String> files) {
        listener(cluster, ListenerProtocol.AMQP, way).ifPresent(found -> {
            var address = Objects.requireNonNull(found.status().bootstrap());
            files.put("host", address.substring(0, address.lastIndexOf(':')));
            files.put("port", address.substring(address.lastIndexOf(':') + 1));
            files.put("uri", "%s://%s%s/%%2F".formatted(found.intent().tls() ? "amqps" : "amqp", login, address));
        });
    }

    private record Found(ListenerIntent intent, ListenerStatus status) {}

    /**
     * Returns the listener a user connects to: one where it can log in the way it does, else one that asks for nothing; of several one
     * with TLS.
     */
    private static Optional<Found> listener(
            BrokerCluster cluster, ListenerProtocol protocol, ListenerAuthentication way) {
        var queues = cluster.getSpec().queues();
        var intents = ListenerIntent.of(
                cluster.getSpec().listeners(), queues == null || !Boolean.FALSE.equals(queues.enabled()));
        var status = Optional.ofNullable(cluster.getStatus())
                .map(BrokerClusterStatus::listeners)
                .orElse(List.of());
        return intents.stream()
                .filter(intent -> intent.protocol() == protocol)
                .filter(intent -> intent.authentication() == way || !intent.authenticated())
                .sorted(Comparator.comparing((ListenerIntent intent) -> intent.authentication() == way ? 0 : 1)
                        .thenComparing(intent -> intent.tls() ? 0 : 1))
                .flatMap(intent -> status.stream()
                        .filter(one -> one.name().equals(intent.name()) && one.bootstrap() != null)
                        .map(one -> new Found(intent, one)))
                .findFirst();
    }
}
