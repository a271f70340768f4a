package io.millrace.broker.protocol;

import java.util.Arrays;

/**
 * Publisher confirms of one channel (RabbitMQ, Publisher Confirms): which publishes are still on their way, and how few {@code basic.ack} frames say
 * that they arrived. Publishes are numbered from 1. The states of all numbers from the lowest unanswered one on lie in a ring.
 */
public final class ConfirmTracker {
    private static final byte ON_ITS_WAY = 0;
    private static final byte ARRIVED = 1;
    private static final byte FAILED = 2;
    private static final byte ANSWERED = 3;

    private byte[] ring = new byte[256];
    private long lowest = 1;
    private long next = 1;
    private int news;

    /** Takes the number of the next publish. */
    public long take() {
        if (next - lowest == ring.length) {
            grow();
        }
        ring[at(next)] = ON_ITS_WAY;
        return next++;
    }

    private int at(long number) {
        return (int) number & (ring.length - 1);
    }

    private void grow() {
        var old = ring;
        ring = Arrays.copyOf(old, 2 * old.length);
        for (long number = lowest; number < next; number++) {
            ring[at(number)] = old[(int) number & (old.length - 1)];
        }
    }

    /** The log has answered for a publish: it arrived in all its queues, or in one of them it failed. */
    public void answered(long number, boolean arrived) {
        ring[at(number)] = arrived ? ARRIVED : FAILED;
        news++;
    }

    /** Whether there is something to tell the client. */
    public boolean hasNews() {
        return news > 0;
    }

    /** Whether nothing is on its way and everything was told. */
    public boolean isIdle() {
        return lowest == next;
    }

    /** Tells the client all that is known: runs as one ack, failures one by one, what overtook a slower publish by itself. */
    public void flush(ConfirmSink sink) {
        long runStart = lowest;
        boolean inOrder = true;
        for (long number = lowest; number < next && (inOrder || news > 0); number++) {
            switch (ring[at(number)]) {
                case ON_ITS_WAY -> {
                    if (inOrder) {
                        endRun(runStart, number, sink);
                        lowest = number;
                        inOrder = false;
                    }
                }
                case ARRIVED -> {
                    news--;
                    if (!inOrder) {
                        sink.ack(number, false);
                    }
                    ring[at(number)] = inOrder ? ARRIVED : ANSWERED;
                }
                case FAILED -> {
                    news--;
                    if (inOrder) {
                        endRun(runStart, number, sink);
                        runStart = number + 1;
                    }
                    sink.nack(number);
                    ring[at(number)] = ANSWERED;
                }
                default -> {
                    // told before
                }
            }
        }
        if (inOrder) {
            endRun(runStart, next, sink);
            lowest = next;
        }
    }

    /** Acknowledges the arrived ones among {@code from} (inclusive) to {@code to} (exclusive), in which none is on its way and none failed. */
    private void endRun(long from, long to, ConfirmSink sink) {
        long last = to - 1;
        while (last >= from && ring[at(last)] == ANSWERED) {
            last--;
        }
        if (last >= from) {
            sink.ack(last, last > from);
        }
    }

    /** Where confirms go. */
    public interface ConfirmSink {
        /** {@code basic.ack} to the publisher. */
        void ack(long deliveryTag, boolean multiple);

        /** {@code basic.nack} of one publish. */
        void nack(long deliveryTag);
    }
}
