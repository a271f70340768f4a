package io.millrace.broker.launcher;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Optional;

/** The queue layer as the launcher sees it: something that runs beside a Kafka broker until it is closed. */
public interface QueueLayer extends AutoCloseable {
    /** Where it serves, one readable line each, for the line that tells the user so. */
    List<String> endpoints();

    /** Why it cannot serve now, in words; empty when it can. Asked every few seconds. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** What Prometheus is told of it; on any thread. */
    default MetricSnapshots metrics() {
        return new MetricSnapshots();
    }

    /** Hands over what it owns, flushes, and ends; does not wait for clients. Does nothing the second time. */
    @Override
    void close();

    /** Starts a queue layer. */
    @FunctionalInterface
    interface Starter {
        /**
         * Returns once it serves.
         *
         * @throws Exception when it cannot start; nothing is left running then
         */
        QueueLayer start(QueueLayerSettings settings) throws Exception;
    }
}
