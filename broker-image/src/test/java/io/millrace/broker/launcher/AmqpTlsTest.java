package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.broker.server.CertificateLogin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmqpTlsTest {
    private Path folder = Path.of("");
    private TlsFiles files = TlsFiles.ofPod(folder, "none");
    private Map<String, String> options = Map.of();

    @BeforeEach
    void issue(@TempDir Path fresh) throws Exception {
        folder = fresh;
        files = new TestCertificates(folder).issue("broker");
        options = new HashMap<>(Map.of(
                AmqpTls.CERTIFICATE,
                files.certificate().toString(),
                AmqpTls.KEY,
                files.key().toString()));
    }

    @Test
    void thereIsNoTlsUntilSomethingIsSaidOfIt() {
        assertThat(AmqpTls.parse(Map.of())).isEmpty();
    }

    @Test
    void thePortIsThatOfIanaUnlessAnotherIsGiven() {
        assertThat(AmqpTls.parse(options).orElseThrow().port()).isEqualTo(5671);

        options.put(AmqpTls.PORT, "1234");

        assertThat(AmqpTls.parse(options).orElseThrow().port()).isEqualTo(1234);
    }

    @Test
    void aClientIsAskedForACertificateOnlyWhereThereIsACaForThem() {
        var without = AmqpTls.parse(options).orElseThrow().engines().get();
        options.put(AmqpTls.TRUSTED, String.valueOf(files.trusted()));
        var with = AmqpTls.parse(options).orElseThrow().engines().get();

        assertThat(without.getWantClientAuth()).isFalse();
        assertThat(with.getWantClientAuth()).isTrue();
        assertThat(with.getNeedClientAuth()).isFalse();
    }

    @Test
    void aClientWithoutACertificateIsTurnedAwayWhereOneIsRequired() {
        options.put(AmqpTls.TRUSTED, String.valueOf(files.trusted()));
        options.put(AmqpTls.REQUIRED, "true");

        assertThat(AmqpTls.parse(options).orElseThrow().engines().get().getNeedClientAuth())
                .isTrue();
    }

    @Test
    void certificatesCannotBeRequiredOfNoCa() {
        options.put(AmqpTls.REQUIRED, "true");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AmqpTls.parse(options))
                .withMessageContaining(AmqpTls.REQUIRED + " needs " + AmqpTls.TRUSTED);
    }

    @Test
    void aListenerOfANodeHasItsCertificateAndAsksForThoseOfTheClientsCa() throws Exception {
        Files.copy(folder.resolve("ca.crt"), folder.resolve("clients-ca.crt"));

        var byPassword = AmqpTls.parse(AmqpTls.ofNode(files, new QueuesSettings.TlsListener(5673, false)))
                .orElseThrow();
        var byCertificate = AmqpTls.parse(AmqpTls.ofNode(files, new QueuesSettings.TlsListener(5673, true)))
                .orElseThrow();

        assertThat(byPassword.port()).isEqualTo(5673);
        assertThat(byPassword.engines().get().getNeedClientAuth()).isFalse();
        assertThat(byCertificate.files().trusted()).isEqualTo(folder.resolve("clients-ca.crt"));
        assertThat(byCertificate.engines().get().getNeedClientAuth()).isTrue();
    }

    @Test
    void whatIsMissingIsNamedWithItsOption() {
        options.remove(AmqpTls.KEY);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AmqpTls.parse(options))
                .withMessageContaining("millrace.queues.amqp.tls.key")
                .withMessageContaining("--amqp-tls-key");
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        Files.delete(files.certificate());

        refused("there is no file " + files.certificate());
    }

    @Test
    void aFileWithoutACertificateIsNamed() throws Exception {
        Files.writeString(files.certificate(), "");

        refused("no certificate in " + files.certificate());
    }

    @Test
    void aBrokenCertificateIsNamed() throws Exception {
        Files.writeString(files.certificate(), "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");

        refused("the certificate in " + files.certificate() + " is broken");
    }

    @Test
    void aFileWithoutAKeyIsNamed() throws Exception {
        Files.writeString(files.key(), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");

        refused("no PKCS#8 private key in " + files.key());
    }

    @Test
    void aBrokenKeyIsNamed() throws Exception {
        Files.writeString(files.key(), "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n");

        refused("the private key in " + files.key() + " is broken");
    }

    @Test
    void aCaThatIsNotThereIsNamed() {
        options.put(AmqpTls.TRUSTED, folder.resolve("none.crt").toString());

        refused("there is no file " + folder.resolve("none.crt"));
    }

    @Test
    void aKeyOfAnotherCertificateIsNamed() throws Exception {
        var other = new TestCertificates(folder.resolve("other")).issue("other");
        options.put(AmqpTls.KEY, other.key().toString());

        refused("the private key in " + other.key() + " does not belong to the certificate in " + files.certificate());
    }

    @Test
    void aNameIsTakenFromWhereTheSettingSays() {
        assertThat(AmqpTls.loginFrom(Map.of())).isEqualTo(CertificateLogin.COMMON_NAME);
        assertThat(AmqpTls.loginFrom(Map.of(AmqpTls.LOGIN_FROM, "distinguished_name")))
                .isEqualTo(CertificateLogin.DISTINGUISHED_NAME);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AmqpTls.loginFrom(Map.of(AmqpTls.LOGIN_FROM, "email")))
                .withMessageContaining("'email', not one of common_name, distinguished_name, subject_alternative_name");
    }

    private void refused(String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AmqpTls.parse(options).orElseThrow().engines())
                .withMessageStartingWith("cannot serve AMQP with TLS: ")
                .withMessageContaining(why);
    }
}
