package io.millrace.operator.plan;

import java.util.Map;

/**
 * The controllers' quorum.
 *
 * @param leader node id of the leader, or -1
 * @param lagMs for each voter: how long ago it was last caught up with the leader, in milliseconds; -1 if never
 * @param fetchTimeoutMs a voter this far behind is not caught up: the leader's controller.quorum.fetch.timeout.ms
 */
public record QuorumFacts(int leader, Map<Integer, Long> lagMs, long fetchTimeoutMs) {

    /** Kafka's default. */
    public static final long FETCH_TIMEOUT_MS = 2_000;

    public QuorumFacts {
        lagMs = Map.copyOf(lagMs);
    }

    /** A quorum with Kafka's default of the timeout. */
    public QuorumFacts(int leader, Map<Integer, Long> lagMs) {
        this(leader, lagMs, FETCH_TIMEOUT_MS);
    }

    /** Whether a node is a controller. */
    public boolean isVoter(int node) {
        return lagMs.containsKey(node);
    }

    /** How many voters make a majority. */
    public int majority() {
        return lagMs.size() / 2 + 1;
    }

    /** How many voters but this one follow the leader closely, the leader among them; 0 without a leader. */
    public int caughtUpWithout(int node) {
        return leader < 0
                ? 0
                : (int) lagMs.entrySet().stream()
                        .filter(voter -> voter.getKey() != node)
                        .filter(voter -> voter.getKey() == leader
                                || (voter.getValue() >= 0 && voter.getValue() < fetchTimeoutMs))
                        .count();
    }
}
