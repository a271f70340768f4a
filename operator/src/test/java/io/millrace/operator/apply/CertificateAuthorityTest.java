package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {

    @Test
    void issuedCertificateIsTrustedAfterReloadAndNamesThePrincipalAsKafkaReadsIt() throws GeneralSecurityException {
        var now = Instant.parse("2026-01-01T00:00:00Z");
        var authority = CertificateAuthority.load(
                CertificateAuthority.found("orders", now).own(), now);

        var pair = authority.issue("orders-broker-0", List.of("orders-broker-0.orders-nodes.shop.svc"));

        var certificate = read(pair.certificate());
        certificate.verify(read(authority.own().certificate()).getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=orders-broker-0,O=millrace");
        assertThat(certificate.getSubjectAlternativeNames().toString())
                .contains("orders-broker-0.orders-nodes.shop.svc");
        assertThat(pair.key()).startsWith("-----BEGIN PRIVATE KEY-----");
    }

    private static X509Certificate read(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
