package io.millrace.broker.server;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/**
 * What a client and this pod agreed on, in the words of RabbitMQ's management API.
 *
 * @param protocol such as {@code tlsv1.3}
 * @param keyExchange such as {@code ecdhe_rsa}; {@code any} from TLS 1.3 on, where the cipher suite does not say
 * @param cipher such as {@code aes_256_gcm}
 * @param hash {@code aead} where the cipher itself authenticates, else such as {@code sha256}
 * @param peer the client's certificate, verified; absent if it has shown none
 */
public record TlsSession(
        String protocol, String keyExchange, String cipher, String hash, Optional<X509Certificate> peer) {
    /** JSSE's names, such as {@code TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384} and {@code TLS_AES_256_GCM_SHA384}. */
    private static final Pattern SUITE = Pattern.compile("TLS_(?:(.+)_WITH_)?(.+?)(?:_(SHA\\d*|MD5))?");

    private static final Pattern AUTHENTICATING = Pattern.compile(".*(gcm|ccm|ccm_8|poly1305)");

    static TlsSession of(SSLSession session) {
        return of(session.getProtocol(), session.getCipherSuite(), peer(session));
    }

    static TlsSession of(String protocol, String cipherSuite, Optional<X509Certificate> peer) {
        var suite = SUITE.matcher(cipherSuite);
        if (!suite.matches()) {
            return new TlsSession(lower(protocol), "", lower(cipherSuite), "", peer);
        }
        var exchange = suite.group(1) == null ? "any" : lower(suite.group(1));
        var cipher = lower(suite.group(2));
        var hash = suite.group(3) == null || AUTHENTICATING.matcher(cipher).matches() ? "aead" : lower(suite.group(3));
        return new TlsSession(lower(protocol), exchange, cipher, hash, peer);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static Optional<X509Certificate> peer(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty(); // it has shown none
        }
    }

    /** Whom the client's certificate is for, as RFC 4514 writes it. */
    public Optional<String> peerSubject() {
        return peer.map(certificate -> text(certificate.getSubjectX500Principal()));
    }

    /** Who has signed it. */
    public Optional<String> peerIssuer() {
        return peer.map(certificate -> text(certificate.getIssuerX500Principal()));
    }

    /** From when to when it is valid. */
    public Optional<String> peerValidity() {
        return peer.map(certificate -> second(certificate.getNotBefore().toInstant()) + " - "
                + second(certificate.getNotAfter().toInstant()));
    }

    private static String second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String text(X500Principal name) {
        return name.getName(X500Principal.RFC2253);
    }
}
