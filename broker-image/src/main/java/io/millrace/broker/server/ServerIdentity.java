package io.millrace.broker.server;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/** Makes the TLS engine of each connection to a listener, of the certificate it has then. Safe for any thread. */
public interface ServerIdentity extends Supplier<SSLEngine> {
    /** What connections that begin now are shown, and by whom their own certificates must be signed. */
    Certificates certificates();

    /**
     * The certificates of a listener.
     *
     * @param file where its own lie
     * @param own its own, and those between it and its CA
     * @param trustedFile where those of clients' CAs lie; absent where clients are not asked for certificates
     * @param trusted those of clients' CAs
     */
    record Certificates(
            String file, List<X509Certificate> own, Optional<String> trustedFile, List<X509Certificate> trusted) {
        public Certificates {
            own = List.copyOf(own);
            trusted = List.copyOf(trusted);
        }
    }
}
