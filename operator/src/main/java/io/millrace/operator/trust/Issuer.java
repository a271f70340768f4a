package io.millrace.operator.trust;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * One that issues certificates.
 *
 * @param chain its own certificate, and those between it and a root
 * @param anchors the roots: what clients trust
 */
public record Issuer(List<X509Certificate> chain, List<X509Certificate> anchors) {
    public Issuer {
        if (chain.isEmpty() || anchors.isEmpty()) {
            throw new IllegalArgumentException("an issuer has a certificate, and a root");
        }
        chain = List.copyOf(chain);
        anchors = List.copyOf(anchors);
    }

    /** One that nobody is above. */
    public static Issuer selfSigned(X509Certificate certificate) {
        return new Issuer(List.of(certificate), List.of(certificate));
    }

    /** Its own certificate: nodes trust this one among themselves, and not the root, which may have issued others. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** What is shown after a certificate that it has issued: all but the root, which whoever trusts it has. */
    public List<X509Certificate> shown() {
        return chain.stream().filter(one -> !Certificates.isSelfSigned(one)).toList();
    }

    /** When it, or one above it, ends. */
    public Instant end() {
        return chain.stream()
                .map(one -> one.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }
}
