package io.millrace.broker.model;

/** Why a message left a queue without being acknowledged: the {@code reason} of an x-death entry (RabbitMQ, Dead Letter Exchanges). */
public enum DeathReason {
    REJECTED("rejected"),
    EXPIRED("expired"),
    MAXLEN("maxlen"),
    DELIVERY_LIMIT("delivery_limit");

    private final String wireName;

    DeathReason(String wireName) {
        this.wireName = wireName;
    }

    /** The reason as it stands in the x-death header. */
    public String wireName() {
        return wireName;
    }
}
