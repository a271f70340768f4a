package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.topology.QueueKind;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Disk space of settled messages, as the owner of their queue gives it back. */
class SpaceReturnsTest {
    private static final int KIB = 1 << 10;
    private static final int SOON_MS = 100;
    private static final int USUAL_MS = 16_000;

    private final SlotScene scene = new SlotScene();
    private QueueHandle queue;

    @BeforeEach
    void ownAQueueWithAConsumer() {
        scene.own();
        queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(queue);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private void settle(long from, long to) {
        for (long offset = from; offset < to; offset++) {
            scene.arrive(queue, 1024 * KIB, offset);
            scene.ack(queue, offset);
        }
    }

    @Test
    void whatIsSettledIsGivenBackUpToTheFloor() {
        scene.arrive(queue, 512 * KIB, SlotScene.offsets(0, 6));
        scene.ack(queue, 0, 1, 2, 4);
        scene.pass(SOON_MS);
        assertThat(scene.logs.deletions).as("not at once").isEmpty();

        scene.pass(USUAL_MS);

        assertThat(scene.logs.deletions).containsExactly(Map.of(queue.logs().getFirst(), 3L));
    }

    @Test
    void anIdleQueueAsksForNothing() {
        scene.arrive(queue, 512 * KIB, SlotScene.offsets(0, 6));
        scene.ack(queue, SlotScene.offsets(0, 6));
        scene.pass(SOON_MS);
        scene.pass(USUAL_MS);

        for (int i = 0; i < 10; i++) {
            scene.pass(USUAL_MS);
        }

        assertThat(scene.logs.deletions).hasSize(1);
    }

    @Test
    void manyBytesAreGivenBackWithoutDelay() {
        settle(0, 64);
        scene.pass(SOON_MS);

        scene.pass(1_000);

        assertThat(scene.logs.deletions).containsExactly(Map.of(queue.logs().getFirst(), 64L));
    }

    @Test
    void nothingIsGivenBackWhileTheOldestIsUnacknowledged() {
        scene.arrive(queue, 1024 * KIB, 0);
        settle(1, 64);
        scene.pass(SOON_MS);
        scene.pass(USUAL_MS);
        assertThat(scene.logs.deletions).isEmpty();

        scene.ack(queue, 0);
        scene.pass(SOON_MS);
        scene.pass(USUAL_MS);

        assertThat(scene.logs.deletions).containsExactly(Map.of(queue.logs().getFirst(), 64L));
    }

    @Test
    void aFloorThatIsNotReadBackIsWaitedFor() {
        scene.floorsAreRead = false;
        settle(0, 64);
        scene.pass(SOON_MS);
        scene.pass(USUAL_MS);
        assertThat(scene.logs.deletions).isEmpty();

        scene.floorsAreRead = true;
        scene.pass(USUAL_MS);

        assertThat(scene.logs.deletions).containsExactly(Map.of(queue.logs().getFirst(), 64L));
    }

    @Test
    void aFailureIsTriedAgainWithTheNextRequest() {
        scene.logs.deletionsFail = true;
        scene.arrive(queue, 512 * KIB, SlotScene.offsets(0, 6));
        scene.ack(queue, SlotScene.offsets(0, 6));
        scene.pass(SOON_MS);
        scene.pass(USUAL_MS);

        scene.logs.deletionsFail = false;
        scene.pass(USUAL_MS);

        assertThat(scene.logs.deletions)
                .containsExactly(
                        Map.of(queue.logs().getFirst(), 6L), Map.of(queue.logs().getFirst(), 6L));
    }

    @Test
    void queuesOfALoopShareARequest() {
        var other = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(other);
        for (var one : new QueueHandle[] {queue, other}) {
            scene.arrive(one, 512 * KIB, SlotScene.offsets(0, 6));
            scene.ack(one, SlotScene.offsets(0, 6));
        }
        scene.pass(SOON_MS);

        scene.pass(USUAL_MS);

        assertThat(scene.logs.deletions)
                .containsExactly(
                        Map.of(queue.logs().getFirst(), 6L, other.logs().getFirst(), 6L));
    }

    @Test
    void aPurgedBacklogIsGivenBack() {
        queue.send(new QueueCommand.LogEnd(5_000));
        queue.send(new QueueCommand.Purge(SlotScene.ALICE, 0), SlotScene.ALICE, scene.events);
        scene.run();
        scene.pass(SOON_MS);

        scene.pass(USUAL_MS);

        assertThat(scene.logs.deletions).containsExactly(Map.of(queue.logs().getFirst(), 5_000L));
    }

    @Test
    void aQueueThatWentToAnotherPodIsLeftToIt() {
        scene.arrive(queue, 512 * KIB, SlotScene.offsets(0, 6));
        scene.ack(queue, SlotScene.offsets(0, 6));
        scene.pass(SOON_MS);
        scene.runners().drop(0);
        scene.run();

        scene.pass(USUAL_MS);

        assertThat(scene.logs.deletions).isEmpty();
    }
}
