package io.millrace.broker.launcher;

import io.millrace.broker.cluster.QueueStatistics;
import io.millrace.broker.server.Traffic;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The queues of a pod for Prometheus: {@code millrace_queue_*}, with the names RabbitMQ has for them ({@code rabbitmq_queue_*}) where it has some. Each queue is shown by
 * the pod that owns it; counters begin again when the owner changes.
 */
final class QueueMetrics {
    private QueueMetrics() {}

    static MetricSnapshots of(List<QueueStatistics> queues, int connections, int channels, Traffic traffic) {
        var all = new ArrayList<MetricSnapshot>();
        all.add(gauge("millrace_connections", "AMQP connections of this pod.", connections));
        all.add(gauge("millrace_channels", "AMQP channels of this pod.", channels));
        all.add(counter(
                "millrace_connection_incoming_bytes",
                "Octets that AMQP connections of this pod have received.",
                traffic.received().count()));
        all.add(counter(
                "millrace_connection_outgoing_bytes",
                "Octets that AMQP connections of this pod have sent.",
                traffic.sent().count()));
        all.add(counter(
                "millrace_connection_incoming_packets",
                "How often AMQP connections of this pod have received something.",
                traffic.reads()));
        all.add(counter(
                "millrace_connection_outgoing_packets",
                "Buffers that AMQP connections of this pod have sent.",
                traffic.writes()));
        all.add(gauge("millrace_queues", "Queues this pod owns.", queues.size()));
        all.add(gauge(queues, "messages_ready", "Messages ready for delivery.", QueueStatistics::ready));
        all.add(gauge(queues, "messages_unacked", "Messages held unacknowledged.", QueueStatistics::unacked));
        all.add(gauge(
                queues, "messages", "Messages, ready and unacknowledged.", queue -> queue.ready() + queue.unacked()));
        all.add(gauge(queues, "consumers", "Consumers.", QueueStatistics::consumers));
        all.add(counter(queues, "messages_published", "Messages that came in.", QueueStatistics::published));
        all.add(counter(queues, "messages_delivered", "Messages sent to consumers.", QueueStatistics::delivered));
        all.add(counter(
                queues,
                "messages_redelivered",
                "Messages sent to consumers that may have been sent before.",
                QueueStatistics::redelivered));
        all.add(counter(queues, "messages_acked", "Messages acknowledged.", QueueStatistics::acknowledged));
        all.add(dead(queues));
        return new MetricSnapshots(all);
    }

    private static Labels labels(QueueStatistics queue) {
        return Labels.of("vhost", queue.vhost(), "queue", queue.queue());
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                        CounterDataPointSnapshot.builder().value((double) value).build())
                .build();
    }

    private static GaugeSnapshot gauge(
            List<QueueStatistics> queues, String name, String help, ToDoubleFunction<QueueStatistics> value) {
        var gauge = GaugeSnapshot.builder().name("millrace_queue_" + name).help(help);
        for (var queue : queues) {
            gauge.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels(queue))
                    .value(value.applyAsDouble(queue))
                    .build());
        }
        return gauge.build();
    }

    private static CounterSnapshot counter(
            List<QueueStatistics> queues, String name, String help, ToDoubleFunction<QueueStatistics> value) {
        var counter = CounterSnapshot.builder().name("millrace_queue_" + name).help(help);
        for (var queue : queues) {
            counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels(queue))
                    .value(value.applyAsDouble(queue))
                    .build());
        }
        return counter.build();
    }

    private static CounterSnapshot dead(List<QueueStatistics> queues) {
        var counter = CounterSnapshot.builder()
                .name("millrace_queue_messages_dead_lettered")
                .help("Messages dead-lettered, or dropped where there is no dead-letter exchange.");
        for (var queue : queues) {
            queue.dead()
                    .forEach((reason, count) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                            .labels(labels(queue).add("reason", reason.wireName()))
                            .value(count)
                            .build()));
        }
        return counter.build();
    }
}
