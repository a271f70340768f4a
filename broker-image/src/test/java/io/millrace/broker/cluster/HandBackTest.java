package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.topology.QueueKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A new owner first hears what sessions on other pods hold of its queues; then it delivers. */
class HandBackTest {
    private static final String EDGE = "pod-1";
    private static final int TIME_TO_CONNECT_MS = 400;

    private final SlotScene scene = new SlotScene();

    @AfterEach
    void end() {
        scene.close();
    }

    private void takeOverAQueueWithMessages() {
        scene.own(true);
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(queue);
        scene.arrive(queue, 1, SlotScene.offsets(0, 3));
    }

    @Test
    void nothingIsDeliveredWhileAPodHasNotTold() {
        scene.attachments.connected(EDGE, "pod-1");
        takeOverAQueueWithMessages();

        scene.pass(TIME_TO_CONNECT_MS);
        assertThat(scene.events.delivered).isEmpty();

        scene.attachments.attached(EDGE, 0, SlotScene.EPOCH);
        scene.run();
        assertThat(scene.events.delivered).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whatAPodToldAnEarlierOwnerIsNotEnough() {
        scene.attachments.connected(EDGE, "pod-1");
        scene.attachments.attached(EDGE, 0, SlotScene.EPOCH - 1);
        takeOverAQueueWithMessages();

        scene.pass(TIME_TO_CONNECT_MS);

        assertThat(scene.events.delivered).isEmpty();
    }

    @Test
    void aPodThatIsGoneIsNotWaitedFor() {
        scene.attachments.connected(EDGE, "pod-1");
        takeOverAQueueWithMessages();
        scene.pass(TIME_TO_CONNECT_MS);

        scene.attachments.gone(EDGE);
        scene.run();

        assertThat(scene.events.delivered).containsExactly(0L, 1L, 2L);
    }

    @Test
    void podsThatAreNotConnectedHaveAMomentToConnect() {
        takeOverAQueueWithMessages();
        assertThat(scene.events.delivered).isEmpty();

        scene.pass(TIME_TO_CONNECT_MS);

        assertThat(scene.events.delivered).containsExactly(0L, 1L, 2L);
    }

    @Test
    void anOwnerElsewhereIsToldAfterTheSessionsHere() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.runners().ownedBy(0, "pod-2", 8);
        scene.run();
        scene.subscribe(queue);

        scene.runners().ownedBy(0, EDGE, 9);
        scene.run();

        assertThat(scene.events.heard).containsExactly("reattach");
        assertThat(scene.attachedTo).containsExactly("pod-2:0:8", EDGE + ":0:9");
    }
}
