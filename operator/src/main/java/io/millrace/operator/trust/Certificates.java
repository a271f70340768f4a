package io.millrace.operator.trust;

import io.millrace.operator.desired.CertificateWish;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Tells whether a certificate must be issued anew. */
public final class Certificates {

    private static final int DNS_NAME = 2; // RFC 5280, GeneralName
    private static final int ADDRESS = 7;

    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Certificates() {}

    /** Reads the certificates of a PEM file; none if it is none. */
    public static List<X509Certificate> all(@Nullable String pem) {
        if (pem == null || pem.isBlank()) {
            return List.of();
        }
        try {
            var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            return List.of();
        }
    }

    /** Writes certificates as a PEM file. */
    public static String pem(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            try {
                text.append("-----BEGIN CERTIFICATE-----\n")
                        .append(PEM.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("what was read can be written", e);
            }
        }
        return text.toString();
    }

    /** Reads the first certificate of a PEM file; empty if there is none. */
    public static Optional<X509Certificate> first(@Nullable String pem) {
        return all(pem).stream().findFirst();
    }

    /**
     * Returns why a certificate must be issued anew; empty if it need not.
     *
     * @param issued what there is
     * @param authority who is to have issued it
     * @param validity how long a new one would be valid
     * @param renewBefore how long before its end a certificate is renewed
     */
    public static Optional<String> whyAnew(
            CertificateWish wish,
            Optional<X509Certificate> issued,
            X509Certificate authority,
            Duration validity,
            Duration renewBefore,
            Instant now) {
        if (issued.isEmpty()) {
            return Optional.of("there is none");
        }
        var certificate = issued.get();
        if (!certificate.getSubjectX500Principal().equals(new X500Principal(wish.subject()))) {
            return Optional.of("it is for somebody else");
        }
        if (!isIssuedBy(certificate, authority)) {
            return Optional.of("another authority has issued it");
        }
        if (!names(certificate, DNS_NAME).containsAll(wish.hosts())
                || !names(certificate, ADDRESS).containsAll(normal(wish.addresses()))) {
            return Optional.of("there are new names and addresses to be in it");
        }
        var end = certificate.getNotAfter().toInstant();
        // A new one may not outlive its authority: if that ends soon, there is nothing to gain.
        var newEnd = end(authority, validity, now);
        return now.isBefore(end.minus(renewBefore)) || !newEnd.isAfter(end)
                ? Optional.empty()
                : Optional.of("it ends at " + end);
    }

    /** Returns when a certificate issued now ends. */
    public static Instant end(X509Certificate authority, Duration validity, Instant now) {
        var asked = now.plus(validity);
        var last = authority.getNotAfter().toInstant();
        return asked.isBefore(last) ? asked : last;
    }

    /** Returns whether the authority's key has signed a certificate. */
    public static boolean isIssuedBy(X509Certificate certificate, X509Certificate authority) {
        if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Returns whether a certificate is at the end of its chain. */
    public static boolean isSelfSigned(X509Certificate certificate) {
        return isIssuedBy(certificate, certificate);
    }

    private static Set<String> names(X509Certificate certificate, int kind) {
        var names = new HashSet<String>();
        try {
            var alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.stream()
                        .filter(name -> name.getFirst().equals(kind))
                        .forEach(name -> names.add(String.valueOf(name.get(1))));
            }
        } catch (CertificateParsingException e) {
            return Set.of();
        }
        return kind == ADDRESS ? normal(names) : names;
    }

    /** IPv6 has several ways to write one address. */
    private static Set<String> normal(Set<String> addresses) {
        var normal = new HashSet<String>();
        for (var address : addresses) {
            try {
                normal.add(InetAddress.ofLiteral(address).getHostAddress());
            } catch (IllegalArgumentException e) {
                normal.add(address);
            }
        }
        return normal;
    }
}
