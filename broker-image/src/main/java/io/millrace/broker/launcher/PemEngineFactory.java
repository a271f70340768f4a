package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's way to TLS (KIP-519) over PEM files that may be replaced at any time: every new connection uses what the files hold then, on
 * brokers, controllers and clients alike, without a restart. Kafka's own dynamic key stores do not reach the controllers' channel.
 *
 * <p>While new files are wrong or do not fit together, the last good ones are used.
 */
public final class PemEngineFactory implements SslEngineFactory {
    private static final Logger LOG = LoggerFactory.getLogger(PemEngineFactory.class);
    private static final long LOOK_AGAIN_NS = Duration.ofSeconds(1).toNanos();

    private record Current(List<FileTime> times, PemFiles.Loaded loaded) {}

    private @Nullable TlsFiles files;
    private String clientAuth = "none";
    private @Nullable Current current;
    private long lookedAt;

    @Override
    public synchronized void configure(Map<String, ?> configs) {
        var configured = new TlsFiles(
                path(configs, TlsFiles.TRUSTED), path(configs, TlsFiles.CERTIFICATE), path(configs, TlsFiles.KEY));
        files = configured;
        clientAuth = text(configs, "ssl.client.auth", "none");
        try {
            current = new Current(times(configured), PemFiles.load(configured));
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException("cannot use the certificate " + configured.certificate() + ": " + e.getMessage());
        }
        lookedAt = System.nanoTime();
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, @Nullable String identification) {
        var engine = loaded().context().createSSLEngine(peerHost, peerPort);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(identification);
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        var engine = loaded().context().createSSLEngine(peerHost, peerPort);
        engine.setUseClientMode(false);
        switch (clientAuth) {
            case "required" -> engine.setNeedClientAuth(true);
            case "requested" -> engine.setWantClientAuth(true);
            default -> engine.setWantClientAuth(false);
        }
        return engine;
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    @Override
    public KeyStore keystore() {
        return loaded().keys();
    }

    @Override
    public KeyStore truststore() {
        return loaded().trusted();
    }

    @Override
    public void close() {}

    private synchronized PemFiles.Loaded loaded() {
        var known = current;
        var where = files;
        if (known == null || where == null) {
            throw new IllegalStateException("not configured");
        }
        if (System.nanoTime() - lookedAt < LOOK_AGAIN_NS) {
            return known.loaded();
        }
        lookedAt = System.nanoTime();
        try {
            var times = times(where);
            if (!times.equals(known.times())) {
                known = new Current(times, PemFiles.load(where));
                current = known;
                LOG.info("using the new certificate {}", where.certificate());
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn(
                    "the certificate {} cannot be used, going on with the one before: {}",
                    where.certificate(),
                    e.getMessage());
        }
        return known.loaded();
    }

    private static List<FileTime> times(TlsFiles files) throws IOException {
        var times = new ArrayList<FileTime>();
        for (var file : List.of(files.trusted(), files.certificate(), files.key())) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }

    private static Path path(Map<String, ?> configs, String key) {
        return Path.of(text(configs, key, ""));
    }

    private static String text(Map<String, ?> configs, String key, String otherwise) {
        var value = configs.get(key);
        return value == null ? otherwise : value.toString();
    }
}
