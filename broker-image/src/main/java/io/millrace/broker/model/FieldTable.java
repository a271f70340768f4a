package io.millrace.broker.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable field table (AMQP 0-9-1 §4.2.5.5). Keeps the order of its entries for encoding; equality ignores it. Keys
 * are at most 255 bytes of UTF-8; of entries with the same key the first counts, as in RabbitMQ.
 */
public final class FieldTable implements FieldValue {
    /** The empty table. */
    public static final FieldTable EMPTY = new FieldTable(Map.of());

    /** How deep tables and arrays may nest in a table, the table itself included. */
    public static final int MAX_DEPTH = 32;

    private final Map<String, FieldValue> entries;

    private FieldTable(Map<String, FieldValue> entries) {
        this.entries = entries;
    }

    /** A table with a copy of these entries, in the map's order. */
    public static FieldTable of(Map<String, ? extends FieldValue> entries) {
        return owning(new LinkedHashMap<String, FieldValue>(entries));
    }

    public static FieldTable of(String key, FieldValue value) {
        return new FieldTable(Map.of(key, value));
    }

    static FieldTable owning(Map<String, FieldValue> entries) {
        return entries.isEmpty() ? EMPTY : new FieldTable(Collections.unmodifiableMap(entries));
    }

    /**
     * Reads the entries of a table (without the length in front).
     *
     * @throws ConnectionError {@code SYNTAX_ERROR} if the bytes are no table, or nest deeper than {@link #MAX_DEPTH}
     */
    public static FieldTable decode(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new FieldReader(bytes).entriesUntil(bytes.length, 1);
    }

    /** The entries as they stand on the wire, without the length in front. */
    public byte[] encode() {
        if (entries.isEmpty()) {
            return new byte[0];
        }
        var writer = new FieldWriter(32 * entries.size());
        writer.entries(this);
        return writer.toByteArray();
    }

    /** The entries in their order; unmodifiable. */
    public Map<String, FieldValue> entries() {
        return entries;
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public Optional<FieldValue> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** This table with one entry set; a new key goes to the end. */
    public FieldTable with(String key, FieldValue value) {
        var copy = new LinkedHashMap<>(entries);
        copy.put(key, value);
        return owning(copy);
    }

    /** This table without the entry of that key. */
    public FieldTable without(String key) {
        if (!entries.containsKey(key)) {
            return this;
        }
        var copy = new LinkedHashMap<>(entries);
        copy.remove(key);
        return owning(copy);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldTable that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
