package io.millrace.broker.queue;

/**
 * One AMQP channel as queues see it.
 *
 * @param pod the pod the client is connected to
 * @param number unique for the life of that pod's process
 */
public record SessionId(String pod, long number) {}
