package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A new owner first hears what sessions on other pods hold of its queues; then it delivers. One that leaves first hears what they have settled. */
class HandBackTest {
    private static final String EDGE = "pod-1";
    private static final int TIME_TO_CONNECT_MS = 400;

    private final SlotScene scene = new SlotScene();
    private final List<LinkMessage> sent = new ArrayList<>();
    private final EdgeAttachments.Edge edge = new EdgeAttachments.Edge() {
        @Override
        public String pod() {
            return EDGE;
        }

        @Override
        public void send(LinkMessage message) {
            sent.add(message);
        }
    };

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
        scene.attachments.connected(edge);
        takeOverAQueueWithMessages();

        scene.pass(TIME_TO_CONNECT_MS);
        assertThat(scene.events.delivered).isEmpty();

        scene.attachments.attached(edge, 0, SlotScene.EPOCH);
        scene.run();
        assertThat(scene.events.delivered).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whatAPodToldAnEarlierOwnerIsNotEnough() {
        scene.attachments.connected(edge);
        scene.attachments.attached(edge, 0, SlotScene.EPOCH - 1);
        takeOverAQueueWithMessages();

        scene.pass(TIME_TO_CONNECT_MS);

        assertThat(scene.events.delivered).isEmpty();
    }

    @Test
    void aPodThatIsGoneIsNotWaitedFor() {
        scene.attachments.connected(edge);
        takeOverAQueueWithMessages();
        scene.pass(TIME_TO_CONNECT_MS);

        scene.attachments.gone(edge);
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

    @Test
    void anOwnerThatLeavesDeliversNothingMoreAndWaitsForWhatIsSettledElsewhere() {
        scene.attachments.connected(edge);
        scene.own();
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(queue);
        scene.arrive(queue, 1, SlotScene.offsets(0, 3));
        var handedOver = scene.handOver();
        scene.arrive(queue, 1, 3);
        assertThat(sent).containsExactly(new LinkMessage.Detach(0, SlotScene.EPOCH));
        assertThat(handedOver).isNotDone();

        scene.ack(queue, 0, 1);
        scene.attachments.detached(edge, 0, SlotScene.EPOCH);
        scene.run();

        assertThat(handedOver).isDone();
        assertThat(scene.events.delivered).containsExactly(0L, 1L, 2L);
        assertThat(scene.floor(queue.definition().qid())).isEqualTo(2);
    }

    @Test
    void whatIsSentAfterAnOwnerLeftWaitsForTheNext() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.runners().ownedBy(0, EDGE, 8);
        scene.run();

        scene.runners().detachFrom(EDGE, 0, 8);
        scene.run();

        assertThat(queue.isElsewhere()).isFalse();
        assertThat(scene.detachedFrom).containsExactly(EDGE + ":0:8");
    }
}
