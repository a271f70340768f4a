package io.millrace.broker.queue;

/** What happens to a message that a full queue cannot take (RabbitMQ, {@code x-overflow}). */
public enum Overflow {
    /** It comes in and the oldest goes. */
    DROP_HEAD,
    /** It is refused: the publisher hears basic.nack. */
    REJECT_PUBLISH,
    /** It is refused and dead-lettered. */
    REJECT_PUBLISH_DLX;

    /** Whether publishers are refused: they have to ask the owner. */
    public boolean refuses() {
        return this != DROP_HEAD;
    }
}
