package io.millrace.broker.model;

/** The name of an exchange within its virtual host: at most 255 bytes of UTF-8; the empty name is the default exchange. */
public record ExchangeName(String value) {
    /** The exchange that routes to the queue named by the routing key (AMQP 0-9-1 §3.1.3.1). */
    public static final ExchangeName DEFAULT = new ExchangeName("");

    public ExchangeName {
        ShortStrings.requireFits("the name of an exchange", value);
    }

    public boolean isDefault() {
        return value.isEmpty();
    }
}
