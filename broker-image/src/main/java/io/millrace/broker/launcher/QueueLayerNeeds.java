package io.millrace.broker.launcher;

import io.millrace.broker.log.kafka.PlacementAssignor;
import java.util.Map;

/** What the queue layer needs of every Kafka node it runs on: defaults, below what the user sets. */
final class QueueLayerNeeds {
    private QueueLayerNeeds() {}

    /**
     * Ownership of slots moves by a group of the consumer protocol (KIP-848) that must notice a dead member within seconds, which
     * Kafka's lower bounds forbid; ordinary groups keep Kafka's defaults. Settled messages are dropped from the log by
     * {@code deleteRecords}, which frees disk only when the retention check comes by. Topics of queues are made by the queue layer alone. The group of slots' owners
     * asks for an assignor of its own; Kafka's come before it, so that others have the same as ever. A queue is declared when its topic is there: the controllers' leader does
     * not wait for more changes to come before it writes one (Kafka's default are 25 ms); what comes while it writes goes together all the same.
     */
    static Map<String, String> kafkaProperties() {
        return Map.of(
                "group.consumer.min.session.timeout.ms", "1000",
                "group.consumer.min.heartbeat.interval.ms", "100",
                "group.consumer.min.assignment.interval.ms", "0",
                "group.consumer.assignment.interval.ms", "0",
                "group.consumer.assignors", "uniform,range," + PlacementAssignor.class.getName(),
                "controller.quorum.append.linger.ms", "0",
                "log.retention.check.interval.ms", "15000",
                "unclean.leader.election.enable", "false",
                "create.topic.policy.class.name", ReservedTopics.class.getName());
    }
}
