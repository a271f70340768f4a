package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which topics are flushed at each message, while policies and owners change. */
class FlushSweepTest {
    private static final FieldTable FSYNC = FieldTable.EMPTY.with("x-durability", LongString.of("fsync"));
    private static final int LOOK_MS = 1_000;

    private final SlotScene scene = new SlotScene();
    private final List<QueueHandle> owned = new ArrayList<>();

    @BeforeEach
    void look() {
        scene.own();
        new FlushSweep(scene.loop, scene.logs, () -> List.copyOf(owned)).start();
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private QueueHandle own(QueueKind kind, FieldTable arguments) {
        var queue = scene.queue(kind, arguments);
        owned.add(queue);
        return queue;
    }

    private void pass() {
        scene.pass(LOOK_MS);
    }

    @Test
    void aTopicIsToldOnceWhatItsQueueSays() {
        var fsync = own(QueueKind.LOG, FSYNC);
        var replicated = own(QueueKind.LOG, FieldTable.EMPTY);
        var stream = own(QueueKind.STREAM, FSYNC);
        own(QueueKind.MEMORY, FieldTable.EMPTY);

        pass();
        pass();

        assertThat(scene.logs.flushes)
                .containsExactly(Map.of(fsync.topic(), true, replicated.topic(), false, stream.topic(), true));
    }

    @Test
    void aPolicyThatComesAndGoesIsFollowed() {
        var queue = own(QueueKind.LOG, FieldTable.EMPTY);
        pass();

        queue.change(QueueSettings.of(queue.definition(), FSYNC));
        pass();
        queue.change(QueueSettings.of(queue.definition(), FieldTable.EMPTY));
        pass();

        assertThat(scene.logs.flushes)
                .containsExactly(
                        Map.of(queue.topic(), false), Map.of(queue.topic(), true), Map.of(queue.topic(), false));
    }

    @Test
    void whatFailedIsTriedAgain() {
        var queue = own(QueueKind.LOG, FSYNC);
        scene.logs.flushesFail = true;
        pass();
        scene.logs.flushesFail = false;
        pass();
        pass();

        assertThat(scene.logs.flushes).containsExactly(Map.of(queue.topic(), true), Map.of(queue.topic(), true));
    }

    @Test
    void whoOwnsAQueueAgainDoesNotRelyOnWhatWas() {
        var queue = own(QueueKind.LOG, FieldTable.EMPTY);
        pass();

        owned.clear();
        pass();
        owned.add(queue);
        pass();

        assertThat(scene.logs.flushes).hasSize(2);
    }

    @Test
    void fsyncIsSetAgainAfterAMinuteWhateverBecameOfIt() {
        own(QueueKind.LOG, FSYNC);
        own(QueueKind.LOG, FieldTable.EMPTY);

        for (int second = 0; second < 60; second++) {
            pass();
        }

        assertThat(scene.logs.flushes).hasSize(2).last().satisfies(again -> assertThat(again)
                .hasSize(1)
                .containsValue(true));
    }
}
