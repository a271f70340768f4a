package io.millrace.broker.topology;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The arguments of {@code queue.declare}: which a type accepts, and which values they may have (texts as in RabbitMQ). */
final class QueueArguments {
    static final String CONSUMER_TIMEOUT = "x-consumer-timeout";
    static final String MAX_LENGTH_BYTES = "x-max-length-bytes";
    static final String MAX_AGE = "x-max-age";
    static final String SEGMENT_BYTES = "x-stream-max-segment-size-bytes";

    private static final String FILTER_BYTES = "x-stream-filter-size-bytes";
    private static final long LARGEST_SEGMENT_BYTES = 3_000_000_000L;
    private static final long SMALLEST_FILTER_BYTES = 16;
    private static final long LARGEST_FILTER_BYTES = 255;

    private static final long LONGEST_EXPIRY_MS = 315_360_000_000L; // ten years, as in RabbitMQ
    private static final long LARGEST_PRIORITY = 255;

    /** How many milliseconds a settled message can be gone back to; -1 is for ever. Our own. */
    static final String REPLAY = "x-kafka-retention";

    /** For how many milliseconds a message keeps others with the same message-id out. Our own. */
    private static final String DEDUPLICATION = "x-deduplication-window";

    /** What has to be on disk before a publish is confirmed. Our own. */
    static final String DURABILITY = "x-durability";

    /** Into how many shards group keys are spread. Our own. */
    static final String SHARDS = "x-shards";

    private static final long MOST_SHARDS = 64;
    private static final String MAX_PRIORITY = "x-max-priority";

    private static final List<String> CLASSIC = List.of(
            "x-expires",
            "x-message-ttl",
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-max-length",
            MAX_LENGTH_BYTES,
            MAX_PRIORITY,
            "x-overflow",
            "x-queue-mode",
            "x-queue-version",
            "x-single-active-consumer",
            QueueType.ARGUMENT,
            REPLAY,
            DEDUPLICATION,
            DURABILITY,
            CONSUMER_TIMEOUT, // RabbitMQ takes it from policies only
            SHARDS,
            "x-queue-master-locator",
            "x-queue-leader-locator");

    private static final List<String> QUORUM = List.of(
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-dead-letter-strategy",
            "x-expires",
            "x-max-length",
            MAX_LENGTH_BYTES,
            "x-max-in-memory-length",
            "x-max-in-memory-bytes",
            "x-overflow",
            "x-single-active-consumer",
            QueueType.ARGUMENT,
            REPLAY,
            DEDUPLICATION,
            DURABILITY,
            SHARDS,
            "x-quorum-initial-group-size",
            "x-delivery-limit",
            "x-message-ttl",
            "x-queue-leader-locator",
            CONSUMER_TIMEOUT);

    private static final List<String> STREAM = List.of(
            MAX_LENGTH_BYTES,
            QueueType.ARGUMENT,
            MAX_AGE,
            SEGMENT_BYTES,
            DURABILITY,
            "x-initial-cluster-size",
            "x-queue-leader-locator",
            CONSUMER_TIMEOUT);

    private static final Set<String> KNOWN =
            Set.copyOf(Stream.of(CLASSIC, QUORUM, STREAM).flatMap(List::stream).toList());

    /** In the order in which RabbitMQ looks at them. */
    private static final Map<String, Check> CHECKS = checks();

    /** Says what is wrong with a value, as a term of Erlang. */
    @FunctionalInterface
    private interface Check {
        Optional<String> problem(FieldValue value, FieldTable arguments);
    }

    private QueueArguments() {}

