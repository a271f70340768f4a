package io.millrace.operator.scale;

import java.util.List;

/** Topics that nobody has a wish about, by their names. */
public final class ScaleTopics {

    /** It has one replica by design, and no data. */
    private static final String KICK = "amqp.kick";

    /** Kafka's own begin with this. Some have a min.insync.replicas of their own, from the settings they were made with. */
    private static final String INTERNAL = "__";

    private static final List<String> OURS = List.of(INTERNAL, "amqp.", "q.", "s.");

    private ScaleTopics() {}

    /** Returns whether a topic is Kafka's or the queue layer's own, so that its replicas follow the size of the cluster. */
    public static boolean isOurs(String topic) {
        return !topic.equals(KICK) && OURS.stream().anyMatch(topic::startsWith);
    }

    static boolean isInternal(String topic) {
        return topic.startsWith(INTERNAL);
    }
}
