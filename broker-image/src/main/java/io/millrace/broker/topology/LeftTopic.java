package io.millrace.broker.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.broker.model.ExchangeName;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A topic that no queue needs any more and that is still to be deleted, as the topology log notes it: beside the queue's own key, from the change that left the topic until
 * Kafka has deleted it. It is no part of the image.
 *
 * @param name what the topic's name is made of: the queue, or the exchange that held messages there
 * @param life the newest life that this name has had when the topic was left
 */
public record LeftTopic(String topic, TopologyKey name, int life) {
    private static final String PREFIX = "left/";
    private static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    /** A topic of a queue that leaves it now. */
    public static LeftTopic by(QueueDefinition queue, String topic) {
        return new LeftTopic(topic, nameOf(queue), queue.incarnation());
    }

    /** What a queue shares its topics' names with. */
    public static TopologyKey nameOf(QueueDefinition queue) {
        return queue.kind() == QueueKind.DELAY
                ? new TopologyKey.OfExchange(
                        queue.vhost(), new ExchangeName(queue.name().value()))
                : queue.key();
    }

    /** The topic whose note has this key in the log; empty for any other key. */
    public static Optional<String> topicOf(String key) {
        return key.startsWith(PREFIX) ? Optional.of(key.substring(PREFIX.length())) : Optional.empty();
    }

    /** The note's key in the log. */
    public String key() {
        return PREFIX + topic;
    }

    /** The note's value in the log. */
    public String value() {
        var fields = new TreeMap<String, Object>();
        fields.put("v", VERSION);
        fields.put("name", TopologyKeys.encode(name));
        fields.put("life", life);
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a note without objects of its own", e);
        }
    }

    /**
     * Reads the note of a topic.
     *
     * @throws IllegalArgumentException if it is malformed or of another version
     */
    public static LeftTopic of(String topic, String value) {
        try {
            var fields = JSON.readTree(value);
            if (fields.path("v").asInt() == VERSION) {
                return TopologyKeys.decode(fields.path("name").asText())
                        .map(name ->
                                new LeftTopic(topic, name, fields.path("life").asInt()))
                        .orElseThrow(() -> new IllegalArgumentException("a topic left by nothing known: " + topic));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON in the note of topic " + topic, e);
        }
        throw new IllegalArgumentException("an unknown version of the note of topic " + topic);
    }

    /** Whether a queue of the image has its messages there. */
    public boolean isNeededIn(Topology image) {
        return image.queueOf(name)
                .filter(queue -> queue.topics().contains(topic))
                .isPresent();
    }
}
