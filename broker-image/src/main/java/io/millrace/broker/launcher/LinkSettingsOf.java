package io.millrace.broker.launcher;

import io.millrace.broker.cluster.LinkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** Derives how pods link to each other: the hosts of listener REPLICATION, the link port, the node certificates. */
final class LinkSettingsOf {
    private LinkSettingsOf() {}

    static LinkSettings settings(QueueLayerSettings settings) {
        if (settings.standalone()) {
            return LinkSettings.ALONE;
        }
        int port = Integer.parseInt(settings.options().getOrDefault(QueuesSettings.LINK_PORT, "25672"));
        var bootstrap = settings.kafka().getOrDefault("bootstrap.servers", "");
        return new LinkSettings(settings.bindHost(), port, peers(bootstrap, port), tls(settings.kafka()));
    }

    /** A pod's host name begins with its name (docs/seams.md). */
    static Map<String, LinkSettings.Address> peers(String bootstrap, int port) {
        var peers = new HashMap<String, LinkSettings.Address>();
        for (var server : bootstrap.split(",", -1)) {
            var host = server.strip().replaceFirst(":\\d+$", "");
            peers.put(host.replaceFirst("\\..*$", ""), new LinkSettings.Address(host, port));
        }
        return peers;
    }

    private static Optional<Supplier<SSLContext>> tls(Map<String, String> kafka) {
        var trusted = kafka.get(TlsFiles.TRUSTED);
        var certificate = kafka.get(TlsFiles.CERTIFICATE);
        var key = kafka.get(TlsFiles.KEY);
        if (trusted == null || certificate == null || key == null) {
            return Optional.empty();
        }
        var files = new TlsFiles(Path.of(trusted), Path.of(certificate), Path.of(key));
        return Optional.of(() -> {
            try {
                return PemFiles.load(files).context();
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException("cannot use " + files.certificate() + ": " + e.getMessage(), e);
            }
        });
    }
}
