package io.millrace.operator.observe;

import io.millrace.operator.client.Connections.ClusterKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Topics that wait for their cluster to give them other replicas. Whoever looks at a Topic says so, and its cluster is looked at
 * closely then, which it is not as long as nobody asks for anything. Lost with the operator, and said again when it looks at
 * each Topic at its start. Thread-safe.
 */
public final class WaitingTopics {

    private record Waiting(ClusterKey cluster, String topic) {}

    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private volatile Consumer<ClusterKey> wake = cluster -> {};

    /** Has a cluster woken each time that a topic of it is found waiting. */
    void onWaiting(Consumer<ClusterKey> woken) {
        wake = woken;
    }

    /** Says whether a topic waits. */
    public void say(ClusterKey cluster, String topic, boolean waits) {
        var one = new Waiting(cluster, topic);
        if (waits) {
            waiting.add(one);
            wake.accept(cluster);
        } else {
            waiting.remove(one);
        }
    }

    /** Returns whether a topic of a cluster waits. */
    boolean any(ClusterKey cluster) {
        return waiting.stream().anyMatch(one -> one.cluster().equals(cluster));
    }
}
