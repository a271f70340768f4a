package io.millrace.operator.rebalance;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;

/** ./dev bench plan: plans six placements and tells how good the plans are and how long they took. */
final class PlanBench {

    private static final long GIB = 1 << 30;
    private static final long MS = 1_000_000;
    private static final String ROW = "%-30s %9s %13s %13s %19s %10s %7s %9s %9s %6s %7s %7s%n";

    private PlanBench() {}

    /** A placement with a name. */
    record Case(String name, Placement placement) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return List.of(
                grown("1 -> 3 brokers, RF 1 -> 3", 1, 3, 0, 1, 300),
                grown("9 -> 12 brokers", 9, 12, 3, 3, 4_000),
                grown("40 -> 50 brokers", 40, 50, 5, 3, 16_667),
                grown("90 -> 100 brokers", 90, 100, 10, 3, 33_334),
                new Case(
                        "100 brokers, skewed",
                        Placements.of(
                                Placements.brokers(100, 4),
                                Placements.skewed("t", 33_334, 3, Placements.brokers(100, 4), new Random(5)))),
                rackLost());
    }

    private static Case grown(String name, int from, int to, int racks, int factor, int partitions) {
        var all = Placements.brokers(to, racks);
        return new Case(
                name,
                Placements.of(
                        all, Placements.spread("t", partitions, factor, all.subList(0, from), 3, new Random(to))));
    }

    private static Case rackLost() {
        var all = Placements.brokers(100, 4);
        var left =
                all.stream().filter(broker -> !"rack-3".equals(broker.rack())).toList();
        return new Case(
                "100 brokers, 1 of 4 racks lost",
                Placements.of(left, Placements.spread("t", 33_334, 3, all, 3, new Random(6))));
    }

    public static void main(String[] args) {
        System.out.printf(
                ROW,
                "placement",
                "replicas",
                "replica",
                "leader",
                "bytes spread",
                "rack",
                "moves",
                "copied",
                "bound",
                "ratio",
                "time",
                "of CPU");
        System.out.printf(ROW, "", "", "spread", "spread", "GiB", "violations", "", "GiB", "GiB", "", "ms", "ms");
        for (var one : cases()) {
            print(one);
        }
    }

    /** What came of a case; times in milliseconds. */
    record Row(GoalValues before, GoalValues after, RebalancePlan plan, double bound, long ms, long cpuMs) {}

    static Row measure(Case one) {
        var before = one.placement();
        var threads = ManagementFactory.getThreadMXBean();
        var cpu = threads.getCurrentThreadCpuTime();
        var begin = System.nanoTime();
        var result = RebalancePlanner.plan(before, RebalanceScope.FULL);
        var ms = (System.nanoTime() - begin) / MS;
        var cpuMs = (threads.getCurrentThreadCpuTime() - cpu) / MS;
        if (!(result instanceof RebalanceResult.Planned(var plan))) {
            throw new IllegalStateException(one.name() + ": " + result);
        }
        var after = Placements.after(before, plan);
        return new Row(GoalValues.of(before), GoalValues.of(after), plan, LowerBound.of(before, after), ms, cpuMs);
    }

    private static void print(Case one) {
        var row = measure(one);
        var was = row.before();
        var is = row.after();
        System.out.printf(
                ROW,
                one.name(),
                is.replicas().values().stream().mapToLong(Long::longValue).sum(),
                change(GoalValues.spread(was.replicas()), GoalValues.spread(is.replicas())),
                change(GoalValues.spread(was.leaders()), GoalValues.spread(is.leaders())),
                change(GoalValues.spread(was.bytes()) / GIB, GoalValues.spread(is.bytes()) / GIB),
                change(was.rackViolations(), is.rackViolations()),
                row.plan().moves().size(),
                row.plan().bytes() / GIB,
                Math.round(row.bound() / GIB),
                "%.3f".formatted(row.plan().bytes() / row.bound()),
                row.ms(),
                row.cpuMs());
    }

    private static String change(long from, long to) {
        return from + " -> " + to;
    }
}
