package io.millrace.broker.cluster;

/**
 * What is in a queue, and who takes it.
 *
 * @param ready messages ready for delivery
 * @param unacked messages held unacknowledged
 * @param consumers consumers, on all pods
 * @param former those of the ready messages that lie in topics the queue had before it was changed
 * @param flow what goes through it
 */
public record QueueCount(long ready, long unacked, int consumers, long former, QueueFlow flow) {
    /** There is nothing. */
    public static final QueueCount NOTHING = new QueueCount(0, 0, 0, 0, QueueFlow.NOTHING);
}
