package io.millrace.operator.plan;

import java.util.Map;

/**
 * The controllers' quorum.
 *
 * @param leader node id of the leader, or -1
 * @param lagMs for each voter: how long ago it was last caught up with the leader, in milliseconds; -1 if never
 */
public record QuorumFacts(int leader, Map<Integer, Long> lagMs) {
    public QuorumFacts {
        lagMs = Map.copyOf(lagMs);
    }
}
