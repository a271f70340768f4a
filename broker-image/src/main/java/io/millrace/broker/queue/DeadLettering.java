package io.millrace.broker.queue;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The message that goes to a dead-letter exchange (RabbitMQ, Dead Letter Exchanges): its {@code x-death} header tells each queue it died in and why, the
 * newest first, one entry per queue and reason with a count.
 */
public final class DeadLettering {
    private static final String DEATHS = "x-death";
    /** Further routing keys of a message (RabbitMQ, Sender-selected Distribution). */
    private static final String COPIES = "CC";

    private DeadLettering() {}

    /**
     * The letter for a message that died.
     *
     * @param message as it lay in the queue
     * @param queue the name of the queue it died in
     * @param exchange the dead-letter exchange
     * @param routingKey the dead-letter routing key, or null to keep the message's own
     */
    public static Message letter(
            Message message,
            String queue,
            DeathReason reason,
            String exchange,
            @Nullable String routingKey,
            long nowMs) {
        var properties = BasicProperties.decode(message.properties());
        var headers = Optional.ofNullable(properties.headers()).orElse(FieldTable.EMPTY);
        var entries = new LinkedHashMap<>(headers.entries());
        if (!entries.containsKey("x-first-death-reason")) {
            entries.put("x-first-death-reason", text(reason.wireName()));
            entries.put("x-first-death-queue", text(queue));
            entries.put("x-first-death-exchange", text(message.exchange()));
        }
        entries.put("x-last-death-reason", text(reason.wireName()));
        entries.put("x-last-death-queue", text(queue));
        entries.put("x-last-death-exchange", text(message.exchange()));
        entries.put(DEATHS, new FieldValue.Array(deaths(headers, message, queue, reason, properties, nowMs)));
        if (routingKey != null) {
            entries.remove(COPIES); // the one key replaces all
        }
        var changed = properties.withHeaders(FieldTable.of(entries)).withExpiration(null);
        return new Message(
                exchange,
                routingKey == null ? message.routingKey() : routingKey,
                changed.encode(),
                message.body(),
                Message.NEVER,
                nowMs);
    }

    private static List<FieldValue> deaths(
            FieldTable headers,
            Message message,
            String queue,
            DeathReason reason,
            BasicProperties properties,
            long nowMs) {
        var deaths = new ArrayList<FieldValue>();
        long count = 0;
        FieldTable known = null;
        for (var death : deaths(headers)) {
            if (is(death, "queue", queue) && is(death, "reason", reason.wireName())) {
                known = death;
                count = death.get("count")
                        .filter(FieldValue.Whole.class::isInstance)
                        .map(value -> ((FieldValue.Whole) value).asLong())
                        .orElse(0L);
            } else {
                deaths.add(death);
            }
        }
        deaths.addFirst(
                known == null
                        ? death(message, queue, reason, properties, nowMs)
                        : known.with("count", new FieldValue.Int64(count + 1)));
        return deaths;
    }

    private static FieldTable death(
            Message message, String queue, DeathReason reason, BasicProperties properties, long nowMs) {
        var death = new LinkedHashMap<String, FieldValue>();
        death.put("count", new FieldValue.Int64(1));
        death.put("reason", text(reason.wireName()));
        death.put("queue", text(queue));
        death.put("time", new FieldValue.Timestamp(nowMs / 1000));
        death.put("exchange", text(message.exchange()));
        death.put("routing-keys", new FieldValue.Array(routingKeys(message, properties)));
        if (properties.expiration() != null) {
            death.put("original-expiration", text(properties.expiration()));
        }
        return FieldTable.of(death);
    }

    private static List<FieldValue> routingKeys(Message message, BasicProperties properties) {
        var keys = new ArrayList<FieldValue>();
        keys.add(text(message.routingKey()));
        if (properties.headers() != null
                && properties.headers().get(COPIES).orElse(null) instanceof FieldValue.Array(var copies)) {
            copies.stream().filter(LongString.class::isInstance).forEach(keys::add);
        }
        return keys;
    }

    /**
     * Whether a letter would go in a circle: it died in {@code target} before and nobody rejected it since. Such a letter is dropped, or it would turn
     * for ever.
     */
    public static boolean isCycle(Message letter, String target) {
        var headers = BasicProperties.decode(letter.properties()).headers();
        for (var death : deaths(headers == null ? FieldTable.EMPTY : headers)) {
            if (is(death, "reason", DeathReason.REJECTED.wireName())) {
                return false;
            }
            if (is(death, "queue", target)) {
                return true;
            }
        }
        return false;
    }

    private static List<FieldTable> deaths(FieldTable headers) {
        var found = new ArrayList<FieldTable>();
        headers.get(DEATHS).ifPresent(value -> {
            if (value instanceof FieldValue.Array array) {
                for (var one : array.values()) {
                    if (one instanceof FieldTable table) {
                        found.add(table);
                    }
                }
            }
        });
        return found;
    }

    private static boolean is(FieldTable death, String key, String expected) {
        return death.get(key).map(value -> value.equals(text(expected))).orElse(false);
    }

    private static LongString text(String value) {
        return LongString.of(value);
    }
}
