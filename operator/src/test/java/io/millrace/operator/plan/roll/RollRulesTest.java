package io.millrace.operator.plan.roll;

import static io.millrace.operator.plan.RollPlanner.LogState.DOWN;
import static io.millrace.operator.plan.RollPlanner.LogState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.AllowUnavailable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule with a cluster that only this rule decides about: {@code without} is what is said when nothing is the matter,
 * {@code with} what is said when just the one thing is that the rule is about.
 */
class RollRulesTest {

    private static final List<Integer> ALL = List.of(0, 1, 2);

    record Row(String rule, String what, Situation without, String before, Situation with, String after) {
        void check() {
            assertThat(without.verdict()).as("without it").isEqualTo(before);
            assertThat(with.verdict()).as("with it").startsWith(after);
        }

        @Override
        public String toString() {
            return rule + ": " + what;
        }
    }

    @ParameterizedTest
    @MethodSource({
        "batches",
        "replicas",
        "consent",
        "returning",
        "controllers",
        "leaders",
        "queuesAndMoves",
    })
    void ruleDecides(Row row) {
        row.check();
    }

    static Stream<Row> batches() {
        return Stream.of(
                new Row(
                        "C1",
                        "no more than maxUnavailable at once",
                        nine().atOnce(6),
                        "restart [3, 4, 5, 6, 7, 8]",
                        nine().atOnce(2),
                        "restart [3, 4]"),
                new Row(
                        "C1",
                        "brokers that share a partition do not go together",
                        nine().atOnce(6),
                        "restart [3, 4, 5, 6, 7, 8]",
                        nine().atOnce(6).partition("t", List.of(3, 4, 5), List.of(3, 4, 5), 1),
                        "restart [6, 7, 8, 3]"),
                new Row(
                        "C1",
                        "brokers of one rack go together although others share their partitions",
                        nine().atOnce(6).partition("t", List.of(3, 4, 5), List.of(3, 4, 5), 2),
                        "restart [6, 7, 8, 3]",
                        nine().atOnce(6).racks("a", "b", "c").partition("t", List.of(3, 4, 5), List.of(3, 4, 5), 2),
                        "restart [3, 6]"),
                new Row(
                        "C1",
                        "one rack is not enough where a partition lies within it",
                        nine().atOnce(6).racks("a", "b", "c"),
                        "restart [3, 6]",
                        nine().atOnce(6).racks("a", "b", "c").partition("t", List.of(3, 6), List.of(3, 6), 1),
                        "restart [4, 7]"),
                new Row(
                        "C1",
                        "in one rack, too, a partition keeps what its writers need",
                        nine().atOnce(6).racks("a", "b", "c").partition("t", List.of(3, 6, 4), List.of(3, 6, 4), 1),
                        "restart [3, 6]",
                        nine().atOnce(6)
                                .racks("a", "b", "c")
                                .allRestartedBut(3, 6)
                                .partition("t", List.of(3, 6, 4), List.of(3, 6, 4), 2),
                        "restart [3]"));
    }

    static Stream<Row> replicas() {
        return Stream.of(
                new Row(
                        "C2",
                        "replicas out of sync on the broker's partitions",
                        three().partition("t", List.of(1, 2), List.of(1, 2), 1)
                                .partition("u", List.of(0, 2), List.of(0, 2), 1),
                        "restart [1]",
                        three().partition("t", List.of(1, 2), List.of(2), 1)
                                .partition("u", List.of(0, 2), List.of(2), 1),
                        "blocked: 1 partitions of p-1 have replicas out of sync, t-0 first"),
                new Row(
                        "C2",
                        "a degraded start is allowed by requireFullIsr: false, as long as min.insync.replicas are left",
                        three().degradedStart().partition("t", ALL, List.of(0, 1), 1),
                        "restart [1]",
                        three().degradedStart().partition("t", ALL, List.of(0, 1), 2),
                        "restart [2]"),
                new Row(
                        "C2",
                        "min.insync.replicas are left by every restart",
                        three().partition("t", ALL, ALL, 2),
                        "restart [1]",
                        three().partition("t", ALL, ALL, 3),
                        "blocked: t-0 would have 2 replicas in sync without p-1 and needs 3"));
    }

