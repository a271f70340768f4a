package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.launcher.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateLoginTest {
    @Test
    void theCommonNameIsTakenOutOfTheSubject(@TempDir Path folder) throws Exception {
        assertThat(CertificateLogin.COMMON_NAME.name(certificate(folder, "shop")))
                .contains("shop");
    }

    @Test
    void severalCommonNamesAreJoined(@TempDir Path folder) throws Exception {
        assertThat(CertificateLogin.COMMON_NAME.name(certificate(folder, "shop,CN=north")))
                .contains("shop,north");
    }

    @Test
    void theDistinguishedNameIsTheSubjectInTheReverseOfItsEncodedOrder(@TempDir Path folder) throws Exception {
        assertThat(CertificateLogin.DISTINGUISHED_NAME.name(certificate(folder, "shop")))
                .contains("O=millrace,CN=shop");
    }

    @Test
    void theAlternativeNameIsTheFirstOfDns(@TempDir Path folder) throws Exception {
        assertThat(CertificateLogin.SUBJECT_ALTERNATIVE_NAME.name(
                        certificate(folder, "shop", "shop.example", "other.example")))
                .contains("shop.example");
    }

    @Test
    void aCertificateWithoutAlternativeNamesNamesNobody(@TempDir Path folder) throws Exception {
        assertThat(CertificateLogin.SUBJECT_ALTERNATIVE_NAME.name(certificate(folder, "shop")))
                .isEmpty();
    }

    private X509Certificate certificate(Path folder, String name, String... hosts) throws Exception {
        var files = new TestCertificates(folder).issue(name, hosts);
        try (var in = Files.newInputStream(files.certificate())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
