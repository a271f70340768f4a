package io.millrace.operator.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.fixture.FixedApi;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class TlsConnectionsTest {

    @Test
    void certificatesThatCannotBeReadMeanThatTheBrokersCannotBeReached() {
        var broken = base64("no certificate");
        var secret = "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"orders-operator-tls\"},"
                + " \"data\": {\"nodes\": \"%s\", \"ca.crt\": \"%s\", \"tls.crt\": \"%s\", \"tls.key\": \"%s\"}}"
                        .formatted(base64("1"), broken, broken, broken);
        try (var api = new FixedApi(200, secret)) {
            var connections = new TlsConnections(api.client());

            assertThatThrownBy(() -> connections.brokers(new ClusterKey("shop", "orders")))
                    .asInstanceOf(InstanceOfAssertFactories.type(FailureException.class))
                    .extracting(FailureException::failure)
                    .isInstanceOf(Failure.BrokerUnavailable.class);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
