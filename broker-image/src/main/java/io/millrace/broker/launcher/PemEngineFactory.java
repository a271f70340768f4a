package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's way to TLS (KIP-519) over PEM files that may be replaced at any time: every new connection uses what the files hold then, on
 * brokers, controllers and clients alike, without a restart. Kafka's own dynamic key stores do not reach the controllers' channel.
 */
public final class PemEngineFactory implements SslEngineFactory {
    private String clientAuth = "none";
    private @Nullable LastGoodPem pem;

    @Override
    public synchronized void configure(Map<String, ?> configs) {
        var configured = new TlsFiles(
                Path.of(text(configs, TlsFiles.TRUSTED_BY_LISTENER, text(configs, TlsFiles.TRUSTED, ""))),
                path(configs, TlsFiles.CERTIFICATE),
                path(configs, TlsFiles.KEY));
        clientAuth = text(configs, "ssl.client.auth", "none");
        try {
            pem = new LastGoodPem(configured);
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException("cannot use the certificate " + configured.certificate() + ": " + e.getMessage());
        }
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
        var known = pem;
        if (known == null) {
            throw new IllegalStateException("not configured");
        }
        return known.now();
    }

    private static Path path(Map<String, ?> configs, String key) {
        return Path.of(text(configs, key, ""));
    }

    private static String text(Map<String, ?> configs, String key, String otherwise) {
        var value = configs.get(key);
        return value == null ? otherwise : value.toString();
    }
}
