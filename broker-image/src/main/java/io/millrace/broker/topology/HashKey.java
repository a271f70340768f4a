package io.millrace.broker.topology;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a consistent-hash exchange hashes of a message, by the exchange's arguments; the routing key without any. */
final class HashKey {
    private static final String HEADER = "hash-header";
    private static final String PROPERTY = "hash-property";
    private static final Set<String> PROPERTIES = Set.of("correlation_id", "message_id", "timestamp");

    private HashKey() {}

    /** Passes if an exchange may have these arguments; throws 406 with RabbitMQ's text. */
    static void require(FieldTable arguments) {
        var header = argument(arguments, HEADER);
        var property = argument(arguments, PROPERTY);
        if (header != null && property != null) {
            throw Refusals.precondition("hash-header and hash-property are mutually exclusive");
        }
        if (property != null && !PROPERTIES.contains(property)) {
            throw Refusals.precondition("Unsupported property: " + property);
        }
    }

    private static @Nullable String argument(FieldTable arguments, String key) {
        var value = arguments.get(key).orElse(null);
        if (value != null && !(value instanceof LongString)) {
            throw Refusals.precondition("invalid type '" + ErlangText.typeName(value) + "' for arg '" + key + "'");
        }
        return value == null ? null : value.toString();
    }

    /** Whether messages are told apart by more than their routing keys. */
    static boolean isInProperties(FieldTable arguments) {
        return argument(arguments, HEADER) != null || argument(arguments, PROPERTY) != null;
    }

    /** The text to hash; messages without the header or property asked for are all the same. */
    static String of(FieldTable arguments, BasicProperties properties) {
        var header = argument(arguments, HEADER);
        return header == null ? property(argument(arguments, PROPERTY), properties) : header(header, properties);
    }

    private static String header(String name, BasicProperties properties) {
        var headers = properties.headers();
        return headers == null
                ? ""
                : headers.get(name)
                        .map((FieldValue value) -> ErlangText.term(value))
                        .orElse("");
    }

    private static String property(@Nullable String name, BasicProperties properties) {
        var value =
                switch (name) {
                    case "correlation_id" -> properties.correlationId();
                    case "message_id" -> properties.messageId();
                    case "timestamp" -> properties.timestamp();
                    case null, default -> null;
                };
        return value == null ? "" : value.toString();
    }
}
