package io.millrace.operator.scale;

/**
 * A node that follows the controllers' log: a voter or an observer.
 *
 * @param node its node id
 * @param directory id of the directory that holds its log (KIP-853); a lost disk comes back with another
 * @param lagMs how long ago it was last caught up with the leader, in milliseconds; -1 if never
 */
public record ControllerState(int node, String directory, long lagMs) {

    /** A follower this far behind does not count as caught up. Kafka's own limit is controller.quorum.fetch.timeout.ms. */
    private static final long CAUGHT_UP_MS = 2_000;

    boolean isCaughtUp() {
        return lagMs >= 0 && lagMs < CAUGHT_UP_MS;
    }
}
