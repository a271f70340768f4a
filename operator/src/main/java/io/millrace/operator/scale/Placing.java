package io.millrace.operator.scale;

import io.millrace.operator.rebalance.Broker;
import io.millrace.operator.rebalance.Move;
import io.millrace.operator.rebalance.MoveBatches;
import io.millrace.operator.rebalance.Placement;
import io.millrace.operator.rebalance.RebalancePlan;
import io.millrace.operator.rebalance.RebalancePlanner;
import io.millrace.operator.rebalance.RebalanceResult;
import io.millrace.operator.rebalance.RebalanceScope;
import io.millrace.operator.rebalance.Replicas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** Where partitions lie, where they should, and the way there in pieces. What is being moved counts as arrived. */
final class Placing {

    /** A batch is what is copied in a minute, at most; so the next one can be another, or none, soon. */
    private static final int BATCH_SECONDS = 60;

    private static final int BATCH_PARTITIONS = 100;

    private final ScaleWish wish;
    private final ScaleFacts facts;
    private final WantedReplicas wanted;
    private final Set<Integer> avoided;
    private final List<Set<TopicPartition>> units;
    private final RackSpread racks;

    /**
     * Looks at a placement.
     *
     * @param avoided brokers that are to hold nothing
     * @param units partitions that move together
     */
    Placing(ScaleWish wish, ScaleFacts facts, Set<Integer> avoided, List<Set<TopicPartition>> units) {
        this.wish = wish;
        this.facts = facts;
        this.wanted = new WantedReplicas(wish, facts, avoided);
        this.avoided = avoided;
        this.units = units;
        this.racks = new RackSpread(facts.racks(), facts.live(), avoided);
    }

    RebalanceResult plan(RebalanceScope scope) {
        var brokers = facts.live().stream()
                .sorted()
                .map(id -> new Broker(id, racks.of(id).orElse(null), avoided.contains(id)))
                .toList();
        var partitions = facts.partitions().stream()
                .map(one -> new Replicas(one.partition(), one.target(), one.size(), wanted.of(one)))
                .toList();
        return RebalancePlanner.plan(new Placement(brokers, partitions, units), scope);
    }

    /** Returns whether some partition is to have another number of replicas. */
    boolean isReplicationDue() {
        return facts.partitions().stream().anyMatch(one -> one.target().size() != wanted.of(one));
    }

    /** Returns whether a move leads away from what its Topic object asks for. */
    boolean isUnasked(PartitionState moving) {
        return wanted.isUnasked(moving);
    }

    /** Returns whether some partition could lie in more racks than it does. */
    boolean isSpreadDue() {
        return facts.partitions().stream().anyMatch(one -> racks.isShort(one.target()));
    }

    /** Returns what can be moved at once. Replicas that are missing come before those that lie unevenly. */
    List<Move> firstBatch(RebalancePlan plan) {
        var growing = plan.moves().stream()
                .filter(move -> move.to().size() > move.from().size())
                .toList();
        return split(growing.isEmpty() ? plan : new RebalancePlan(growing)).getFirst();
    }

    /** Returns how long it takes until all is moved, at the throttle's rate. */
    Duration estimate(RebalancePlan plan) {
        var batches = new ArrayList<>(split(plan));
        batches.addFirst(underWay());
        return MoveBatches.estimate(batches, wish.rebalance().throttleBytesPerSec());
    }

    /** Returns what is left to be copied of moves that are under way, in bytes. */
    long left() {
        return moving().mapToLong(PartitionState::left).sum();
    }

    private List<Move> underWay() {
        return moving().map(one -> new Move(one.partition(), one.source(), one.target(), one.left()))
                .toList();
    }

    private Stream<PartitionState> moving() {
        return facts.partitions().stream().filter(PartitionState::isMoving);
    }

    private List<List<Move>> split(RebalancePlan plan) {
        var throttle = wish.rebalance().throttleBytesPerSec();
        return MoveBatches.split(plan, units, new MoveBatches.Limits(BATCH_PARTITIONS, BATCH_SECONDS * throttle));
    }
}
