package io.millrace.broker.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a certificate, its key and the trusted CAs lie, all PEM.
 *
 * @param trusted certificates of the CAs; absent where nobody is asked for a certificate
 * @param certificate own certificate, and those between it and the CA
 * @param key its private key, PKCS#8
 */
public record TlsFiles(@Nullable Path trusted, Path certificate, Path key) {
    static final String TRUSTED = "millrace.tls.trusted";
    static final String CERTIFICATE = "millrace.tls.certificate";
    static final String KEY = "millrace.tls.key";

    /** What a listener of its own trusts, for Kafka lets only settings that it knows differ from listener to listener. */
    static final String TRUSTED_BY_LISTENER = "ssl.truststore.location";

    private static final String CLIENTS = "clients-ca.crt";

    /** The files of a pod in the mounted folder (docs/seams.md). */
    public static TlsFiles ofPod(Path folder, String podName) {
        return new TlsFiles(
                folder.resolve("ca.crt"), folder.resolve(podName + ".crt"), folder.resolve(podName + ".key"));
    }

    /** The CAs of clients' certificates, which lie beside the node's own: nodes do not trust them among themselves. */
    Path clientAuthorities() {
        return certificate.resolveSibling(CLIENTS);
    }

    /** The files there are. */
    List<Path> all() {
        return Stream.of(trusted, certificate, key).filter(Objects::nonNull).toList();
    }

    /** Properties of a Kafka broker or client that use the files, and go on using them when they change. */
    public Map<String, String> kafkaProperties() {
        return Map.of(
                "ssl.engine.factory.class",
                PemEngineFactory.class.getName(),
                TRUSTED,
                Objects.requireNonNull(trusted, "nodes ask each other for certificates")
                        .toString(),
                CERTIFICATE,
                certificate.toString(),
                KEY,
                key.toString());
    }

    /** Properties of a Kafka client that shows this certificate to brokers' listener REPLICATION. */
    public Map<String, Object> clientProperties(String bootstrapServers) {
        return client("bootstrap.servers", bootstrapServers);
    }

    /** Properties of an Admin client that shows this certificate to controllers. */
    Map<String, Object> controllerClientProperties(String bootstrapControllers) {
        return client("bootstrap.controllers", bootstrapControllers);
    }

    private Map<String, Object> client(String key, String bootstrap) {
        var all = new HashMap<String, Object>(kafkaProperties());
        all.put("security.protocol", "SSL");
        all.put(key, bootstrap);
        return all;
    }
}
