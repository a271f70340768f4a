package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** The Secrets of a cluster; their contents are made elsewhere. */
public final class ClusterSecret {

    private ClusterSecret() {}

    /** Secret of the certificate authority. */
    public static String authorityName(String cluster) {
        return cluster + "-ca";
    }

    /** Secret of the brokers' certificates. */
    public static String nodesName(String cluster) {
        return cluster + "-nodes-tls";
    }

    /** Secret of the operator's certificate. */
    public static String operatorName(String cluster) {
        return cluster + "-operator-tls";
    }

    /** Makes the authority's: kept as long as the disks, so that a cluster made anew trusts what it trusted. */
    public static Secret authority(BrokerClusterIntent intent, String certificate, String key, OwnerReference owner) {
        return secret(
                Names.keptWithDisks(intent, authorityName(intent.name()), owner),
                Map.of("ca.crt", certificate, "ca.key", key));
    }

    /** Makes the brokers'. */
    public static Secret nodes(BrokerClusterIntent intent, Map<String, String> files, OwnerReference owner) {
        return secret(Names.owned(intent, nodesName(intent.name()), owner), files);
    }

    /** Makes the operator's. */
    public static Secret operator(
            BrokerClusterIntent intent, String authority, String certificate, String key, OwnerReference owner) {
        return secret(
                Names.owned(intent, operatorName(intent.name()), owner),
                Map.of(
                        "ca.crt", authority,
                        "tls.crt", certificate,
                        "tls.key", key,
                        "nodes", Integer.toString(intent.replicas())));
    }

    /** Makes the administrator's, in the service-binding layout. */
    public static Secret admin(BrokerClusterIntent intent, String password, int port, OwnerReference owner) {
        var name = Services.adminName(intent.name());
        var host = name + "." + intent.namespace() + ".svc";
        return secret(
                Names.keptWithDisks(intent, name, owner),
                Map.of(
                        "type",
                        "millrace",
                        "provider",
                        "millrace",
                        "username",
                        "admin",
                        "password",
                        password,
                        "host",
                        host,
                        "port",
                        Integer.toString(port),
                        "uri",
                        "http://" + host + ":" + port));
    }

    private static Secret secret(ObjectMeta metadata, Map<String, String> files) {
        var data = files.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, file -> Base64.getEncoder()
                .encodeToString(file.getValue().getBytes(StandardCharsets.UTF_8))));
        return new SecretBuilder()
                .withMetadata(metadata)
                .withType("Opaque")
                .withData(data)
                .build();
    }
}
