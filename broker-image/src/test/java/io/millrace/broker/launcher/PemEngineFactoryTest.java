package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.HashMap;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemEngineFactoryTest {
    @Test
    void usesNewFilesWithoutARestart(@TempDir Path folder) throws Exception {
        var certificates = new TestCertificates(folder);
        try (var factory = new PemEngineFactory()) {
            factory.configure(certificates.issue("a").kafkaProperties());
            var before = certificate(factory);

            certificates.issue("a");

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !certificate(factory).equals(before));
        }
    }

    @Test
    void goesOnWithTheLastGoodFiles(@TempDir Path folder) throws Exception {
        var certificates = new TestCertificates(folder);
        var files = certificates.issue("a");
        try (var factory = new PemEngineFactory()) {
            factory.configure(files.kafkaProperties());
            var before = certificate(factory);

            Files.writeString(files.key(), "half a file");

            await().during(Duration.ofMillis(1500))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> certificate(factory).equals(before));
        }
    }

    @Test
    void refusesAKeyOfAnotherCertificate(@TempDir Path folder) throws Exception {
        var certificates = new TestCertificates(folder);
        var first = certificates.issue("a");
        var second = certificates.issue("b");
        Files.copy(second.key(), first.key(), StandardCopyOption.REPLACE_EXISTING);
        try (var factory = new PemEngineFactory()) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> factory.configure(first.kafkaProperties()))
                    .withMessageContaining("does not belong");
        }
    }

    @Test
    void asksForAClientsCertificateWhereItIsRequired(@TempDir Path folder) throws Exception {
        var settings = new HashMap<>(new TestCertificates(folder).issue("a").kafkaProperties());
        settings.put("ssl.client.auth", "required");
        try (var factory = new PemEngineFactory()) {
            factory.configure(settings);

            assertThat(factory.createServerSslEngine("peer", 1).getNeedClientAuth())
                    .isTrue();
        }
    }

    @Test
    void aListenerTrustsWhatItIsToldAndNotWhatNodesTrust(@TempDir Path folder) throws Exception {
        var settings = new HashMap<>(
                new TestCertificates(folder.resolve("nodes")).issue("a").kafkaProperties());
        var clients = new TestCertificates(folder.resolve("clients")).issue("alice");
        settings.put("ssl.truststore.location", String.valueOf(clients.trusted()));
        try (var factory = new PemEngineFactory()) {
            factory.configure(settings);

            var trusted = factory.truststore();

            assertThat(trusted.size()).isEqualTo(1);
            assertThat(trusted.getCertificate("ca-0"))
                    .isEqualTo(PemFiles.load(clients).trusted().getCertificate("ca-0"));
        }
    }

    private static Certificate certificate(PemEngineFactory factory) throws Exception {
        return factory.keystore().getCertificate("own");
    }
}
