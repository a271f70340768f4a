package io.millrace.broker.launcher;

import io.millrace.broker.server.ServerIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/** Makes the TLS engine of each connection to a listener, of what its PEM files hold then. Safe for any thread. */
final class ServerEngines implements ServerIdentity {
    private final TlsFiles files;
    private final LastGoodPem pem;
    private final boolean asks;
    private final boolean requires;

    /**
     * Reads the files.
     *
     * @param files its certificate; with trusted CAs clients are asked for certificates, too
     * @param certificateRequired whether clients without a certificate are turned away
     * @throws IllegalArgumentException naming the file that is not there or not what it should be
     */
    ServerEngines(String protocol, TlsFiles files, boolean certificateRequired) {
        this.files = files;
        asks = files.trusted() != null;
        requires = certificateRequired;
        try {
            pem = new LastGoodPem(files);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot serve " + protocol + " with TLS: " + e.getMessage(), e);
        }
    }

    @Override
    public SSLEngine get() {
        var engine = pem.now().context().createSSLEngine();
        engine.setUseClientMode(false);
        if (requires) {
            engine.setNeedClientAuth(true);
        } else {
            engine.setWantClientAuth(asks);
        }
        return engine;
    }

    @Override
    public Certificates certificates() {
        var loaded = pem.now();
        return new Certificates(
                files.certificate().toString(),
                loaded.chain(),
                Optional.ofNullable(files.trusted()).map(Path::toString),
                loaded.authorities());
    }
}
