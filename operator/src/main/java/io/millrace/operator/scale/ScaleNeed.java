package io.millrace.operator.scale;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.api.v1alpha1.RebalanceStatus;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells from little whether the size of a cluster has to be looked at closely, which costs the brokers more. */
public final class ScaleNeed {

    private ScaleNeed() {}

    /**
     * What is known of a topic's partition without asking more.
     *
     * @param topic its topic
     * @param replicas node ids of the brokers that hold it
     */
    public record Held(String topic, Set<Integer> replicas) {}

    /**
     * Decides.
     *
     * @param size how many brokers the StatefulSet has
     * @param voters node ids of the controllers that vote
     * @param live brokers that are registered and unfenced
     * @param racks rack of each broker that has one
     * @param held every partition
     * @param minInSync the cluster-wide default
     * @param before the last rebalance
     * @return whether anything may have to be done
     */
    public static boolean isThere(
            ScaleWish wish,
            int size,
            Set<Integer> voters,
            Set<Integer> live,
            Map<Integer, String> racks,
            Iterable<Held> held,
            int minInSync,
            Optional<RebalanceStatus> before) {
        if (wish.brokers() != size
                || !wish.cordoned().isEmpty()
                || !wish.controllers().equals(voters)
                || wish.minInSync() != minInSync
                || before.filter(one -> one.state() != RebalanceState.Done).isPresent()) {
            return true;
        }
        var mayMove = wish.rebalance().mode() != RebalanceMode.Off;
        var spread = new RackSpread(racks, live, wish.cordoned());
        var empty = new HashSet<>(live);
        var any = false;
        for (var one : held) {
            if ((ScaleTopics.isOurs(one.topic()) && one.replicas().size() != wish.replication())
                    || (mayMove && spread.isShort(one.replicas()))) {
                return true;
            }
            empty.removeAll(one.replicas());
            any = true;
        }
        return any && !empty.isEmpty();
    }
}