    static Stream<Row> consent() {
        return Stream.of(
                new Row(
                        "C3",
                        "a single replica needs consent",
                        last().consent(AllowUnavailable.SingleReplica).partition("t", List.of(2), List.of(2), 1),
                        "restart [2]",
                        last().partition("t", List.of(2), List.of(2), 1),
                        "blocked: t-0 would have 0 replicas in sync without p-2 and needs 1; raise its replicas, or"
                                + " consent with rolling.allowUnavailable"),
                new Row(
                        "C3",
                        "as many replicas as must be in sync need more of it",
                        last().consent(AllowUnavailable.Always).partition("t", List.of(2, 1), List.of(2, 1), 2),
                        "restart [2]",
                        last().consent(AllowUnavailable.SingleReplica).partition("t", List.of(2, 1), List.of(2, 1), 2),
                        "blocked: t-0 would have 1 replicas in sync"),
                new Row(
                        "C3",
                        "no consent covers a partition that has replicas to spare",
                        last().degradedStart().consent(AllowUnavailable.Always).partition("t", ALL, ALL, 2),
                        "restart [2]",
                        three().degradedStart()
                                .consent(AllowUnavailable.Always)
                                .partition("t", ALL, List.of(1, 2), 2)
                                .partition("u", ALL, List.of(0, 1), 2),
                        "blocked: t-0 would have 1 replicas in sync without p-1 and needs 2"),
                new Row(
                        "C3",
                        "the topic without data is left out by name",
                        last().partition("amqp.kick", List.of(2), List.of(2), 1),
                        "restart [2]",
                        last().partition("amqp.kicks", List.of(2), List.of(2), 1),
                        "blocked: amqp.kicks-0"));
    }

    static Stream<Row> returning() {
        return Stream.of(
                new Row(
                        "C4",
                        "a restarted broker is back in every ISR first",
                        last().degradedStart().partition("t", List.of(0, 1), List.of(0, 1), 1),
                        "restart [2]",
                        last().degradedStart().partition("t", List.of(0, 1), List.of(0), 1),
                        "wait: p-1 to be in sync again: 1 partitions, t-0 first"),
                new Row(
                        "C4",
                        "it leads again what it led",
                        last().partition("t", List.of(1, 0), List.of(0, 1), 1),
                        "restart [2]",
                        last().partition("t", List.of(1, 0), List.of(0, 1), 1, 0),
                        "lead again: 1 partitions to be led by their first replica again, t-0 first"),
                new Row(
                        "C4",
                        "it is registered",
                        last(),
                        "restart [2]",
                        last().unregistered(1),
                        "blocked: 1 of 3 brokers are not registered"),
                new Row(
                        "C4",
                        "it is ready",
                        last(),
                        "restart [2]",
                        last().notReady(1, SERVING),
                        "wait: p-1 to become ready"),
                new Row("C4", "it has ended", last(), "restart [2]", last().leaving(1), "wait: p-1 to end"),
                new Row(
                        "C4",
                        "it has been made",
                        last(),
                        "restart [2]",
                        last().gone(1).unregistered(1),
                        "wait: 1 of 3 pods to be made"),
                new Row(
                        "C4",
                        "the last one, too, is waited for",
                        three().restarted(0, 1, 2).rolling(),
                        "done",
                        three().restarted(0, 1, 2).rolling().partition("t", List.of(0, 1), List.of(0), 1),
                        "wait: p-1 to be in sync again"),
                new Row(
                        "C4",
                        "nothing is waited for when nothing was restarted",
                        three().restarted(0, 1, 2).rolling().notReady(1, DOWN),
                        "wait: p-1 to become ready",
                        three().restarted(0, 1, 2).notReady(1, DOWN),
                        "done"));
    }

