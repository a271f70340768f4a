package io.millrace.broker.launcher;

import java.util.Map;

/**
 * Timeouts that decide how long a partition is without a leader when a pod dies: below what the user sets. With Kafka's own (9 s session,
 * 2 s controller fetch) it takes three times as long.
 */
final class FastFailover {
    private FastFailover() {}

    static Map<String, String> kafkaProperties() {
        return Map.of(
                "broker.session.timeout.ms", "3000",
                "broker.heartbeat.interval.ms", "500",
                "controller.quorum.fetch.timeout.ms", "1000",
                "controller.quorum.election.timeout.ms", "500",
                // Readers wait for what a lost pod left open.
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    }
}
