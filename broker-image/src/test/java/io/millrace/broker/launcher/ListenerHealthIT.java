package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.management.ManagementClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Health checks of listeners with TLS. */
@Timeout(60)
class ListenerHealthIT {
    private static StandaloneBroker broker;
    private static TlsFiles ofBroker;
    private static ManagementClient management;
    private static int tlsPort;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        ofBroker = new TestCertificates(folder.resolve("tls")).issue("broker", "localhost");
        tlsPort = FreePorts.next();
        broker = new StandaloneBroker(
                folder.resolve("data"),
                Map.of(
                        AmqpTls.PORT, Integer.toString(tlsPort),
                        AmqpTls.CERTIFICATE, ofBroker.certificate().toString(),
                        AmqpTls.KEY, ofBroker.key().toString(),
                        AmqpTls.TRUSTED, String.valueOf(ofBroker.trusted())),
                Map.of(),
                Optional.of(ManagementTls.ofNode(FreePorts.next(), ofBroker)));
        management = new ManagementClient(broker.httpPort(), "guest", "guest");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void whatACheckOfHealthAsksOfListenersWithTls() {
        var checks = "/api/health/checks/";

        assertThat(management.get(checks + "port-listener/" + tlsPort).status()).isEqualTo(200);
        assertThat(management
                        .get(checks + "protocol-listener/amqps")
                        .json()
                        .get("protocol")
                        .asText())
                .isEqualTo("amqp/ssl");
        assertThat(management.get(checks + "protocol-listener/https").status()).isEqualTo(200);
        assertThat(management.get(checks + "certificate-expiration/0/days").status())
                .isEqualTo(200);
        var expiring = management.get(checks + "certificate-expiration/2/days");
        assertThat(expiring.status()).isEqualTo(503);
        assertThat(expiring.json().get("reason").asText()).isEqualTo("Certificates expiring");
        var first = expiring.json().get("expired").get(0);
        assertThat(expiring.json().get("expired").findValuesAsText("protocol")).containsExactly("amqp/ssl", "https");
        assertThat(first.get("node").asText()).isEqualTo("standalone-0");
        assertThat(first.get("interface").asText()).isEqualTo("127.0.0.1");
        assertThat(first.get("port").asInt()).isEqualTo(tlsPort);
        assertThat(first.get("certfile").asText())
                .isEqualTo(ofBroker.certificate().toString());
        assertThat(first.get("cacertfile").asText()).isEqualTo(String.valueOf(ofBroker.trusted()));
        assertThat(first.get("certfile_expires_on").get(0).asText())
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d?:\\d\\d:\\d\\d");
        assertThat(first.get("cacertfile_expires_on")).hasSize(1);
        assertThat(expiring.json().get("expired").get(1).get("cacertfile").isNull())
                .isTrue();
    }
}
