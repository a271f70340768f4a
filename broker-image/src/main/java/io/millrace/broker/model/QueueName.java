package io.millrace.broker.model;

/** The name of a queue within its virtual host: at most 255 bytes of UTF-8. */
public record QueueName(String value) {
    public QueueName {
        ShortStrings.requireFits("the name of a queue", value);
    }
}