    static Stream<Row> controllers() {
        return Stream.of(
                new Row(
                        "C5",
                        "brokers that are no controllers first",
                        nine().controllers(0, 0),
                        "restart [1]",
                        nine(),
                        "restart [3]"),
                new Row(
                        "C5",
                        "one controller at a time",
                        nine().atOnce(6).controllers(0, 0).allRestartedBut(1, 2),
                        "restart [1, 2]",
                        nine().atOnce(6).allRestartedBut(1, 2),
                        "restart [1]"),
                new Row(
                        "C5",
                        "a controller comes along when the new settings have proven themselves",
                        nine().atOnce(6).racks("a", "b", "c").restarted(6),
                        "restart [4, 7, 1]",
                        nine().atOnce(6).racks("a", "b", "c"),
                        "restart [3, 6]"),
                new Row(
                        "C5",
                        "a controller comes along in its own rack only",
                        nine().atOnce(6).racks("a", "b", "c").allRestartedBut(1, 4),
                        "restart [4, 1]",
                        nine().atOnce(6).racks("a", "b", "c").allRestartedBut(1, 5),
                        "restart [5]"));
    }

    static Stream<Row> leaders() {
        return Stream.of(
                new Row(
                        "C5",
                        "the leader last",
                        three().restarted(1, 2),
                        "restart [0]",
                        three().restarted(2),
                        "restart [1]"),
                new Row(
                        "C5",
                        "the leader comes along only with the very last",
                        nine().atOnce(6).racks("a", "b", "c").allRestartedBut(0, 3),
                        "restart [3, 0]",
                        nine().atOnce(6).racks("a", "b", "c").allRestartedBut(0, 1, 3, 6),
                        "restart [3, 6]"),
                new Row(
                        "C5",
                        "a majority is caught up without it",
                        last(),
                        "restart [2]",
                        last().behind(1, 60_000),
                        "blocked: the controllers would lose their majority without p-2: 1 others are caught up, and 2"),
                new Row(
                        "C5",
                        "caught up is what the leader's own timeout says",
                        last().behind(1, 1_500),
                        "restart [2]",
                        last().behind(1, 1_500).fetchTimeout(1_000),
                        "blocked: the controllers would lose their majority"),
                new Row(
                        "C5",
                        "there is a leader",
                        last(),
                        "restart [2]",
                        last().controllers(-1, 0, 1, 2),
                        "blocked: the controllers have no leader"),
                new Row(
                        "C5",
                        "dedicated controllers go after the brokers",
                        dedicated().restarted(0, 1, 2),
                        "restart [1001]",
                        dedicated(),
                        "restart [0]"));
    }

    static Stream<Row> queuesAndMoves() {
        return Stream.of(
                new Row(
                        "C6",
                        "every slot of the queue layer has an owner",
                        last().slots(64, true, 0, 1, 2),
                        "restart [2]",
                        last().slots(60, true, 0, 1, 2),
                        "wait: the slots of queues to have owners: 60 of 64"),
                new Row(
                        "C6",
                        "no slot is on its way",
                        last().slots(64, true, 0, 1, 2),
                        "restart [2]",
                        last().slots(64, false, 0, 1, 2),
                        "wait: the slots of queues to have owners"),
                new Row(
                        "C6",
                        "a restarted pod takes slots again",
                        last().slots(64, true, 0, 1, 2),
                        "restart [2]",
                        last().slots(64, true, 0, 2),
                        "wait: p-1 to take slots of queues again"),
                new Row(
                        "C7",
                        "no restart while partitions are moved",
                        three(),
                        "restart [1]",
                        three().moving(),
                        "blocked: partitions are being moved"),
                new Row(
                        "C8",
                        "nothing without facts from the brokers",
                        three(),
                        "restart [1]",
                        three().silent(),
                        "blocked: the brokers do not answer"));
    }

    private static Situation three() {
        return Situation.of(3);
    }

    /** Two of three have been restarted. */
    private static Situation last() {
        return Situation.of(3).restarted(0, 1);
    }

    private static Situation nine() {
        return Situation.of(9);
    }

    private static Situation dedicated() {
        return Situation.of(3).dedicated(1000).dedicated(1001).dedicated(1002).controllers(1000, 1000, 1001, 1002);
    }
}
