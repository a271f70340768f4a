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

    /** Secret of the authority that issues users' certificates. */
    public static String clientsAuthorityName(String cluster) {
        return cluster + "-clients-ca";
    }

    /** Secret of the certificate that clients trust. */
    public static String publicName(String cluster) {
        return cluster + "-ca-cert";
    }

    /** Secret of the brokers' certificates. */
    public static String nodesName(String cluster) {
        return cluster + "-nodes-tls";
    }

    /** Secret of the operator's certificate. */
    public static String operatorName(String cluster) {
        return cluster + "-operator-tls";
    }

    /** Makes an authority's: kept as long as the disks, so that a cluster made anew trusts what it trusted. */
    public static Secret authority(
            BrokerClusterIntent intent, String name, Map<String, String> files, OwnerReference owner) {
        return secret(Names.keptWithDisks(intent, name, owner), files);
    }

    /** Makes the brokers', the operator's or the public one. */
    public static Secret certificates(
            BrokerClusterIntent intent, String name, Map<String, String> files, OwnerReference owner) {
        return secret(Names.owned(intent, name, owner), files);
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
        return new SecretBuilder()
                .withMetadata(metadata)
                .withType("Opaque")
                .withData(encoded(files))
                .build();
    }

    /** Returns a Secret with some of its files replaced, in the version it was read in. */
    public static Secret with(Secret secret, Map<String, String> files) {
        return new SecretBuilder(secret).addToData(encoded(files)).build();
    }

    /** Returns the files of a Secret as text. */
    public static Map<String, String> files(Secret secret) {
        return secret.getData() == null
                ? Map.of()
                : secret.getData().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                file -> new String(
                                        Base64.getDecoder().decode(file.getValue()), StandardCharsets.UTF_8)));
    }

    private static Map<String, String> encoded(Map<String, String> files) {
        return files.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, file -> Base64.getEncoder()
                .encodeToString(file.getValue().getBytes(StandardCharsets.UTF_8))));
    }
}
