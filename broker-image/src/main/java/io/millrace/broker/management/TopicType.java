package io.millrace.broker.management;

import java.util.Locale;

/** Whose a topic is; its name tells. */
enum TopicType {
    /** Anybody's. */
    TOPIC,

    /** That of a queue. */
    QUEUE,

    /** That of a stream. */
    STREAM,

    /** The broker's own. */
    INTERNAL;

    static TopicType of(String topic) {
        if (topic.startsWith("q.")) {
            return QUEUE;
        }
        if (topic.startsWith("s.")) {
            return STREAM;
        }
        return topic.startsWith("amqp.") || topic.startsWith("__") ? INTERNAL : TOPIC;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
