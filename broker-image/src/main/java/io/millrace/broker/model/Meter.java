package io.millrace.broker.model;

/**
 * A count that goes up, and how fast.
 *
 * @param perSecond since it was last asked for, at least five seconds ago
 */
public record Meter(long count, double perSecond) {
    /** Nothing has been counted. */
    public static final Meter ZERO = new Meter(0, 0);

    /** Both together. */
    public Meter plus(Meter other) {
        return new Meter(count + other.count, perSecond + other.perSecond);
    }
}
