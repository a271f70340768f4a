package io.millrace.broker.queue;

/** A consumer: its session and its consumer tag (AMQP 0-9-1 §1.8.3.3). */
public record ConsumerId(SessionId session, String consumerTag) {}
