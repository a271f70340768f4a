package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.cluster.QueueStatistics;
import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Meter;
import io.millrace.broker.server.Traffic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queues as Prometheus sees them. */
class QueueMetricsTest {
    private static final Traffic TRAFFIC = new Traffic(new Meter(11, 0), new Meter(12, 0), 13, 14);

    @Test
    void eachQueueHasRabbitMqsNamesWithOurPrefix() {
        var queue = new QueueStatistics("/", "orders", 3, 2, 1, 10, 8, 4, 5, Map.of(DeathReason.EXPIRED, 6L));
        try (var page = new MetricsPage()) {
            page.add(() -> QueueMetrics.of(List.of(queue), 7, 9, TRAFFIC));

            assertThat(page.text())
                    .contains(
                            "millrace_connections 7.0",
                            "millrace_channels 9.0",
                            "millrace_connection_incoming_bytes_total 11.0",
                            "millrace_connection_outgoing_bytes_total 12.0",
                            "millrace_connection_incoming_packets_total 13.0",
                            "millrace_connection_outgoing_packets_total 14.0",
                            "millrace_queues 1.0",
                            "millrace_queue_messages_ready{queue=\"orders\",vhost=\"/\"} 3.0",
                            "millrace_queue_messages_unacked{queue=\"orders\",vhost=\"/\"} 2.0",
                            "millrace_queue_messages{queue=\"orders\",vhost=\"/\"} 5.0",
                            "millrace_queue_consumers{queue=\"orders\",vhost=\"/\"} 1.0",
                            "millrace_queue_messages_published_total{queue=\"orders\",vhost=\"/\"} 10.0",
                            "millrace_queue_messages_delivered_total{queue=\"orders\",vhost=\"/\"} 8.0",
                            "millrace_queue_messages_redelivered_total{queue=\"orders\",vhost=\"/\"} 4.0",
                            "millrace_queue_messages_acked_total{queue=\"orders\",vhost=\"/\"} 5.0",
                            "millrace_queue_messages_dead_lettered_total{queue=\"orders\",reason=\"expired\",vhost=\"/\"} 6.0");
        }
    }

    @Test
    void aPodWithoutQueuesHasAPageToo() {
        try (var page = new MetricsPage()) {
            page.add(() -> QueueMetrics.of(List.of(), 0, 0, TRAFFIC));

            assertThat(page.text()).contains("millrace_queues 0.0");
        }
    }
}
