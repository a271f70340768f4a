package io.millrace.broker.queue;

/**
 * When the disk space of settled messages is worth giving back. The log frees whole closed segments only, so a little at a time is not worth a
 * request; and an idle level asks for none.
 */
public final class SpaceReturn {
    private static final long WORTH_BYTES = 1 << 20;
    private static final long URGENT_BYTES = 64L << 20;

    private long returnedTo;
    private long countedBytes;

    /**
     * A level whose log begins at {@code logStart}.
     *
     * @param floor all below it is settled: what an earlier owner did not give back counts as settled now
     */
    public SpaceReturn(long logStart, long floor) {
        returnedTo = logStart;
        countedBytes = -Level.ASSUMED_BYTES * Math.max(0, floor - logStart);
    }

    /**
     * Whether enough was settled since the last return, in front of the floor or behind it, that a look at the floor pays.
     *
     * @param settledBytes bytes settled by this owner, as {@link Level#settledBytes()} counts them
     */
    public boolean isWorth(long floor, long settledBytes) {
        return floor > returnedTo && settledBytes - countedBytes >= WORTH_BYTES;
    }

    /** Whether so much was settled that it should be given back now. */
    public boolean isUrgent(long floor, long settledBytes) {
        return floor > returnedTo && settledBytes - countedBytes >= URGENT_BYTES;
    }

    /** The space below {@code floor} was given back, which {@code settledBytes} had been counted for. */
    public void returned(long floor, long settledBytes) {
        returnedTo = Math.max(returnedTo, floor);
        countedBytes = settledBytes;
    }
}
