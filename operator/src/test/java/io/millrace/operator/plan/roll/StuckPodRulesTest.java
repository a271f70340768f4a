package io.millrace.operator.plan.roll;

import static io.millrace.operator.plan.RollPlanner.LogState.DOWN;
import static io.millrace.operator.plan.RollPlanner.LogState.RUNNING;
import static io.millrace.operator.plan.RollPlanner.LogState.SERVING;

import io.millrace.operator.plan.roll.RollRulesTest.Row;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link RollRulesTest}: the rules about pods that do not do their part. */
class StuckPodRulesTest {

    private static final List<Integer> ALL = List.of(0, 1, 2);

    @ParameterizedTest
    @MethodSource({"stuck", "quorumLost"})
    void ruleDecides(Row row) {
        row.check();
    }

    static Stream<Row> stuck() {
        return Stream.of(
                new Row(
                        "C9",
                        "a pod whose log does not run is mended first, whatever else is the matter",
                        three().moving(),
                        "blocked: partitions are being moved",
                        three().moving().notReady(2, DOWN).leaving(1),
                        "restart [2]"),
                new Row(
                        "C9",
                        "all that do not run are mended together",
                        three().notReady(2, DOWN),
                        "restart [2]",
                        three().notReady(2, DOWN).notReady(0, DOWN),
                        "restart [0, 2]"),
                new Row(
                        "C9",
                        "a pod that is not ready goes before those that are",
                        three(),
                        "restart [1]",
                        three().notReady(2, RUNNING),
                        "restart [2]"),
                new Row(
                        "C9",
                        "one that serves although it is not ready goes only if its partitions bear it",
                        three().notReady(2, SERVING).partition("t", ALL, ALL, 2),
                        "restart [2]",
                        three().notReady(2, SERVING).partition("t", ALL, List.of(0, 2), 2),
                        "blocked: t-0 would have 1 replicas in sync without p-2"),
                new Row(
                        "C9",
                        "one that is out of sync is missed by nobody",
                        three().notReady(2, RUNNING).partition("t", ALL, List.of(0, 1), 2),
                        "restart [2]",
                        three().notReady(2, RUNNING).notReady(1, RUNNING).partition("t", ALL, List.of(0, 1), 2),
                        "restart [2]"),
                new Row(
                        "C9",
                        "no healthy pod is touched while new settings do not start",
                        last(),
                        "restart [2]",
                        last().notReady(1, DOWN, "CrashLoopBackOff"),
                        "blocked: p-1 does not start (CrashLoopBackOff) and no other pod is touched"));
    }

    static Stream<Row> quorumLost() {
        return Stream.of(
                new Row(
                        "C5",
                        "when no majority of controllers serves, all that do not serve start together",
                        three().notReady(1, RUNNING).silent(),
                        "blocked: " + Mending.SILENT,
                        three().notReady(0, RUNNING)
                                .notReady(1, RUNNING)
                                .notReady(2, RUNNING)
                                .silent(),
                        "restart [0, 1, 2]"),
                new Row(
                        "C5",
                        "one that serves still is kept then",
                        three().notReady(0, RUNNING)
                                .notReady(1, RUNNING)
                                .notReady(2, RUNNING)
                                .silent(),
                        "restart [0, 1, 2]",
                        three().notReady(0, RUNNING).notReady(1, RUNNING).silent(),
                        "restart [0, 1]"));
    }

    private static Situation three() {
        return Situation.of(3);
    }

    /** Two of three have been restarted. */
    private static Situation last() {
        return Situation.of(3).restarted(0, 1);
    }
}