    private static Map<String, Check> checks() {
        var checks = new LinkedHashMap<String, Check>();
        checks.put(
                "x-expires", (value, all) -> number(value).or(() -> zero(value)).or(() -> tooLong(value)));
        checks.put("x-message-ttl", (value, all) -> number(value).or(() -> tooLong(value)));
        checks.put("x-dead-letter-exchange", (value, all) -> text(value));
        checks.put("x-dead-letter-routing-key", (value, all) -> text(value).or(() -> exchangeMissing(all)));
        checks.put(
                "x-dead-letter-strategy",
                oneOf("invalid_dlx_strategy", "at-most-once", "at-least-once", "exactly-once"));
        checks.put("x-max-length", (value, all) -> number(value));
        checks.put(MAX_LENGTH_BYTES, (value, all) -> number(value));
        checks.put("x-max-in-memory-length", (value, all) -> number(value));
        checks.put("x-max-in-memory-bytes", (value, all) -> number(value));
        checks.put(MAX_PRIORITY, (value, all) -> number(value).or(() -> priorityTooHigh(value)));
        checks.put("x-overflow", oneOf("invalid_overflow", "drop-head", "reject-publish", "reject-publish-dlx"));
        checks.put("x-queue-version", (value, all) -> number(value).or(() -> unknownVersion(value)));
        checks.put("x-single-active-consumer", (value, all) -> bool(value));
        checks.put(
                DEDUPLICATION,
                (value, all) -> number(value).or(() -> zero(value)).or(() -> tooLong(value)));
        checks.put(
                SHARDS, (value, all) -> number(value).or(() -> noShards(value)).or(() -> prioritiesToo(all)));
        checks.put(REPLAY, (value, all) -> isForEver(value) ? Optional.empty() : number(value));
        checks.put(DURABILITY, oneOf("durability is replicated or fsync", "replicated", "fsync"));
        checks.put(CONSUMER_TIMEOUT, (value, all) -> number(value));
        checks.put("x-quorum-initial-group-size", (value, all) -> number(value).or(() -> zero(value)));
        checks.put(MAX_AGE, (value, all) -> text(value).or(() -> noAge(value)));
        checks.put(SEGMENT_BYTES, (value, all) -> number(value));
        checks.put("x-initial-cluster-size", (value, all) -> number(value).or(() -> zero(value)));
        checks.put(
                "x-queue-leader-locator",
                oneOf("invalid_queue_locator_arg", "client-local", "balanced", "random", "least-leaders"));
        return checks;
    }

    /** What the type accepts; a declaration of an existing queue is compared by exactly these. */
    static List<String> accepted(QueueType type) {
        return switch (type) {
            case CLASSIC -> CLASSIC;
            case QUORUM -> QUORUM;
            case STREAM -> STREAM;
        };
    }

    /** The arguments with the type spelled out, as RabbitMQ keeps them. */
    static FieldTable withType(FieldTable arguments) {
        var unspecified =
                arguments.get(QueueType.ARGUMENT).map(LongString.EMPTY::equals).orElse(true);
        return unspecified ? arguments.with(QueueType.ARGUMENT, LongString.of(QueueType.CLASSIC.text())) : arguments;
    }

    /**
     * Passes if a new queue may have these arguments, type included.
     *
     * @param queue how RabbitMQ names the queue
     * @throws ChannelError {@code PRECONDITION_FAILED} with RabbitMQ's text if not
     */
    static void require(String queue, FieldTable arguments) {
        arguments.get(QueueType.ARGUMENT).flatMap(QueueArguments::unknownType).ifPresent(problem -> {
            throw invalid(QueueType.ARGUMENT, queue, problem);
        });
        var type = QueueType.of(arguments);
        CHECKS.forEach((key, check) -> {
            if (accepted(type).contains(key)) {
                arguments
                        .get(key)
                        .flatMap(value -> check.problem(value, arguments))
                        .ifPresent(problem -> {
                            throw invalid(key, queue, problem);
                        });
            }
        });
        for (var key : arguments.entries().keySet()) {
            if (KNOWN.contains(key) && !accepted(type).contains(key)) {
                throw Refusals.precondition(
                        "invalid arg '" + key + "' for " + queue + " of queue type " + type.module());
            }
        }
    }

