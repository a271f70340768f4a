package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.api.v1alpha1.User;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Secret {@code <user>-credentials}: all an application needs to connect, in the service-binding layout. */
public final class UserSecret {

    /** Label of the Secrets that are made for users. */
    public static final String LABEL = "millrace.io/user";

    private UserSecret() {}

    /** Makes it. */
    public static Secret of(User user, String name, String password, BrokerCluster cluster) {
        var username = user.getMetadata().getName();
        var builder = new SecretBuilder()
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
                .addToStringData("type", "millrace")
                .addToStringData("provider", "millrace")
                .addToStringData("username", username)
                .addToStringData("password", password);
        address(cluster, ListenerProtocol.KAFKA)
                .ifPresent(bootstrap -> builder.addToStringData("bootstrap-servers", bootstrap)
                        .addToStringData("sasl-mechanism", "SCRAM-SHA-512"));
        address(cluster, ListenerProtocol.AMQP)
                .ifPresent(amqp -> builder.addToStringData("host", amqp.substring(0, amqp.lastIndexOf(':')))
                        .addToStringData("port", amqp.substring(amqp.lastIndexOf(':') + 1))
                        .addToStringData("uri", "amqp://%s:%s@%s/%%2F".formatted(username, password, amqp)));
        return builder.build();
    }

    private static Optional<String> address(BrokerCluster cluster, ListenerProtocol protocol) {
        var names = Optional.ofNullable(cluster.getSpec().listeners()).orElse(List.of()).stream()
                .filter(listener -> listener.protocol() == protocol)
                .map(listener -> listener.name())
                .toList();
        var fallback = protocol == ListenerProtocol.KAFKA ? "kafka" : "amqp";
        var status = Optional.ofNullable(cluster.getStatus())
                .map(BrokerClusterStatus::listeners)
                .orElse(List.of());
        return status.stream()
                .filter(listener ->
                        names.isEmpty() ? listener.name().equals(fallback) : names.contains(listener.name()))
                .map(listener -> listener.bootstrap())
                .filter(Objects::nonNull)
                .findFirst();
    }
}
