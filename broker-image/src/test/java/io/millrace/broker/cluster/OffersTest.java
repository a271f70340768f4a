package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Publishes to a queue that refuses what is too much. */
class OffersTest {
    private static final FieldTable TWO_AT_MOST =
            FieldTable.of("x-max-length", new FieldValue.Int32(2)).with("x-overflow", LongString.of("reject-publish"));

    private final SlotScene scene = new SlotScene();

    @AfterEach
    void end() {
        scene.close();
    }

    private List<Boolean> publish(QueueHandle queue, int count) {
        var arrived = new ArrayList<Boolean>();
        var publisher = new Publisher(scene.logs);
        var message = new Message("", "q", new byte[2], new byte[1], Message.NEVER, 0);
        for (int i = 0; i < count; i++) {
            publisher.publish(message, new Publisher.Route(List.of(queue), List.of()), 0, arrived::add);
        }
        scene.run();
        return arrived;
    }

    @ParameterizedTest
    @EnumSource(names = {"LOG", "MEMORY"})
    void whatDoesNotFitIsRefused(QueueKind kind) {
        scene.own();
        var queue = scene.queue(kind, TWO_AT_MOST);

        assertThat(publish(queue, 4)).containsExactlyInAnyOrder(true, true, false, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOG", "MEMORY"})
    void whatIsConsumedMakesRoom(QueueKind kind) {
        scene.own();
        var queue = scene.queue(kind, TWO_AT_MOST);
        publish(queue, 3);

        scene.subscribe(queue);

        assertThat(scene.events.delivered).hasSize(2);
        assertThat(publish(queue, 2)).containsExactly(true, true);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOG", "MEMORY"})
    void whatWaitsForAnOwnerIsDecidedByIt(QueueKind kind) {
        var queue = scene.queue(kind, TWO_AT_MOST);
        var arrived = publish(queue, 4);
        assertThat(arrived).isEmpty();

        scene.own();

        assertThat(arrived).containsExactlyInAnyOrder(true, true, false, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOG", "MEMORY"})
    void whatIsPublishedToADeletedQueueHasArrived(QueueKind kind) {
        scene.own();
        var queue = scene.queue(kind, TWO_AT_MOST);
        scene.delete(queue);

        assertThat(publish(queue, 4)).containsOnly(true);
    }

    /** What the other pod hears: whether the message arrived, or that this pod is not the owner. */
    private List<String> publishFromAnotherPod(QueueHandle queue, long epoch) {
        var heard = new ArrayList<String>();
        var message = new Message("", "q", new byte[2], new byte[1], Message.NEVER, 0);
        queue.offers()
                .fromLink(epoch, message, arrived -> heard.add("arrived " + arrived), () -> heard.add("not the owner"));
        scene.run();
        return heard;
    }

    @Test
    void aPublishOfAnotherPodWaitsForTheClaimThatItSawEarlier() {
        var queue = scene.queue(QueueKind.LOG, TWO_AT_MOST);
        var heard = publishFromAnotherPod(queue, SlotScene.EPOCH);
        assertThat(heard).isEmpty();

        scene.own();

        assertThat(heard).containsExactly("arrived true");
    }

    @Test
    void aPublishOfAnotherPodIsNotTakenForAnEarlierClaim() {
        var queue = scene.queue(QueueKind.LOG, TWO_AT_MOST);
        var heard = publishFromAnotherPod(queue, 6);

        scene.runners().ownedBy(0, "pod-2", 7);
        scene.run();

        assertThat(heard).containsExactly("not the owner");
    }

    @Test
    void aPublishOfAnotherPodGoesOnWaitingForALaterClaim() {
        scene.own();
        var queue = scene.queue(QueueKind.LOG, TWO_AT_MOST);
        var heard = publishFromAnotherPod(queue, 9);

        scene.runners().ownedBy(0, "pod-2", 7);
        scene.run();
        assertThat(heard).isEmpty();

        scene.runners().ownedBy(0, "pod-2", 11);
        scene.run();
        assertThat(heard).containsExactly("not the owner");
    }

    @Test
    void aSlotIsHandedOverWhenWhatWasAdmittedIsInTheLog() {
        scene.own();
        var queue = scene.queue(QueueKind.LOG, TWO_AT_MOST);
        var onTheirWay = new ArrayList<Runnable>();
        scene.logs.heldAppends = onTheirWay;
        var arrived = publish(queue, 2);

        var handedOver = scene.handOver();
        assertThat(handedOver).isNotDone();
        onTheirWay.forEach(Runnable::run);
        scene.run();

        assertThat(handedOver).isCompleted();
        assertThat(arrived).containsExactly(true, true);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOG", "MEMORY"})
    void askingAfterPublishingWaitsForTheDecision(QueueKind kind) {
        scene.own();
        var queue = scene.queue(kind, TWO_AT_MOST);
        publish(queue, 4);
        var ready = new ArrayList<Long>();

        queue.count(count -> ready.add(count.ready()));
        scene.run();

        assertThat(ready).containsExactly(2L);
    }
}
