package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Health checks of a broker that is well. */
@Timeout(60)
class HealthIT {
    private static final String CHECKS = "/api/health/checks/";

    private static StandaloneBroker broker;
    private static ManagementClient guest;
    private static ManagementClient nobody;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
        guest = new ManagementClient(broker.httpPort(), "guest", "guest");
        nobody = new ManagementClient(broker.httpPort(), "nobody", "");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static void assertThatIt(String check, int status, String body) {
        var reply = guest.get(CHECKS + check);
        assertThat(reply.text()).isEqualTo(body.replace('\'', '"'));
        assertThat(reply.status()).isEqualTo(status);
    }

    @Test
    void portsThatAreListenedOnAreWell() {
        for (int port : new int[] {broker.amqpPort(), broker.httpPort()}) {
            assertThatIt("port-listener/" + port, 200, "{'status':'ok','port':" + port + "}");
        }
        assertThatIt(
                "port-listener/1",
                503,
                "{'status':'failed','reason':'No active listener','missing':1,'ports':[%d,%d]}"
                        .formatted(broker.amqpPort(), broker.httpPort()));
        assertThatIt("port-listener/amqp", 400, "{'error':'bad_request','reason':'Invalid port'}");
    }

    @ParameterizedTest
    @CsvSource({"amqp, amqp", "AMQP, amqp", "amqp091, amqp", "amqp0-9-1, amqp", "http, http", "management, http"})
    void protocolsThatAreSpokenAreWellByAllTheirNames(String name, String protocol) {
        assertThatIt("protocol-listener/" + name, 200, "{'status':'ok','protocol':'" + protocol + "'}");
    }

    @ParameterizedTest
    @CsvSource({"amqps, amqp/ssl", "amqp%2Fssl, amqp/ssl", "https, https", "clustering, clustering", "mqtt, mqtt"})
    void protocolsThatAreNotSpokenAreMissing(String name, String protocol) {
        assertThatIt(
                "protocol-listener/" + name,
                503,
                "{'status':'failed','reason':'No active listener','missing':'%s','protocols':['amqp','http']}"
                        .formatted(protocol));
    }

    @Test
    void aNodeThatIsAloneIsNotCritical() {
        assertThatIt("node-is-quorum-critical", 200, "{'status':'ok','reason':'single node cluster'}");
    }

    @Test
    void withoutTlsNoCertificateExpires() {
        assertThatIt("certificate-expiration/10/years", 200, "{'status':'ok'}");
        assertThatIt("certificate-expiration/1/MONTHS", 200, "{'status':'ok'}");
        assertThatIt(
                "certificate-expiration/soon/days",
                400,
                "{'error':'bad_request','reason':'Invalid expiration value.'}");
        assertThatIt(
                "certificate-expiration/1/fortnights",
                400,
                "{'error':'bad_request','reason':'Time unit not recognised. Supported units: days, weeks, months, years.'}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alarms", "local-alarms", "virtual-hosts", "is-in-service", "ready-to-serve-clients"})
    void theRestIsWellToo(String check) {
        assertThatIt(check, 200, "{'status':'ok'}");
    }

    @Test
    void thereIsNoLimitOfConnections() throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        try (var connection = factory.newConnection()) {
            assertThat(connection.isOpen()).isTrue();
            assertThatIt("below-node-connection-limit", 200, "{'status':'ok','limit':'infinity','connections':1}");
        }
    }

    @Test
    void probesNeedNoPasswordWhereRabbitMqWantsNone() {
        for (var check : new String[] {"is-in-service", "ready-to-serve-clients", "below-node-connection-limit"}) {
            assertThat(nobody.get(CHECKS + check).status()).as(check).isEqualTo(200);
        }
        assertThat(nobody.get(CHECKS + "alarms").status()).isEqualTo(401);
        assertThat(nobody.get(CHECKS + "port-listener/1").status()).isEqualTo(401);
    }
}
