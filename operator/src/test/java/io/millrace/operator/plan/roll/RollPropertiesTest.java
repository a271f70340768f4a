package io.millrace.operator.plan.roll;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.operator.intent.RollIntent;
import io.millrace.operator.plan.RollPlanner;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.plan.roll.SimulatedCluster.Shape;
import io.millrace.operator.plan.roll.SimulatedCluster.Times;
import java.util.Random;
import java.util.function.BooleanSupplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Rolls through clusters to which everything happens that can happen: pods crash, replicas fall behind, controllers too,
 * partitions move, queues are not ready, brokers do not answer, the user changes his mind, settings do not work, and the
 * operator is killed between any two things it does. No restart may ever break a promise, and when all that ends, so does
 * the roll.
 */
class RollPropertiesTest {

    private static final int CHAOS_TICKS = 150;

    /** What a run is made from. */
    record Run(Shape shape, RollIntent intent, int slowestCatchUp, int chaosPercent) {}

    @Property(tries = 200)
    void noRestartDoesHarmAndEveryRollEnds(@ForAll("runs") Run run) {
        var random = new Random(run.shape().seed());
        var cluster =
                new SimulatedCluster(run.shape(), new Times(2, 4, away -> 1 + random.nextInt(run.slowestCatchUp())));
        var judge = new SafetyJudge(cluster, run.intent());
        cluster.change(random.nextInt(4) == 0);
        var rolling = false;
        for (int tick = 0; tick < CHAOS_TICKS; tick++) {
            Chaos.maybe(cluster, random, run.chaosPercent());
            rolling = look(cluster, judge, run.intent(), rolling, () -> random.nextInt(20) == 0);
            cluster.tick();
        }
        if (cluster.isBroken()) {
            cluster.change(false);
        }
        var limit = ticksEnough(run);
        var tick = 0;
        while (!cluster.isSettled() || rolling) {
            assertThat(tick++).as(() -> stuck(cluster, run)).isLessThan(limit);
            rolling = look(cluster, judge, run.intent(), rolling, () -> false);
            cluster.tick();
        }
        assertThat(RollPlanner.decide(cluster.snapshot(run.intent(), false))).isEqualTo(new Verdict.Done());
    }

    /** One pass of the operator, which may be killed at any moment of it; returns what its status says afterwards. */
    private static boolean look(
            SimulatedCluster cluster, SafetyJudge judge, RollIntent intent, boolean rolling, BooleanSupplier dies) {
        var seen = cluster.snapshot(intent, rolling);
        var verdict = RollPlanner.decide(seen);
        if (verdict instanceof Verdict.Restart batch) {
            var still = RollPlanner.stillSafe(batch, seen.with(cluster.facts()));
            assertThat(still).isEqualTo(batch.pods());
            judge.judge(still);
            for (var pod : still) {
                if (dies.getAsBoolean()) {
                    return rolling;
                }
                cluster.delete(pod.node());
            }
        }
        if (verdict instanceof Verdict.LeadAgain) {
            if (dies.getAsBoolean()) {
                return rolling;
            }
            cluster.electPreferred();
        }
        return dies.getAsBoolean() ? rolling : !(verdict instanceof Verdict.Done);
    }

    /** If pods went one by one, each as slowly as can be, and once more for what was under way. */
    private static int ticksEnough(Run run) {
        return 200 + 2 * (run.shape().brokers() + 3) * (20 + run.slowestCatchUp());
    }

    private static String stuck(SimulatedCluster cluster, Run run) {
        return "%s%n%s".formatted(run, RollPlanner.decide(cluster.snapshot(run.intent(), true)));
    }

    @Provide
    Arbitrary<Run> runs() {
        return Combinators.combine(
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(3, 12),
                                Arbitraries.integers().between(3, 100)),
                        Arbitraries.of(0, 0, 2, 3, 5),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 30),
                        Arbitraries.of(true, false),
                        Arbitraries.of(0, 10, 40),
                        Arbitraries.longs())
                .as(RollPropertiesTest::run);
    }

    private static Run run(
            int brokers,
            int racks,
            boolean dedicated,
            int replication,
            int atOnce,
            boolean full,
            int chaosPercent,
            long seed) {
        var random = new Random(seed);
        var least = 1 + random.nextInt(replication);
        // Without consent a roll over such partitions never ends, which is right: the table of rules shows it.
        var consent = least < replication
                ? AllowUnavailable.Never
                : replication == 1 ? AllowUnavailable.SingleReplica : AllowUnavailable.Always;
        return new Run(
                new Shape(brokers, racks, dedicated, 1 + random.nextInt(4 * brokers), replication, least, seed),
                new RollIntent(atOnce, consent, full, ""),
                1 + random.nextInt(25),
                chaosPercent);
    }
}
