package io.millrace.broker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.VirtualHostName;
import java.util.HexFormat;
import java.util.TreeMap;

/** A rule that leads messages from an exchange to a destination. All of it together is its identity. */
public record Binding(
        VirtualHostName vhost, ExchangeName source, Destination destination, String routingKey, FieldTable arguments)
        implements TopologyEntry {
    private static final int HASH_BYTES = 8;

    @Override
    public TopologyKey.OfBinding key() {
        return new TopologyKey.OfBinding(vhost, source, destination, hash());
    }

    /** Stands for routing key and arguments in the log's key; the order of the arguments does not matter. */
    private String hash() {
        var sorted = FieldTable.of(new TreeMap<String, FieldValue>(arguments.entries()));
        var digest = Sha256.of(routingKey.getBytes(UTF_8), new byte[1], sorted.encode());
        return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    }

    /** How management tools name it among the bindings of the same two ends: routing key and hash of the arguments. */
    public String propertiesKey() {
        return arguments.isEmpty() ? (routingKey.isEmpty() ? "~" : routingKey) : routingKey + "~" + hash();
    }
}
