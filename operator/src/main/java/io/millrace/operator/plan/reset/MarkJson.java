package io.millrace.operator.plan.reset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A mark as the value of a record of topic {@code amqp.operator}:
 * {@code {"state":"started","run":"…","time":"…","target":{"topic":{"0":42}}}}.
 */
public final class MarkJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private MarkJson() {}

    /** Writes a mark. */
    public static String write(Mark mark) {
        var node = JSON.createObjectNode()
                .put("state", mark.state().name().toLowerCase(Locale.ROOT))
                .put("run", mark.run())
                .put("time", mark.time().toString());
        if (!mark.target().isEmpty()) {
            var topics = node.putObject("target");
            for (var place : new TreeSet<>(mark.target().keySet())) {
                topics.withObjectProperty(place.topic())
                        .put(Integer.toString(place.partition()), mark.target().get(place));
            }
        }
        return node.toString();
    }

    /** Reads a mark; empty if the text is none that this version understands. */
    public static Optional<Mark> read(String text) {
        try {
            var node = JSON.readTree(text);
            return Optional.of(new Mark(
                    Mark.State.valueOf(node.path("state").asText().toUpperCase(Locale.ROOT)),
                    node.path("run").asText(),
                    Instant.parse(node.path("time").asText()),
                    target(node.path("target"))));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Map<Place, Long> target(JsonNode topics) {
        var target = new HashMap<Place, Long>();
        topics.properties().forEach(topic -> topic.getValue()
                .properties()
                .forEach(partition -> target.put(
                        new Place(topic.getKey(), Integer.parseInt(partition.getKey())),
                        partition.getValue().asLong())));
        return target;
    }
}