    /** What RabbitMQ looks at last, and only for a stream; throws 406. */
    static void requireStreamSizes(FieldTable arguments) {
        if (QueueType.of(arguments) != QueueType.STREAM) {
            return;
        }
        arguments
                .get(SEGMENT_BYTES)
                .filter(value -> whole(value) > LARGEST_SEGMENT_BYTES)
                .ifPresent(value -> {
                    throw Refusals.precondition("Exceeded max value for x-stream-max-segment-size-bytes");
                });
        arguments.get(FILTER_BYTES).filter(value -> !isFilterSize(value)).ifPresent(value -> {
            throw Refusals.precondition("Invalid value for  x-stream-filter-size-bytes");
        });
    }

    private static boolean isFilterSize(FieldValue value) {
        return value instanceof FieldValue.Whole number
                && number.asLong() >= SMALLEST_FILTER_BYTES
                && number.asLong() <= LARGEST_FILTER_BYTES;
    }

    private static ChannelError invalid(String key, String queue, String problem) {
        return Refusals.precondition("invalid arg '" + key + "' for " + queue + ": " + problem);
    }

    private static Optional<String> unknownType(FieldValue value) {
        return text(value)
                .or(() -> QueueType.of(value.toString()).isPresent()
                        ? Optional.empty()
                        : Optional.of("\"unsupported queue type '" + value + "'\""));
    }

    private static Optional<String> number(FieldValue value) {
        if (!(value instanceof FieldValue.Whole number)) {
            return Optional.of("\"expected integer, got " + ErlangText.typeName(value) + "\"");
        }
        return number.asLong() < 0 ? Optional.of("{value_negative," + number.asLong() + "}") : Optional.empty();
    }

    private static boolean isForEver(FieldValue value) {
        return value instanceof FieldValue.Whole number && number.asLong() == -1;
    }

    private static Optional<String> zero(FieldValue value) {
        return whole(value) == 0 ? Optional.of("{value_zero,0}") : Optional.empty();
    }

    private static Optional<String> tooLong(FieldValue value) {
        return whole(value) > LONGEST_EXPIRY_MS
                ? Optional.of("{value_too_large," + whole(value) + "}")
                : Optional.empty();
    }

    private static Optional<String> priorityTooHigh(FieldValue value) {
        return whole(value) > LARGEST_PRIORITY
                ? Optional.of("{max_value_exceeded," + whole(value) + "}")
                : Optional.empty();
    }

    private static Optional<String> noShards(FieldValue value) {
        return whole(value) < 1 || whole(value) > MOST_SHARDS
                ? Optional.of("\"expected 1 to " + MOST_SHARDS + ", got " + whole(value) + "\"")
                : Optional.empty();
    }

    private static Optional<String> prioritiesToo(FieldTable arguments) {
        return arguments.get(MAX_PRIORITY).isPresent()
                ? Optional.of("\"cannot be combined with " + MAX_PRIORITY + "\"")
                : Optional.empty();
    }

    private static Optional<String> noAge(FieldValue value) {
        return MaxAge.parseMs(value.toString()).isPresent() ? Optional.empty() : Optional.of("invalid_max_age");
    }

    private static Optional<String> unknownVersion(FieldValue value) {
        return whole(value) == 1 || whole(value) == 2
                ? Optional.empty()
                : Optional.of("\"unsupported queue version '" + whole(value) + "'\"");
    }

    private static long whole(FieldValue value) {
        return ((FieldValue.Whole) value).asLong();
    }

    private static Optional<String> text(FieldValue value) {
        return value instanceof LongString ? Optional.empty() : unacceptable(value);
    }

    private static Optional<String> bool(FieldValue value) {
        return value instanceof FieldValue.Bool ? Optional.empty() : unacceptable(value);
    }

    private static Optional<String> unacceptable(FieldValue value) {
        return Optional.of("{unacceptable_type," + ErlangText.typeName(value) + "}");
    }

    private static Optional<String> exchangeMissing(FieldTable arguments) {
        return arguments.get("x-dead-letter-exchange").isPresent()
                ? Optional.empty()
                : Optional.of("routing_key_but_no_dlx_defined");
    }

    private static Check oneOf(String problem, String... allowed) {
        var values = Set.of(allowed);
        return (value, all) ->
                text(value).or(() -> values.contains(value.toString()) ? Optional.empty() : Optional.of(problem));
    }
}
