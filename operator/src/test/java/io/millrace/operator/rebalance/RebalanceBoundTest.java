package io.millrace.operator.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A plan comes in time, also for placements that no band fits. */
class RebalanceBoundTest {

    /** Of CPU, on a machine that is busy with other work. */
    private static final Duration BOUND = Duration.ofSeconds(15);

    @Test
    void aHundredBrokersOnUnevenRacksWithAFewGiantsArePlannedInTime() {
        var placement = uneven(33_334, 12);
        var threads = ManagementFactory.getThreadMXBean();
        var begin = threads.getCurrentThreadCpuTime();

        var plan = planned(RebalancePlanner.plan(placement, RebalanceScope.FULL));

        var cpu = Duration.ofNanos(threads.getCurrentThreadCpuTime() - begin);
        assertThat(cpu).isLessThan(BOUND);
        assertThat(GoalValues.of(Placements.after(placement, plan)).hardGoalsHold())
                .isTrue();
    }

    @Test
    void aSearchThatIsEndedKeepsTheHardGoalsAndGivesTheSamePlanAgain() {
        var placement = uneven(2_000, 4);
        var whole = planned(RebalancePlanner.plan(placement, RebalanceScope.FULL));

        for (var looks : List.of(0L, 1L, 1_000L, 50_000L)) {
            var plan = planned(RebalancePlanner.plan(placement, RebalanceScope.FULL, looks));

            assertThat(GoalValues.of(Placements.after(placement, plan)).hardGoalsHold())
                    .isTrue();
            assertThat(plan).isEqualTo(planned(RebalancePlanner.plan(placement, RebalanceScope.FULL, looks)));
            assertThat(plan).isNotEqualTo(whole);
        }
    }

    private static RebalancePlan planned(RebalanceResult result) {
        return ((RebalanceResult.Planned) result).plan();
    }

    /** Racks of 50, 25, 15, 8 and 2 brokers, partitions anywhere, and some that are a thousand times the size of the others. */
    private static Placement uneven(int partitions, int giants) {
        var brokers = new ArrayList<Broker>();
        for (var rack : List.of(50, 25, 15, 8, 2)) {
            for (int i = 0; i < rack; i++) {
                brokers.add(new Broker(brokers.size(), "rack-" + rack, false));
            }
        }
        var random = new Random(11);
        var ids = new ArrayList<>(IntStream.range(0, brokers.size()).boxed().toList());
        var replicas = new ArrayList<Replicas>();
        for (int partition = 0; partition < partitions; partition++) {
            Collections.shuffle(ids, random);
            var size = Math.round((1 << 28) * Math.exp(random.nextGaussian()));
            replicas.add(new Replicas(
                    new TopicPartition("t", partition),
                    ids.subList(0, 3),
                    partition < giants ? 1_000 * size : size,
                    3));
        }
        return Placements.of(brokers, replicas);
    }
}
