package io.millrace.broker.queue;

/**
 * A consumer as it subscribed.
 *
 * @param id its session and tag
 * @param prefetch how many deliveries it may hold unacknowledged; 0 means as many as the queue's window allows
 * @param noAck deliveries count as acknowledged when sent
 * @param priority x-priority; higher ones are served first while they have credit
 */
public record Consumer(ConsumerId id, int prefetch, boolean noAck, int priority) {}
