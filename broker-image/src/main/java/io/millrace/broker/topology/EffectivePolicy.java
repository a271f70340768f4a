package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policy and the operator policy that are in force for a queue or an exchange. */
public record EffectivePolicy(
        @Nullable Policy policy, @Nullable Policy operatorPolicy) {
    /** No policy matches. */
    public static final EffectivePolicy NONE = new EffectivePolicy(null, null);

    private static final String DELIVERY_LIMIT = "delivery-limit";
    private static final String DURABILITY = "durability";
    private static final LongString FSYNC = LongString.of("fsync");
    private static final String OVERFLOW = "overflow";
    private static final Set<String> SMALLER_COUNTS = Set.of(
            "message-ttl",
            "expires",
            "max-length",
            "max-length-bytes",
            "max-in-memory-length",
            "max-in-memory-bytes",
            "consumer-timeout");

    /** The name of the policy, if there is one. */
    public Optional<String> name() {
        return Optional.ofNullable(policy).map(Policy::name);
    }

    /** The name of the operator policy, if there is one. */
    public Optional<String> operatorName() {
        return Optional.ofNullable(operatorPolicy).map(Policy::name);
    }

    /** What both say together: the smaller limit, the stricter durability, and else what the operator says. */
    public FieldTable definition() {
        if (policy == null || operatorPolicy == null) {
            var only = policy == null ? operatorPolicy : policy;
            return only == null ? FieldTable.EMPTY : only.definition();
        }
        var merged = new TreeMap<>(policy.definition().entries());
        operatorPolicy
                .definition()
                .entries()
                .forEach((key, value) -> merged.merge(key, value, (one, operators) -> {
                    return strictest(key, one, operators).orElse(operators);
                }));
        return FieldTable.of(merged);
    }

    /**
     * A queue's arguments as if all that is in force for it had been declared: the smaller limit, the stricter durability, and else the argument. A
     * quorum queue lets the policy decide about overflow (RabbitMQ 4.0).
     */
    FieldTable arguments(QueueDefinition queue) {
        var arguments = queue.arguments();
        for (var entry : definition().entries().entrySet()) {
            var key = entry.getKey();
            var declared = queue.arguments().get("x-" + key);
            boolean policyWins = declared.isEmpty() || (key.equals(OVERFLOW) && queue.type() == QueueType.QUORUM);
            var value = policyWins
                    ? entry.getValue()
                    : strictest(key, declared.get(), entry.getValue()).orElse(declared.get());
            arguments = arguments.with("x-" + key, value);
        }
        return arguments;
    }

    private static Optional<FieldValue> strictest(String key, FieldValue one, FieldValue other) {
        if (key.equals(DURABILITY)) {
            return Optional.of(one.equals(FSYNC) ? one : other);
        }
        if (!(one instanceof FieldValue.Whole number) || !(other instanceof FieldValue.Whole limit)) {
            return Optional.empty();
        }
        if (SMALLER_COUNTS.contains(key)) {
            return Optional.of(number.asLong() <= limit.asLong() ? one : other);
        }
        if (key.equals(DELIVERY_LIMIT)) { // a negative one is none at all
            boolean smaller = number.asLong() <= limit.asLong();
            boolean unlimited = number.asLong() < 0 || limit.asLong() < 0;
            return Optional.of(smaller != unlimited ? one : other);
        }
        return Optional.empty();
    }
}
