package io.millrace.operator.reconcile;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.status.FailureException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at clusters again and again, each at its own pace and on a thread of its own: one that does not answer keeps nobody
 * from looking at the others, and is asked ever more rarely. Called by one thread at a time.
 */
final class ClusterLooks {

    /** How often to ask whose turn it is. */
    static final Duration TICK = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterLooks.class);

    private final String what;
    private final ConcurrentHashMap<ClusterKey, Turn> turns = new ConcurrentHashMap<>();

    /** When a cluster is looked at next. */
    private static final class Turn {
        private volatile long due = System.nanoTime();
        private volatile boolean busy;
        private int failures;

        private boolean isDue() {
            return !busy && System.nanoTime() - due >= -TICK.toNanos() / 2;
        }
    }

    ClusterLooks(String what) {
        this.what = what;
    }

    /** Looks at those of the clusters whose turn it is; any other cluster is forgotten. */
    void at(Collection<BrokerCluster> clusters, LookPace pace, Consumer<BrokerCluster> look) {
        at(clusters, ignored -> pace, look);
    }

    /** The same, each cluster at a pace of its own. */
    void at(Collection<BrokerCluster> clusters, Function<BrokerCluster, LookPace> pace, Consumer<BrokerCluster> look) {
        turns.keySet().retainAll(clusters.stream().map(ClusterKey::of).collect(Collectors.toSet()));
        for (var cluster : clusters) {
            var turn = turns.computeIfAbsent(ClusterKey.of(cluster), ignored -> new Turn());
            if (turn.isDue()) {
                turn.busy = true;
                Thread.ofVirtual()
                        .name("look-%s-%s".formatted(what, ClusterKey.of(cluster)))
                        .start(() -> take(turn, cluster, pace.apply(cluster), look));
            }
        }
    }

    private void take(Turn turn, BrokerCluster cluster, LookPace pace, Consumer<BrokerCluster> look) {
        var begin = System.nanoTime();
        try {
            look.accept(cluster);
            turn.failures = 0;
        } catch (FailureException e) {
            turn.failures++;
            LOG.info("{} of cluster {}: {}", what, ClusterKey.of(cluster), e.getMessage());
        } catch (RuntimeException e) {
            turn.failures++;
            LOG.warn("{} of cluster {}", what, ClusterKey.of(cluster), e);
        } finally {
            var took = Duration.ofNanos(System.nanoTime() - begin);
            turn.due = begin + pace.between(took, turn.failures).toNanos();
            turn.busy = false;
        }
    }
}
