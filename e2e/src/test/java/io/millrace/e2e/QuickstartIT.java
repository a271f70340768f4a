package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cluster {@code orders} is made from does what its comments say. */
@Order(5)
@OnOrders
class QuickstartIT {
    @ParameterizedTest
    @ValueSource(strings = {"order-events", "customers"})
    void aRecordGoesThroughATopic(String topic) throws Exception {
        Records.through(topic);
    }

    @Test
    void aRejectedInvoiceWaitsForItsNextTry() throws Exception {
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            var invoices = Messages.consume(channel, "invoices");
            Messages.publish(channel, "orders", "order.7.paid", "seven");
            var first = Messages.next(invoices);
            assertThat(Messages.text(first)).isEqualTo("seven");

            channel.basicNack(Messages.tag(first), false, false);

            assertThat(Messages.take(channel, "invoices-retry")).isEqualTo("seven");
        }
    }

    @Test
    void whatIsGivenUpOnIsKept() throws Exception {
        try (var connection = Messages.connect()) {
            Messages.through(connection, "orders", "failed.order.8", "invoices-failed");
        }
    }

    @Test
    void theViewerLooksAndChangesNothing() throws Exception {
        var password = Orders.BROKERS.password("viewer");

        assertThat(manage(password, "GET", "/api/queues").body()).contains("invoices-retry");
        assertThat(manage(password, "PUT", "/api/queues/%2F/hers").statusCode()).isIn(401, 403);
    }

    private static HttpResponse<String> manage(String password, String method, String path) throws Exception {
        return Brokers.http(Orders.BROKERS.external("management"), "viewer", password, method, path, "{}");
    }

    @Test
    void theLagOfBillingIsShown() throws Exception {
        Records.send(3, i -> new ProducerRecord<>("order-events", "key", "event " + i));
        try (var consumer = Records.consumer("billing", Map.of())) {
            consumer.subscribe(List.of("order-events"));
            Records.read(consumer, 3);
            consumer.commitSync();

            await("members of billing")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(
                            () -> Orders.KUBE.columns("consumergroup", "billing"),
                            columns -> "Stable".equals(columns.get("STATE")) && "1".equals(columns.get("MEMBERS")));
        }
    }
}
