package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueuesSettingsTest {
    private static final Map<String, String> SMALLEST =
            Map.of("millrace.cluster", "orders", "millrace.bootstrap", "orders-broker-0.orders-nodes.shop.svc:9091");

    @Test
    void hasTheUsualPortsUnlessToldOtherwise() {
        var settings = QueuesSettings.parse(with(Map.of("millrace.amqp.port", "5673", "millrace.queues.x", "y")));

        assertThat(settings.amqpPort()).isEqualTo(5673);
        assertThat(settings.managementPort()).isEqualTo(15672);
        assertThat(settings.linkPort()).isEqualTo(25672);
        assertThat(settings.options()).isEqualTo(Map.of("millrace.queues.x", "y", QueueOptions.DISK_MARK, "0.1"));
    }

    @Test
    void listensWithTlsWhereItIsTold() {
        var none = QueuesSettings.parse(SMALLEST);
        var password = QueuesSettings.parse(with(Map.of("millrace.amqp.tls.port", "5671", "millrace.amqp.port", "0")));
        var certificate = QueuesSettings.parse(
                with(Map.of("millrace.amqp.tls.port", "5671", "millrace.amqp.tls.authentication", "tls")));

        var management = QueuesSettings.parse(with(Map.of("millrace.management.tls.port", "15671")));

        assertThat(management.managementTlsPort()).contains(15671);
        assertThat(management.managementPort()).isEqualTo(15672);
        assertThat(none.managementTlsPort()).isEmpty();
        assertThat(none.amqpTls()).isEmpty();
        assertThat(password.amqpTls()).contains(new QueuesSettings.TlsListener(5671, false));
        assertThat(password.amqpPort()).isEqualTo(QueuesSettings.NO_LISTENER);
        assertThat(certificate.amqpTls()).contains(new QueuesSettings.TlsListener(5671, true));
    }

    @Test
    void namesAWayToLogInThatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueuesSettings.parse(
                        with(Map.of("millrace.amqp.tls.port", "5671", "millrace.amqp.tls.authentication", "none"))))
                .withMessageContaining("millrace.amqp.tls.authentication");
    }

    @ParameterizedTest
    @CsvSource({
        "millrace.cluster, ''",
        "millrace.bootstrap, ''",
        "millrace.amqp.port, x",
        "millrace.typo, x",
        "bootstrap.servers, x"
    })
    void namesTheKeyThatIsWrong(String key, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueuesSettings.parse(with(Map.of(key, value))))
                .withMessageContaining(key);
    }

    @Test
    void knowsAllKeysOfTheSeam() throws Exception {
        assertThat(SeamTable.keys("### `queues.properties`"))
                .containsExactlyInAnyOrder(
                        QueuesSettings.CLUSTER,
                        QueuesSettings.BOOTSTRAP,
                        QueuesSettings.AMQP_PORT,
                        QueuesSettings.AMQP_TLS_PORT,
                        QueuesSettings.AMQP_TLS_AUTHENTICATION,
                        QueuesSettings.MANAGEMENT_PORT,
                        QueuesSettings.MANAGEMENT_TLS_PORT,
                        QueuesSettings.LINK_PORT,
                        QueuesSettings.OPTIONS + "*");
    }

    private static Map<String, String> with(Map<String, String> more) {
        var all = new HashMap<>(SMALLEST);
        all.putAll(more);
        return all;
    }
}
