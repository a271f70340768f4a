package io.millrace.broker.launcher;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;

/**
 * Keeps topics of queues, streams and the queue layer's state from being made by anybody else (KIP-108): where Kafka creates topics by itself, who still asks for the topic of
 * a deleted queue would bring it back, empty, with settings that lose messages. The queue layer's own requests are known by a setting that they always carry.
 */
public final class ReservedTopics implements CreateTopicPolicy {
    private static final List<String> PREFIXES = List.of("q.", "s.", "amqp.");

    /** Kafka's default as well; a request that spells it out knows what it makes. */
    private static final Map.Entry<String, String> MARK = Map.entry("unclean.leader.election.enable", "false");

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void validate(RequestMetadata request) {
        var configs = request.configs() == null ? Map.<String, String>of() : request.configs();
        if (PREFIXES.stream().anyMatch(request.topic()::startsWith)
                && !configs.entrySet().contains(MARK)) {
            throw new PolicyViolationException("topic " + request.topic() + " is not there, and names that begin with "
                    + String.join(" or ", PREFIXES) + " are for queues and streams alone: declare the queue or stream,"
                    + " which makes its topic, or choose another name");
        }
    }

    @Override
    public void close() {}
}
