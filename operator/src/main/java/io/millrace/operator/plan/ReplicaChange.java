package io.millrace.operator.plan;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.util.Optional;
import java.util.Set;

/**
 * Other replicas than a topic has. The cluster makes that change, with all other moves of partitions and between restarts; the
 * topic waits, and says for what.
 *
 * @param topic its name
 * @param facts the topic as it is
 * @param wanted how many replicas each partition is to have
 */
record ReplicaChange(String topic, TopicFacts facts, int wanted) implements Described {

    /** A condition's message has a bound, and a cluster's own may be as long. */
    private static final int LONGEST = 1_000;

    /** Returns the change that is due, if one is. */
    static Optional<ReplicaChange> of(TopicIntent intent, TopicFacts facts) {
        return intent.replicas()
                .filter(wanted -> !facts.sizes().keySet().equals(Set.of(wanted)))
                .map(wanted -> new ReplicaChange(intent.name(), facts, wanted));
    }

    @Override
    public String words() {
        return "have %d replicas and not %d".formatted(wanted, facts.replicas());
    }

    /** Returns how the topic stands meanwhile. */
    Standing standing(ClusterOutlook cluster) {
        var so = "%d of %d partitions of topic %s have %d replicas%s"
                .formatted(facts.sizes().getOrDefault(wanted, 0), facts.partitions(), topic, wanted, outOfSync());
        if (wanted > cluster.brokers()) {
            return Standing.notReady(
                    Reason.TOO_FEW_BROKERS,
                    ("topic %s has %d replicas and is to have %d, and BrokerCluster %s has %d brokers that may hold one"
                                    + " (cordoned ones do not count): set spec.replicas to %d or fewer, or add brokers")
                            .formatted(
                                    topic,
                                    facts.replicas(),
                                    wanted,
                                    cluster.name(),
                                    cluster.brokers(),
                                    cluster.brokers()));
        }
        if (!cluster.managed()) {
            return Standing.notReady(
                    Reason.REPLICATING,
                    "%s; BrokerCluster %s is not managed (spec.management), so none is moved"
                            .formatted(so, cluster.name()));
        }
        if (cluster.mode() == RebalanceMode.Off) {
            return Standing.notReady(
                    Reason.MOVES_OFF,
                    "%s; spec.rebalance.mode of BrokerCluster %s is Off: set it to Auto or Approve, or move them yourself"
                            .formatted(so, cluster.name()));
        }
        if (cluster.mode() == RebalanceMode.Approve && cluster.awaiting().isPresent()) {
            return Standing.notReady(
                    Reason.AWAITING_APPROVAL,
                    "%s; a plan of moves waits: set spec.rebalance.approve of BrokerCluster %s to %s"
                            .formatted(so, cluster.name(), cluster.awaiting().get()));
        }
        var doing =
                cluster.doing().substring(0, Math.min(LONGEST, cluster.doing().length()));
        return Standing.notReady(Reason.REPLICATING, doing.isEmpty() ? so : so + "; " + doing);
    }

    /** What keeps replicas from going. */
    private String outOfSync() {
        return facts.underReplicated() == 0 ? "" : ", %d have one out of sync".formatted(facts.underReplicated());
    }
}
