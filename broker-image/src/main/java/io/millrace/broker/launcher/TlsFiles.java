package io.millrace.broker.launcher;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a certificate, its key and the trusted CAs lie, all PEM.
 *
 * @param trusted certificates of the CAs
 * @param certificate own certificate, and those between it and the CA
 * @param key its private key, PKCS#8
 */
public record TlsFiles(Path trusted, Path certificate, Path key) {
    static final String TRUSTED = "millrace.tls.trusted";
    static final String CERTIFICATE = "millrace.tls.certificate";
    static final String KEY = "millrace.tls.key";

    /** The files of a pod in the mounted folder (docs/seams.md). */
    public static TlsFiles ofPod(Path folder, String podName) {
        return new TlsFiles(
                folder.resolve("ca.crt"), folder.resolve(podName + ".crt"), folder.resolve(podName + ".key"));
    }

    /** Properties of a Kafka broker or client that use the files, and go on using them when they change. */
    public Map<String, String> kafkaProperties() {
        return Map.of(
                "ssl.engine.factory.class",
                PemEngineFactory.class.getName(),
                TRUSTED,
                trusted.toString(),
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
