package io.millrace.broker.protocol;

/** Why publishers have to wait (RabbitMQ, Memory and Disk Alarms). */
public enum Alarm {
    MEMORY("memory"),
    DISK("disk"),
    /** The log takes less than is published. Ours: RabbitMQ has no such alarm. */
    LOG("log throughput");

    private final String text;

    Alarm(String text) {
        this.text = text;
    }

    /** What clients are told that the broker is low on. */
    public String text() {
        return text;
    }
}
