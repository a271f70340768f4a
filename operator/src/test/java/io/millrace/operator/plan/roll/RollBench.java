package io.millrace.operator.plan.roll;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.operator.intent.RollIntent;
import io.millrace.operator.plan.RollPlanner;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.plan.roll.SimulatedCluster.Shape;
import io.millrace.operator.plan.roll.SimulatedCluster.Times;
import java.util.List;

/** ./dev bench roll: rolls simulated clusters in batches and one by one, with the same model of time. */
final class RollBench {

    /** The operator looks this often. */
    private static final int TICK_SECONDS = 2;

    private static final int END_SECONDS = 10;
    private static final int START_SECONDS = 20;

    /** What is written to each broker, and what its disk and network bear, in MB/s. */
    private static final int WRITTEN = 20;

    private static final int BEARABLE = 100;
    private static final int PARTITIONS_PER_BROKER = 30;
    private static final int GIVEN_UP = 100_000;
    private static final String ROW = "%-26s %8s %8s %9s %12s %12s %7s%n";

    private RollBench() {}

    /** A cluster with a name; 0 racks: none are known. */
    record Case(String name, int brokers, int racks) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** How long a roll took. */
    record Roll(int batches, int seconds) {}

    /** Both ways of one case. */
    record Row(Case of, int atOnce, Roll batched, Roll single) {
        double ratio() {
            return (double) single.seconds() / batched.seconds();
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("3 brokers", 3, 0),
                new Case("5 brokers", 5, 0),
                new Case("12 brokers, 3 racks", 12, 3),
                new Case("12 brokers, racks unknown", 12, 0),
                new Case("50 brokers, 3 racks", 50, 3),
                new Case("50 brokers, 5 racks", 50, 5),
                new Case("100 brokers, 4 racks", 100, 4));
    }

    public static void main(String[] args) {
        System.out.printf(ROW, "cluster", "at once", "batches", "seconds", "batches", "seconds", "ratio");
        System.out.printf(ROW, "", "at most", "", "", "one by one", "one by one", "");
        for (var one : cases()) {
            var row = measure(one);
            System.out.printf(
                    ROW,
                    one.name(),
                    row.atOnce(),
                    row.batched().batches(),
                    row.batched().seconds(),
                    row.single().batches(),
                    row.single().seconds(),
                    "%.2f".formatted(row.ratio()));
        }
    }

    static Row measure(Case one) {
        var atOnce = Math.max(1, one.brokers() / 3);
        return new Row(one, atOnce, roll(one, atOnce), roll(one, 1));
    }

    private static Roll roll(Case one, int atOnce) {
        var intent = new RollIntent(atOnce, AllowUnavailable.Never, true, "");
        var together = new int[] {1};
        var cluster = new SimulatedCluster(
                new Shape(
                        one.brokers(), one.racks(), false, one.brokers() * PARTITIONS_PER_BROKER, 3, 2, one.brokers()),
                new Times(
                        END_SECONDS / TICK_SECONDS,
                        START_SECONDS / TICK_SECONDS,
                        away -> catchUp(away * TICK_SECONDS, together[0], one.brokers()) / TICK_SECONDS));
        cluster.change(false);
        var batches = 0;
        for (int tick = 0; tick < GIVEN_UP; tick++) {
            switch (RollPlanner.decide(cluster.snapshot(intent, tick > 0))) {
                case Verdict.Done() -> {
                    return new Roll(batches, tick * TICK_SECONDS);
                }
                case Verdict.Restart(var pods, var why, var checks) -> {
                    batches++;
                    together[0] = pods.size();
                    pods.forEach(pod -> cluster.delete(pod.node()));
                }
                case Verdict.LeadAgain ignored -> cluster.electPreferred();
                case Verdict.Wait ignored -> {}
                case Verdict.Blocked(var by) -> throw new IllegalStateException(by);
            }
            cluster.tick();
        }
        throw new IllegalStateException(one + " is never done");
    }

    /** What was missed, at the rate that those who return bear and those who stayed can send beside what they do anyhow. */
    private static int catchUp(int awaySeconds, int together, int brokers) {
        var sent = (double) (brokers - together) / together * (BEARABLE - WRITTEN);
        var rate = Math.min(BEARABLE, sent) - WRITTEN;
        return (int) Math.ceil(awaySeconds * WRITTEN / rate);
    }
}
