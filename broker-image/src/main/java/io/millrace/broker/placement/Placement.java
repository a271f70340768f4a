package io.millrace.broker.placement;

import java.util.List;
import java.util.Map;

/**
 * Where the replicas of slots lie.
 *
 * @param replicas by slot: ids of nodes, that of the preferred leader first
 */
public record Placement(Map<Integer, List<Integer>> replicas) {
    /** Nothing is known of any slot. */
    public static final Placement UNKNOWN = new Placement(Map.of());

    public Placement {
        replicas = Map.copyOf(replicas);
    }

    /** The nodes that hold a slot; none if it is not known. */
    public List<Integer> of(int slot) {
        return replicas.getOrDefault(slot, List.of());
    }
}
