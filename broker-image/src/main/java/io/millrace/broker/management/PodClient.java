package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.server.ClientConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A client of a pod of this cluster, as that pod shows it: its connection, its channels, their consumers. */
record PodClient(ObjectNode connection, List<ObjectNode> channels, List<ObjectNode> consumers) {
    static PodClient of(ClientConnection connection, String pod) {
        return new PodClient(
                ClientShapes.connection(connection, pod),
                connection.channels().stream()
                        .map(channel -> ClientShapes.channel(connection, channel, pod))
                        .toList(),
                connection.channels().stream()
                        .flatMap(channel -> channel.status().consumers().stream()
                                .map(consumer -> ClientShapes.consumer(connection, channel, consumer, pod)))
                        .toList());
    }

    /** From what {@link #json} made. */
    static PodClient of(JsonNode json) {
        return new PodClient(
                (ObjectNode) json.path("connection"), objects(json.path("channels")), objects(json.path("consumers")));
    }

    private static List<ObjectNode> objects(JsonNode array) {
        var objects = new ArrayList<ObjectNode>(array.size());
        array.forEach(object -> objects.add((ObjectNode) object));
        return objects;
    }

    ObjectNode json() {
        var json = Shapes.object();
        json.set("connection", connection);
        json.set("channels", Shapes.array(channels.stream()));
        json.set("consumers", Shapes.array(consumers.stream()));
        return json;
    }

    String name() {
        return connection.path("name").asText();
    }

    String user() {
        return connection.path("user").asText();
    }

    String vhost() {
        return connection.path("vhost").asText();
    }

    /** The pod it is connected to. */
    String pod() {
        return connection.path("node").asText();
    }

    Stream<ObjectNode> consumersOf(String channel) {
        return consumers.stream()
                .filter(consumer ->
                        consumer.path("channel_details").path("name").asText().equals(channel));
    }
}
