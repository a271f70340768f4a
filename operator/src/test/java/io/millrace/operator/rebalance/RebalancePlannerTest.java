package io.millrace.operator.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RebalancePlannerTest {

    @Test
    void balancedPlacementStaysAsItIs() {
        var brokers = Placements.brokers(6, 3);
        var placement = Placements.of(brokers, Placements.spread("t", 60, 3, brokers, 3, new Random(1)));
        var settled = Placements.after(placement, full(placement));

        assertThat(full(settled).moves()).isEmpty();
        assertThat(drain(placement).moves()).isEmpty();
    }

    @Test
    void leadersAreSpreadByOrderAloneAndCopyNothing() {
        var placement = Placements.of(Placements.brokers(3, 0), partitions(6, 100, 3, 0, 1, 2));

        var plan = full(placement);

        assertThat(plan.bytes()).isZero();
        assertThat(plan.moves()).hasSize(4).allMatch(move -> Set.copyOf(move.to())
                .equals(Set.of(0, 1, 2)));
        assertThat(GoalValues.of(Placements.after(placement, plan)).leaders())
                .containsOnly(entry(0, 2), entry(1, 2), entry(2, 2));
    }

    @Test
    void newBrokerGetsItsShareAndNoMoreIsCopied() {
        var placement = Placements.of(Placements.brokers(4, 0), partitions(12, 100, 3, 0, 1, 2));

        var plan = full(placement);

        assertThat(plan.bytes()).isEqualTo(9 * 100);
        assertThat(GoalValues.of(Placements.after(placement, plan)).replicas())
                .containsOnly(entry(0, 9), entry(1, 9), entry(2, 9), entry(3, 9));
    }

    @Test
    void cordonedBrokerIsEmptiedAndNothingElseIsCopied() {
        var brokers = List.of(broker(0, false), broker(1, true), broker(2, false), broker(3, false));
        var placement = Placements.of(brokers, partitions(10, 100, 3, 0, 1, 2));

        var plan = drain(placement);

        assertThat(plan.bytes()).isEqualTo(10 * 100);
        assertThat(plan.moves()).hasSize(10).allMatch(move -> move.to().equals(List.of(0, 2, 3)));
    }

    @Test
    void leadersOfACordonedBrokerAreSpreadOverReplicasThatAreInSync() {
        var brokers = List.of(broker(0, true), broker(1, false), broker(2, false), broker(3, false));
        var placement = Placements.of(brokers, partitions(10, 100, 3, 0, 1, 2));

        var after = GoalValues.of(Placements.after(placement, drain(placement)));

        assertThat(after.leaders()).containsOnly(entry(1, 5), entry(2, 5), entry(3, 0));
    }

    @Test
    void lostBrokerIsTreatedAsCordoned() {
        var placement = Placements.of(Placements.brokers(3, 0), partitions(4, 100, 3, 7, 1, 2));

        assertThat(drain(placement).moves()).hasSize(4).allMatch(move -> !move.to()
                .contains(7));
    }

    @Test
    void replicationFactorIsRaisedWhereLeastLies() {
        var placement = Placements.of(Placements.brokers(3, 0), partitions(3, 100, 3, 0));

        var plan = drain(placement);

        assertThat(plan.bytes()).isEqualTo(3 * 2 * 100);
        assertThat(plan.moves())
                .allMatch(move -> move.to().getFirst() == 0 && move.to().size() == 3);
    }

    @Test
    void replicationFactorIsLoweredForNothingAndKeepsTheLeaderWhereItCan() {
        var placement = Placements.of(Placements.brokers(3, 0), partitions(6, 100, 2, 0, 1, 2));

        var plan = full(placement);

        assertThat(plan.bytes()).isZero();
        assertThat(GoalValues.of(Placements.after(placement, plan)).replicas())
                .containsOnly(entry(0, 4), entry(1, 4), entry(2, 4));
    }

    @Test
    void racksAreRepairedWithOneCopyForEachPartition() {
        // Brokers 0 and 3 share a rack, and so do 1 and 4, 2 and 5.
        var placement = Placements.of(Placements.brokers(6, 3), partitions(8, 100, 3, 0, 3, 1));

        var plan = drain(placement);

        assertThat(plan.bytes()).isEqualTo(8 * 100);
        assertThat(GoalValues.of(Placements.after(placement, plan)).rackViolations())
                .isZero();
    }

    @Test
    void lostRackIsMadeUpForInTheOthers() {
        var all = Placements.brokers(9, 3);
        var left =
                all.stream().filter(broker -> !"rack-2".equals(broker.rack())).toList();
        var placement = Placements.of(left, Placements.spread("t", 90, 3, all, 3, new Random(2)));

        var plan = full(placement);
        var after = GoalValues.of(Placements.after(placement, plan));

        assertThat(after.hardGoalsHold()).isTrue();
        assertThat(GoalValues.spread(after.replicas())).isLessThanOrEqualTo(1);
        assertThat((double) plan.bytes()).isEqualTo(LowerBound.hardOf(placement));
    }

    @Test
    void rackOfFewBrokersHoldsMoreThanTheOthersAndIsEvenInItself() {
        var brokers = List.of(on(0, "a"), on(1, "b"), on(2, "b"), on(3, "c"), on(4, "c"));
        var placement = Placements.of(brokers, partitions(10, 100, 3, 0, 1, 3));

        assertThat(GoalValues.of(Placements.after(placement, full(placement))).replicas())
                .containsOnly(entry(0, 10), entry(1, 5), entry(2, 5), entry(3, 5), entry(4, 5));
    }

    @Test
    void bytesAreEvenedOutWithoutTouchingCounts() {
        var large = partitions("large", 10, 1000, 1, 0);
        var small = partitions("small", 10, 10, 1, 1);
        var placement = Placements.of(Placements.brokers(2, 0), concat(large, small));

        var plan = full(placement);
        var after = GoalValues.of(Placements.after(placement, plan));

        assertThat(after.replicas()).containsOnly(entry(0, 10), entry(1, 10));
        assertThat(GoalValues.spread(after.bytes())).isLessThanOrEqualTo(1010);
        assertThat(plan.bytes()).isLessThanOrEqualTo(5 * 1010);
    }

    @Test
    void sizesThatDifferLittleAreLeftWhereTheyAre() {
        var heavy = partitions("heavy", 10, 115, 1, 0);
        var light = partitions("light", 10, 95, 1, 1);

        assertThat(full(Placements.of(Placements.brokers(2, 0), concat(heavy, light)))
                        .moves())
                .isEmpty();
    }

    @Test
    void unitMovesAsOne() {
        var slot = new TopicPartition("amqp.slots", 0);
        var queue = new TopicPartition("q.orders", 0);
        var placement = new Placement(
                List.of(broker(0, true), broker(1, false), broker(2, false)),
                List.of(new Replicas(slot, List.of(0), 1, 1), new Replicas(queue, List.of(0), 100, 1)),
                List.of(Set.of(slot, queue)));

        var plan = drain(placement);

        assertThat(plan.moves()).extracting(Move::partition).containsExactly(slot, queue);
        assertThat(plan.moves())
                .extracting(Move::to)
                .containsOnly(plan.moves().getFirst().to());
    }

    @Test
    void tornUnitIsBroughtTogetherWhereMostOfItLies() {
        var slot = new TopicPartition("amqp.slots", 0);
        var queue = new TopicPartition("q.orders", 0);
        var placement = new Placement(
                Placements.brokers(3, 0),
                List.of(new Replicas(slot, List.of(0, 1), 1, 2), new Replicas(queue, List.of(2, 1), 100, 2)),
                List.of(Set.of(slot, queue)));

        assertThat(drain(placement).moves()).containsExactly(new Move(slot, List.of(0, 1), List.of(2, 1), 1));
    }

    @Test
    void replicationFactorThatDoesNotFitIsImpossibleAndNamesTheTopic() {
        var brokers = List.of(broker(0, false), broker(1, true), broker(2, false));

        assertThat(reasons(Placements.of(brokers, partitions("orders", 2, 1, 3, 0, 1, 2))))
                .singleElement()
                .asString()
                .startsWith("orders: 3 replicas are wanted, and 2 brokers are left");
    }

    @Test
    void partitionWithoutALivingReplicaIsImpossibleAndNamesTheTopic() {
        assertThat(reasons(Placements.of(Placements.brokers(3, 0), partitions("orders", 2, 1, 1, 9))))
                .singleElement()
                .asString()
                .startsWith("orders: no broker that lives");
    }

    @Test
    void hashStandsForTheMovesAndNotForTheirSizes() {
        var move = new Move(new TopicPartition("t", 0), List.of(0), List.of(1), 5);
        var grown = new Move(move.partition(), move.from(), move.to(), 6);
        var other = new Move(move.partition(), move.from(), List.of(2), 5);

        assertThat(new RebalancePlan(List.of(move)).hash())
                .hasSize(12)
                .isEqualTo(new RebalancePlan(List.of(grown)).hash())
                .isNotEqualTo(new RebalancePlan(List.of(other)).hash());
    }

    @Test
    void nothingToPlaceNeedsNoBroker() {
        assertThat(full(Placements.of(List.of(), List.of())).moves()).isEmpty();
    }

    private static RebalancePlan full(Placement placement) {
        return planned(placement, RebalanceScope.FULL);
    }

    private static RebalancePlan drain(Placement placement) {
        return planned(placement, RebalanceScope.DRAIN);
    }

    private static RebalancePlan planned(Placement placement, RebalanceScope scope) {
        return ((RebalanceResult.Planned) RebalancePlanner.plan(placement, scope)).plan();
    }

    private static List<String> reasons(Placement placement) {
        return ((RebalanceResult.Impossible) RebalancePlanner.plan(placement, RebalanceScope.DRAIN)).reasons();
    }

    private static Broker broker(int id, boolean cordoned) {
        return new Broker(id, null, cordoned);
    }

    private static Broker on(int id, String rack) {
        return new Broker(id, rack, false);
    }

    private static List<Replicas> partitions(int count, long bytes, int wanted, Integer... brokers) {
        return partitions("t", count, bytes, wanted, brokers);
    }

    private static List<Replicas> partitions(String topic, int count, long bytes, int wanted, Integer... brokers) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Replicas(new TopicPartition(topic, i), List.of(brokers), bytes, wanted))
                .toList();
    }

    private static List<Replicas> concat(List<Replicas> one, List<Replicas> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    private static Map.Entry<Integer, Long> entry(int broker, long value) {
        return Map.entry(broker, value);
    }
}
