package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the sessions of a pod hear of a queue that is deleted: all there is to hear, from their own pod, and nothing after it. */
class DeletedQueueTest {
    private static final String ELSEWHERE = "pod-2";

    private final SlotScene scene = new SlotScene();
    private final QueueHandle queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);

    @AfterEach
    void end() {
        scene.close();
    }

    private void get() {
        queue.send(new QueueCommand.Get(SlotScene.ALICE, 0, true), SlotScene.ALICE, scene.events);
        scene.run();
    }

    private void ownedElsewhere() {
        scene.runners().ownedBy(0, ELSEWHERE, 7);
        scene.run();
    }

    @Test
    void aConsumerOfAQueueThatLiesElsewhereHearsItOnce() {
        ownedElsewhere();
        scene.subscribe(queue);

        scene.delete(queue);
        queue.fromOwner(ELSEWHERE, SlotScene.ALICE, (of, events) -> events.cancelled(of, "c"));
        scene.run();

        assertThat(scene.events.heard).containsExactly("gone");
    }

    @Test
    void aQuestionToAnOwnerElsewhereIsAnswered() {
        ownedElsewhere();
        get();

        scene.delete(queue);

        assertThat(scene.events.heard).containsExactly("gone");
    }

    @Test
    void aQuestionThatWaitsForWhatAnEarlierOwnerDeliveredIsAnswered() {
        scene.own(true);
        scene.arrive(queue, 1, 0);
        get();
        assertThat(scene.events.heard).isEmpty();

        scene.delete(queue);

        assertThat(scene.events.heard).containsExactly("gone");
    }

    @Test
    void aSessionThatAttachesAgainWhenTheQueueIsGoneHearsIt() {
        ownedElsewhere();
        scene.subscribe(queue);
        var ofAlicesLoop = new ArrayList<Runnable>();
        scene.events.loop = ofAlicesLoop::add;
        scene.events.atReattach = scene::subscribe;
        scene.runners().ownedBy(0, "pod-3", 8);
        scene.run();

        scene.delete(queue);
        ofAlicesLoop.forEach(Runnable::run);

        assertThat(scene.events.heard).containsExactly("reattach", "subscribed c true", "cancelled c");
    }

    @Test
    void aSessionThatWaitsForAnOwnerIsAnswered() {
        get();

        scene.delete(queue);

        assertThat(scene.events.heard).containsExactly("got -1");
    }
}
