package io.millrace.broker.topology;

import static io.millrace.broker.topology.Scene.ALICE;
import static io.millrace.broker.topology.Scene.VHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueChangesTest {
    private static final FieldTable PRIORITIES = Scene.argument("x-max-priority", 5);

    private final Scene scene = Scene.withAlice();

    @Test
    void argumentsThatDoNotMoveMessagesChangeInPlace() {
        scene.queue("q");
        var before = scene.queueNamed("q");

        change("q", Scene.argument("x-queue-type", "quorum").with("x-max-length", new FieldValue.Int32(7)));

        var after = scene.queueNamed("q");
        assertThat(after.type()).isEqualTo(QueueType.QUORUM);
        assertThat(after.arguments().get("x-max-length")).contains(new FieldValue.Int32(7));
        assertThat(after.topics()).isEqualTo(before.topics());
        assertThat(after.qid()).isEqualTo(before.qid());
        assertThat(after.history().switched()).isTrue();
    }

    @Test
    void priorityLevelsMoveTheQueueToANewTopicAndTheFormerOneStays() {
        scene.queue("q").exchange("x", "direct").bindQueue("x", "q", "key");

        change("q", PRIORITIES);

        var after = scene.queueNamed("q");
        assertThat(after.topics()).containsExactly("q._2f.q", "q._2f.q.g2");
        assertThat(after.topic()).isEqualTo("q._2f.q.g2");
        assertThat(after.history().firstLevel()).isEqualTo(64);
        assertThat(after.history().switched()).isFalse();
        assertThat(scene.vhost().bindings()).hasSize(1);
    }

    @Test
    void onceEveryPodHasSwitchedAndTheFormerTopicIsSettledTheQueueIsAsIfDeclaredSo() {
        scene.queue("q");
        change("q", PRIORITIES);

        switched("q");
        left("q", "q._2f.q");

        var after = scene.queueNamed("q");
        assertThat(after.topics()).containsExactly("q._2f.q.g2");
        assertThat(after.history().switched()).isTrue();
        assertThat(after.history().formerLogs()).isEmpty();
    }

    @Test
    void whoDeclaresItAsItWasMeansTheSameQueue() {
        scene.queue("q");
        change("q", PRIORITIES.with("x-message-ttl", new FieldValue.Int32(60_000)));

        scene.accepted(Scene.declareQueue("q", FieldTable.EMPTY));
        scene.accepted(Scene.declareQueue("q", PRIORITIES.with("x-message-ttl", new FieldValue.Int64(60_000))));
        assertThat(scene.refusal(Scene.declareQueue("q", PRIORITIES)))
                .isEqualTo("PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/':"
                        + " received none but current is the value '60000' of type 'signedint'");
    }

    @Test
    void theSameArgumentsChangeNothing() {
        scene.queue("q");
        change("q", PRIORITIES);
        int events = scene.events.size();

        change("q", PRIORITIES);

        assertThat(scene.events).hasSize(events);
    }

    @Test
    void goingBackIsOneMoreChange() {
        scene.queue("q");
        change("q", PRIORITIES);
        switched("q");

        change("q", FieldTable.EMPTY);

        assertThat(scene.queueNamed("q").topics()).containsExactly("q._2f.q", "q._2f.q.g2", "q._2f.q.g3");
        assertThat(scene.queueNamed("q").history().firstLevel()).isEqualTo(128);
    }

    @Test
    void noLevelHasTheNumberOfAnotherThatIsGone() {
        scene.queue("q");
        change("q", PRIORITIES);
        switched("q");
        left("q", "q._2f.q");

        change("q", FieldTable.EMPTY);

        assertThat(scene.queueNamed("q").history().firstLevel()).isEqualTo(128);
    }

    @Test
    void aQueueMovesFiveHundredTimes() {
        scene.queue("q");
        for (int time = 1; time <= 500; time++) {
            var former = scene.queueNamed("q").topics().getLast();
            change("q", time % 2 == 0 ? FieldTable.EMPTY : PRIORITIES);
            switched("q");
            left("q", former);
        }

        assertThat(refusal("q", PRIORITIES)).endsWith("it has moved 500 times; declare another queue");
    }

    @Test
    void aChangeThatIsNotCompleteLetsNoOtherMoveTheQueue() {
        scene.queue("q");
        change("q", PRIORITIES);

        assertThat(refusal("q", FieldTable.EMPTY))
                .endsWith("its last change is not complete yet; try again in a moment");
        change("q", PRIORITIES.with("x-max-length", new FieldValue.Int32(7)));
    }

    @Test
    void afterThreeMovesSomeMessagesHaveToBeSettledFirst() {
        scene.queue("q");
        for (int priorities = 1; priorities <= 3; priorities++) {
            change("q", Scene.argument("x-max-priority", priorities));
            switched("q");
        }

        assertThat(refusal("q", FieldTable.EMPTY))
                .isEqualTo("PRECONDITION_FAILED - cannot change queue 'q' in vhost '/': messages from before its last 3"
                        + " changes are not all settled; let consumers take them first");
    }

    @Test
    void aQueueInMemoryChangesInPlaceOnly() {
        scene.accepted(Scene.declareExclusive(ALICE, "q"));

        change("q", Scene.argument("x-max-length", 7));

        assertThat(refusal("q", PRIORITIES)).contains("its messages are in memory only");
        assertThat(refusal("q", Scene.argument("x-queue-type", "quorum")))
                .isEqualTo("PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue 'q' in vhost '/'");
    }

    @Test
    void anotherNumberOfShardsIsAnotherTopic() {
        scene.accepted(Scene.declareQueue("q", Scene.argument("x-shards", 8)));

        change("q", Scene.argument("x-shards", 2));

        assertThat(scene.queueNamed("q").topics()).containsExactly("q._2f.q", "q._2f.q.g2");
        assertThat(scene.queueNamed("q").history().switched()).isFalse();
    }

    @Test
    void whetherAQueueHasGroupKeysStays() {
        scene.accepted(Scene.declareQueue("keys", Scene.argument("x-shards", 8)));
        scene.queue("none");

        assertThat(refusal("keys", FieldTable.EMPTY)).contains("put in order by key");
        assertThat(refusal("none", Scene.argument("x-shards", 8))).contains("put in order by key");
        change("keys", Scene.argument("x-shards", 8).with("x-max-length", new FieldValue.Int32(7)));
    }

    @ParameterizedTest
    @CsvSource({"stream, quorum", "quorum, stream"})
    void noQueueBecomesAStreamOrWasOne(String before, String after) {
        scene.accepted(Scene.declareQueue("q", Scene.argument("x-queue-type", before)));

        assertThat(refusal("q", Scene.argument("x-queue-type", after)))
                .contains("cannot change queue 'q'")
                .contains("stream");
    }

    @Test
    void whatCouldNotBeDeclaredIsRefused() {
        scene.queue("q");

        assertThat(refusal("q", Scene.argument("x-max-priority", 256)))
                .isEqualTo("PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/':"
                        + " {max_value_exceeded,256}");
        assertThat(refusal("other", PRIORITIES)).isEqualTo("NOT_FOUND - no queue 'other' in vhost '/'");
    }

    @Test
    void whoMayNotConfigureTheQueueMayNotChangeIt() {
        scene.queue("q");
        scene.accepted(new TopologyCommand.PutUser(new User("bob", PasswordHash.NONE, Set.of())));
        scene.permit("bob", "^$", ".*", ".*");

        assertThat(scene.refusal(
                        new TopologyCommand.ChangeQueue(new Actor("bob", "connection-3"), VHOST, "q", PRIORITIES)))
                .startsWith("ACCESS_REFUSED");
    }

    @Test
    void aChangedQueueIsReadBackFromTheLogAsItIs() {
        scene.queue("q");
        change("q", PRIORITIES);
        var changed = scene.queueNamed("q");

        assertThat(TopologyJson.decode(changed.key(), TopologyJson.encode(changed)))
                .isEqualTo(changed);
    }

    @Test
    void whatComesTooLateChangesNothing() {
        scene.queue("q");
        change("q", PRIORITIES);
        var queue = scene.queueNamed("q");
        int events = scene.events.size();

        scene.accepted(new TopologyCommand.SwitchQueue(queue.key(), queue.qid(), queue.incarnation() - 1));
        scene.accepted(new TopologyCommand.SwitchQueue(queue.key(), queue.qid() + 1, queue.incarnation()));
        scene.accepted(new TopologyCommand.LeaveFormerLog(queue.key(), queue.qid(), "q.other"));

        assertThat(scene.events).hasSize(events);
    }

    private void change(String name, FieldTable arguments) {
        scene.accepted(new TopologyCommand.ChangeQueue(ALICE, VHOST, name, arguments));
    }

    private String refusal(String name, FieldTable arguments) {
        return scene.refusal(new TopologyCommand.ChangeQueue(ALICE, VHOST, name, arguments));
    }

    private void switched(String name) {
        var queue = scene.queueNamed(name);
        scene.accepted(new TopologyCommand.SwitchQueue(queue.key(), queue.qid(), queue.incarnation()));
    }

    private void left(String name, String topic) {
        var queue = scene.queueNamed(name);
        scene.accepted(new TopologyCommand.LeaveFormerLog(queue.key(), queue.qid(), topic));
    }
}
