package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The keys that definitions of policies may have, and the values of each (names and texts as in RabbitMQ). */
final class PolicyKeys {
    private static final long LARGEST_SEGMENT_BYTES = 3_000_000_000L;
    private static final int LONGEST_NAME_BYTES = 255;
    private static final Pattern AGE = Pattern.compile("[0-9]+[YMDhms]");

    /** Which value a key may have, and what a wrong one is called. */
    private record Rule(Predicate<FieldValue> allows, String name) {}

    private static final Map<String, Rule> RULES = rules();

    private static final Set<String> OPERATOR = Set.of(
            "durability", // our own
            "expires",
            "message-ttl",
            "max-length",
            "max-length-bytes",
            "max-in-memory-length",
            "max-in-memory-bytes",
            "delivery-limit",
            "queue-version",
            "overflow",
            "target-group-size",
            "queue-master-locator");

    /** What RabbitMQ calls unsupported by each type. */
    private static final Map<QueueType, Set<String>> UNSUPPORTED = Map.of(
            QueueType.CLASSIC,
            Set.of(
                    "max-age",
                    "stream-max-segment-size-bytes",
                    "initial-cluster-size",
                    "delivery-limit",
                    "dead-letter-strategy",
                    "max-in-memory-length",
                    "max-in-memory-bytes",
                    "target-group-size"),
            QueueType.QUORUM,
            Set.of(
                    "max-age",
                    "stream-max-segment-size-bytes",
                    "initial-cluster-size",
                    "queue-mode",
                    "queue-master-locator"),
            QueueType.STREAM,
            Set.of(
                    "expires",
                    "message-ttl",
                    "dead-letter-exchange",
                    "dead-letter-routing-key",
                    "dead-letter-strategy",
                    "max-length",
                    "max-in-memory-length",
                    "max-in-memory-bytes",
                    "overflow",
                    "queue-mode",
                    "delivery-limit",
                    "queue-master-locator",
                    "target-group-size"));

    private PolicyKeys() {}

    private static Map<String, Rule> rules() {
        var rules = new TreeMap<String, Rule>();
        rules.put("alternate-exchange", text("alternate exchange name"));
        rules.put("consumer-timeout", atLeast(0, "consumer timeout"));
        rules.put("dead-letter-exchange", text("dead letter exchange name"));
        rules.put("dead-letter-routing-key", text("dead letter routing key"));
        rules.put(
                "dead-letter-strategy", oneOf("dead letter strategy", "at-most-once", "at-least-once", "exactly-once"));
        rules.put("delivery-limit", whole(number -> true, "delivery limit"));
        rules.put("durability", oneOf("durability (replicated or fsync)", "replicated", "fsync"));
        rules.put("expires", atLeast(1, "queue expiry"));
        rules.put("initial-cluster-size", atLeast(0, "cluster size"));
        rules.put("max-age", new Rule(PolicyKeys::isAge, "max age"));
        rules.put("max-in-memory-bytes", atLeast(0, "maximum memory in bytes"));
        rules.put("max-in-memory-length", atLeast(0, "maximum memory in bytes")); // RabbitMQ says bytes too
        rules.put("max-length", atLeast(0, "maximum length"));
        rules.put("max-length-bytes", atLeast(0, "maximum length in bytes"));
        rules.put("message-ttl", atLeast(0, "message TTL"));
        rules.put("overflow", oneOf("overflow value", "drop-head", "reject-publish", "reject-publish-dlx"));
        rules.put(
                "queue-leader-locator",
                oneOf("queue leader locator value", "client-local", "balanced", "random", "least-leaders"));
        rules.put("queue-master-locator", oneOf("master locator", "min-masters", "client-local", "random"));
        rules.put("queue-mode", oneOf("queue-mode value", "default", "lazy"));
        rules.put("queue-version", whole(number -> number == 1 || number == 2, "queue-version value"));
        rules.put(
                "stream-filter-size-bytes",
                whole(number -> number >= 16 && number <= 255, "filter size. Valid range is 16-255"));
        rules.put(
                "stream-max-segment-size-bytes",
                whole(number -> number >= 0 && number <= LARGEST_SEGMENT_BYTES, "segment size"));
        rules.put("target-group-size", atLeast(1, "qq target count value"));
        return Collections.unmodifiableMap(rules);
    }

    private static Rule text(String name) {
        return new Rule(value -> value instanceof LongString text && text.bytes().length <= LONGEST_NAME_BYTES, name);
    }

    private static Rule oneOf(String name, String... allowed) {
        var values = Set.of(allowed);
        return new Rule(value -> value instanceof LongString text && values.contains(text.text()), name);
    }

    private static Rule atLeast(long least, String name) {
        return whole(number -> number >= least, name);
    }

    private static Rule whole(LongPredicate allows, String name) {
        return new Rule(value -> value instanceof FieldValue.Whole number && allows.test(number.asLong()), name);
    }

    private static boolean isAge(FieldValue value) {
        return value instanceof LongString text && AGE.matcher(text.text()).matches();
    }

    /** What is wrong with a definition; empty if nothing is. Wrong values are told before unknown keys. */
    static Optional<String> problem(Policy.Layer layer, FieldTable definition) {
        var entries = new TreeMap<>(definition.entries());
        if (entries.isEmpty()) {
            return Optional.of("no policy provided");
        }
        var known = layer == Policy.Layer.OPERATOR ? OPERATOR : RULES.keySet();
        for (var key : known.stream().sorted().filter(entries::containsKey).toList()) {
            var value = entries.remove(key);
            var rule = RULES.get(key);
            if (rule != null && !rule.allows().test(value)) {
                return Optional.of(term(value) + " is not a valid " + rule.name());
            }
        }
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(terms(entries) + " are not recognised policy settings");
    }

    /** Entries of JSON as Erlang prints them. */
    static String terms(Map<String, FieldValue> entries) {
        return entries.entrySet().stream()
                .map(entry -> "{<<\"" + entry.getKey() + "\">>," + term(entry.getValue()) + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** A value of JSON as Erlang prints it. */
    static String term(FieldValue value) {
        return switch (value) {
            case FieldValue.NoValue ignored -> "null";
            case FieldValue.Array(var values) -> list(values);
            case FieldTable table ->
                table.entries().entrySet().stream()
                        .map(entry -> "<<\"" + entry.getKey() + "\">> => " + term(entry.getValue()))
                        .collect(Collectors.joining(",", "#{", "}"));
            default -> ErlangText.term(value);
        };
    }

    private static String list(List<FieldValue> values) {
        return values.stream().map(PolicyKeys::term).collect(Collectors.joining(",", "[", "]"));
    }

    /** Whether a queue of that type takes a policy with this definition: with one key of another type it takes none of it. */
    static boolean areFor(QueueType type, FieldTable definition) {
        return Collections.disjoint(definition.entries().keySet(), UNSUPPORTED.getOrDefault(type, Set.of()));
    }
}
