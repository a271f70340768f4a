package io.millrace.operator.scale;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In which racks brokers are, as far as that is of use: as long as one broker that lives has none, all count as one rack. So
 * nothing is moved while a cluster is just being given its racks.
 */
final class RackSpread {

    private final Map<Integer, String> racks;
    private final int usable;

    /**
     * Takes what brokers say.
     *
     * @param told rack of each broker that has one
     * @param live brokers that live
     * @param avoided those that are to hold nothing
     */
    RackSpread(Map<Integer, String> told, Set<Integer> live, Set<Integer> avoided) {
        this.racks = told.keySet().containsAll(live) ? Map.copyOf(told) : Map.of();
        var free = new HashMap<>(racks);
        free.keySet().retainAll(live);
        free.keySet().removeAll(avoided);
        this.usable = new HashSet<>(free.values()).size();
    }

    /** Returns the rack of a broker; empty where racks are not known. */
    Optional<String> of(int broker) {
        return Optional.ofNullable(racks.get(broker));
    }

    /** Returns whether replicas could lie in more racks than they do. One whose rack nobody knows counts as far from all others. */
    boolean isShort(Collection<Integer> replicas) {
        var spread = new HashSet<String>();
        for (var broker : replicas) {
            var rack = racks.get(broker);
            if (rack == null) {
                return false;
            }
            spread.add(rack);
        }
        return spread.size() < Math.min(replicas.size(), usable);
    }
}
