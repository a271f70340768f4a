package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSettingsTest {
    private static final Map<String, String> SMALLEST = Map.of(
            "millrace.cluster", "orders", "millrace.headless.service", "orders-nodes", "millrace.controllers", "0,1,2");

    @Test
    void readsListenersAndLeavesTheRestToKafka() {
        var settings = LogSettings.parse(with(Map.of(
                "millrace.listener.plain.port", "9092",
                "millrace.listener.out.port", "9094",
                "millrace.listener.out.type", "nodeport",
                "millrace.listener.out.tls", "true",
                "millrace.listener.out.authentication", "scram",
                "log.retention.ms", "1000")));

        assertThat(settings.controllers()).containsExactly(0, 1, 2);
        assertThat(settings.listeners())
                .containsExactly(
                        new ClientListener(
                                "out", 9094, ClientListener.Type.NODEPORT, true, ClientListener.Authentication.SCRAM),
                        new ClientListener(
                                "plain",
                                9092,
                                ClientListener.Type.INTERNAL,
                                false,
                                ClientListener.Authentication.NONE));
        assertThat(settings.kafka()).isEqualTo(Map.of("log.retention.ms", "1000"));
    }

    @ParameterizedTest
    @CsvSource({
        "millrace.cluster, '', millrace.cluster",
        "millrace.controllers, 'a', millrace.controllers",
        "millrace.unknown, x, millrace.unknown",
        "millrace.listener.a.typo, x, millrace.listener.a.typo",
        "millrace.listener.a.port, x, millrace.listener.a.port",
        "millrace.listener.a.port, 70000, 70000",
        "millrace.listener.b.type, sideways, millrace.listener.b.type"
    })
    void namesTheKeyThatIsWrong(String key, String value, String named) {
        var settings = with(Map.of("millrace.listener.b.port", "9092", key, value));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogSettings.parse(settings))
                .withMessageContaining(named);
    }

    @Test
    void refusesToAuthenticateByTlsWithoutTls() {
        var keys = with(Map.of("millrace.listener.a.port", "1", "millrace.listener.a.authentication", "tls"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogSettings.parse(keys))
                .withMessageContaining("a");
    }

    @Test
    void knowsAllKeysOfTheSeam() throws Exception {
        var keys = SeamTable.keys("### `log.properties`");

        assertThat(keys)
                .containsExactlyInAnyOrder(
                        LogSettings.CLUSTER,
                        LogSettings.HEADLESS_SERVICE,
                        LogSettings.CONTROLLERS,
                        LogSettings.LISTENER + "port",
                        LogSettings.LISTENER + "type",
                        LogSettings.LISTENER + "tls",
                        LogSettings.LISTENER + "authentication");
    }

    private static Map<String, String> with(Map<String, String> more) {
        var all = new HashMap<>(SMALLEST);
        all.putAll(more);
        return all;
    }
}
