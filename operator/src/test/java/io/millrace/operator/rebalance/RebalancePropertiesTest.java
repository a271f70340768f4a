package io.millrace.operator.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.TopicPartition;

/** What holds of every plan, whatever happened to the placement before. */
class RebalancePropertiesTest {

    @Property(tries = 400)
    void hardGoalsHoldAfterwards(@ForAll("placements") RandomPlacement some, @ForAll RebalanceScope scope) {
        var placement = some.make();

        assertThat(GoalValues.of(after(placement, scope)).hardGoalsHold()).isTrue();
    }

    @Property(tries = 400)
    void whatCameOfAPlanNeedsNoOther(@ForAll("placements") RandomPlacement some, @ForAll RebalanceScope scope) {
        var settled = after(some.make(), scope);

        assertThat(planned(settled, scope).moves()).isEmpty();
    }

    @Property(tries = 400)
    void noUnitIsTorn(@ForAll("placements") RandomPlacement some, @ForAll RebalanceScope scope) {
        var after = after(some.make(), scope);
        Map<TopicPartition, List<Integer>> lists = new HashMap<>();
        after.partitions().forEach(one -> lists.put(one.partition(), one.brokers()));

        assertThat(after.units())
                .allMatch(unit -> unit.stream()
                                .filter(lists::containsKey)
                                .map(lists::get)
                                .distinct()
                                .count()
                        <= 1);
    }

    @Property(tries = 400)
    void withoutRacksAndUnitsCountsAndLeadersAreWithinOne(@ForAll("plain") RandomPlacement some) {
        var after = GoalValues.of(after(some.make(), RebalanceScope.FULL));

        assertThat(GoalValues.spread(after.replicas())).isLessThanOrEqualTo(1);
        assertThat(GoalValues.spread(after.leaders())).isLessThanOrEqualTo(1);
    }

    @Property(tries = 400)
    void withinARackCountsAreWithinOne(@ForAll("withoutUnits") RandomPlacement some) {
        var after = after(some.make(), RebalanceScope.FULL);
        var counts = GoalValues.of(after).replicas();
        var racks = after.brokers().stream()
                .filter(broker -> !broker.cordoned())
                .collect(Collectors.groupingBy(broker -> "" + broker.rack()));

        for (var rack : racks.values()) {
            var ofRack = rack.stream()
                    .map(broker -> counts.getOrDefault(broker.id(), 0L))
                    .toList();
            assertThat(GoalValues.most(ofRack) - GoalValues.least(ofRack)).isLessThanOrEqualTo(1);
        }
    }

    @Property(tries = 400)
    void drainCopiesWhatItHasToAndNoMore(@ForAll("withoutUnits") RandomPlacement some) {
        var placement = some.make();

        assertThat((double) planned(placement, RebalanceScope.DRAIN).bytes()).isEqualTo(LowerBound.hardOf(placement));
    }

    @Property(tries = 400)
    void movesTellWhatTheyDo(@ForAll("placements") RandomPlacement some) {
        var placement = some.make();
        Map<TopicPartition, Replicas> before = new HashMap<>();
        placement.partitions().forEach(one -> before.put(one.partition(), one));

        for (var move : planned(placement, RebalanceScope.FULL).moves()) {
            var one = Objects.requireNonNull(before.remove(move.partition()));
            var arriving =
                    move.to().stream().filter(id -> !move.from().contains(id)).count();
            assertThat(move.from()).isEqualTo(one.brokers()).isNotEqualTo(move.to());
            assertThat(move.bytes()).isEqualTo(one.bytes() * arriving);
        }
    }

    @Property(tries = 200)
    void orderOfWhatIsGivenDoesNotMatter(@ForAll("placements") RandomPlacement some, @ForAll long seed) {
        var placement = some.make();
        var brokers = new ArrayList<>(placement.brokers());
        var partitions = new ArrayList<>(placement.partitions());
        var units = new ArrayList<>(placement.units());
        List.of(brokers, partitions, units).forEach(list -> Collections.shuffle(list, new Random(seed)));

        assertThat(planned(new Placement(brokers, partitions, units), RebalanceScope.FULL))
                .isEqualTo(planned(placement, RebalanceScope.FULL));
    }

    @Provide
    Arbitrary<RandomPlacement> placements() {
        return some(5, 12);
    }

    @Provide
    Arbitrary<RandomPlacement> withoutUnits() {
        return some(5, 0);
    }

    @Provide
    Arbitrary<RandomPlacement> plain() {
        return some(0, 0);
    }

    private static Arbitrary<RandomPlacement> some(int racks, int units) {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(0, racks),
                        Arbitraries.integers().between(0, 150),
                        Arbitraries.integers().between(0, units),
                        Arbitraries.longs())
                .as(RandomPlacement::new);
    }

    private static Placement after(Placement placement, RebalanceScope scope) {
        return Placements.after(placement, planned(placement, scope));
    }

    private static RebalancePlan planned(Placement placement, RebalanceScope scope) {
        return ((RebalanceResult.Planned) RebalancePlanner.plan(placement, scope)).plan();
    }
}
