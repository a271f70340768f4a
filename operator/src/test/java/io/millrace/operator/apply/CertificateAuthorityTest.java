package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.trust.Certificates;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final CertificateAuthority.Pair own = CertificateAuthority.found("orders-ca", Duration.ofDays(3650), NOW);
    private final CertificateAuthority authority = TestAuthority.load(own);

    @Test
    void issuedCertificateIsTrustedAfterReloadAndNamesThePrincipalAsKafkaReadsIt() throws GeneralSecurityException {
        var pair = authority.issue(
                new CertificateWish(
                        "CN=orders-broker-0,O=millrace",
                        Set.of("orders-broker-0.orders-nodes.shop.svc"),
                        Set.of("192.0.2.7", "2001:db8::7")),
                Duration.ofDays(30),
                NOW);

        var certificate = read(pair.certificate());
        certificate.verify(read(own.certificate()).getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=orders-broker-0,O=millrace");
        assertThat(certificate.getSubjectAlternativeNames().toString())
                .contains("orders-broker-0.orders-nodes.shop.svc", "192.0.2.7", "2001:db8:0:0:0:0:0:7");
        assertThat(certificate.getNotAfter()).isEqualTo(Instant.parse("2026-01-31T00:00:00Z"));
        assertThat(pair.key()).startsWith("-----BEGIN PRIVATE KEY-----");
    }

    @Test
    void noCertificateOutlivesItsAuthority() {
        var pair = authority.issue(CertificateWish.user("alice"), Duration.ofDays(40_000), NOW);

        assertThat(read(pair.certificate()).getNotAfter())
                .isEqualTo(read(own.certificate()).getNotAfter());
    }

    @Test
    void userIsNamedByTheCommonNameAlone() {
        var pair = authority.issue(CertificateWish.user("alice"), Duration.ofDays(1), NOW);

        assertThat(read(pair.certificate()).getSubjectX500Principal().getName()).isEqualTo("CN=alice");
    }

    private static X509Certificate read(String pem) {
        return Certificates.first(pem).orElseThrow();
    }
}
