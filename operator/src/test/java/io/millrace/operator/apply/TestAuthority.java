package io.millrace.operator.apply;

import java.time.Instant;
import java.util.Map;

/** An authority as the operator founds one, for tests that have no cluster. */
public final class TestAuthority {

    private TestAuthority() {}

    /** Founds one; returns the files of its Secret. */
    public static Map<String, String> found(String commonName) {
        var own = CertificateAuthority.found(commonName, Instant.now()).own();
        return Map.of("ca.crt", own.certificate(), CertificateAuthority.KEY, own.key());
    }
}
