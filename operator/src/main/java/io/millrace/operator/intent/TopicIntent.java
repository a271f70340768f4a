package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Cleanup;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.status.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A Topic as it is meant.
 *
 * @param name its name in Kafka
 * @param partitions number of partitions
 * @param replicas replicas per partition; empty: the cluster's default
 * @param config all settings of the topic itself
 * @param bindings exchanges that route into it
 */
public record TopicIntent(
        String name,
        int partitions,
        Optional<Integer> replicas,
        Map<String, String> config,
        Set<BindingIntent> bindings) {
    public TopicIntent {
        bindings = Set.copyOf(bindings);
        config = Map.copyOf(config);
    }

    /** Returns the name in Kafka. */
    public static String nameOf(Topic topic) {
        return Objects.requireNonNullElse(
                topic.getSpec().topicName(), topic.getMetadata().getName());
    }

    /** Reads a Topic. */
    public static Parsed<TopicIntent> parse(Topic topic) {
        var spec = topic.getSpec();
        var config = new HashMap<String, String>();
        if (spec.config() != null) {
            config.putAll(spec.config());
        }
        if (spec.cleanup() != null) {
            config.put("cleanup.policy", cleanup(spec.cleanup()));
        }
        if (spec.minInSyncReplicas() != null) {
            config.put("min.insync.replicas", spec.minInSyncReplicas().toString());
        }
        try {
            var retention = spec.retention();
            if (retention != null && retention.time() != null) {
                config.put(
                        "retention.ms",
                        retention.time().equals("forever")
                                ? "-1"
                                : Long.toString(Units.duration(retention.time()).toMillis()));
            }
            if (retention != null && retention.bytes() != null) {
                config.put(
                        "retention.bytes",
                        retention.bytes().equals("unlimited") ? "-1" : Long.toString(Units.bytes(retention.bytes())));
            }
        } catch (ArithmeticException | NumberFormatException e) {
            return new Parsed.Invalid<>(Reason.INVALID_SPEC, "spec.retention is out of range: " + e.getMessage());
        }
        return new Parsed.Valid<>(new TopicIntent(
                nameOf(topic),
                Objects.requireNonNullElse(spec.partitions(), 1),
                Optional.ofNullable(spec.replicas()),
                config,
                BindingIntent.of(spec.bindings())));
    }

    private static String cleanup(Cleanup cleanup) {
        return switch (cleanup) {
            case DELETE -> "delete";
            case COMPACT -> "compact";
            case BOTH -> "compact,delete";
        };
    }
}
