package io.millrace.operator.apply;

import io.millrace.operator.trust.Authority;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.Issuer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** An authority as the operator founds one, for tests that have no cluster. */
public final class TestAuthority {

    private TestAuthority() {}

    /** Founds one; returns the files of its Secret, as earlier operators made it. */
    public static Map<String, String> found(String commonName) {
        var own = CertificateAuthority.found(commonName, Duration.ofDays(3650), Instant.now());
        return Map.of(Authority.TRUSTED, own.certificate(), Authority.KEY, own.key());
    }

    /** Takes up one that was founded as PEM. */
    static CertificateAuthority load(CertificateAuthority.Pair own) {
        return CertificateAuthority.load(issuer(own), own.key());
    }

    static Issuer issuer(CertificateAuthority.Pair own) {
        return Issuer.selfSigned(Certificates.first(own.certificate()).orElseThrow());
    }
}
