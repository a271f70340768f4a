package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to commands while nobody owns a queue. */
class QueueHandleTest {
    private static final int MANY = 25_000;

    private static final SessionId FAR = new SessionId("pod-1", 1);

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

    private long ready(QueueHandle queue) {
        var counts = new ArrayList<Long>();
        queue.count(count -> counts.add(count.ready()));
        scene.run();
        return counts.getFirst();
    }

    @Test
    void everyQuestionIsAnsweredWhenTheQueueHasAnOwner() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        for (int i = 0; i < MANY; i++) {
            queue.send(new QueueCommand.Get(SlotScene.ALICE, i, true), SlotScene.ALICE, scene.events);
        }
        scene.run();
        assertThat(scene.events.heard).isEmpty();

        scene.own();

        assertThat(scene.events.heard).hasSize(MANY).containsOnly("got -1");
    }

    @Test
    void messagesForAQueueInMemoryAreRefusedWhenTooManyWait() {
        var queue = scene.queue(QueueKind.MEMORY, FieldTable.EMPTY);

        var arrived = publish(queue, MANY);

        assertThat(arrived).hasSize(MANY);
        assertThat(arrived.subList(0, 10_000)).containsOnly(true);
        assertThat(arrived.subList(10_000, MANY)).containsOnly(false);
        scene.own();
        assertThat(ready(queue)).isEqualTo(10_000);
        assertThat(publish(queue, 1)).containsExactly(true);
    }

    @Test
    void questionsAreNotRefusedBecauseMessagesAre() {
        var queue = scene.queue(QueueKind.MEMORY, FieldTable.EMPTY);
        publish(queue, MANY);
        queue.send(new QueueCommand.Get(SlotScene.ALICE, 1, true), SlotScene.ALICE, scene.events);

        scene.own();

        assertThat(scene.events.heard).containsExactly("got 0");
    }

    @Test
    void theEndsOfALogThatAreToldMeanwhileAreOne() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        for (long end = 1; end <= MANY; end++) {
            queue.send(new QueueCommand.LogEnd(end));
        }

        scene.own();

        assertThat(ready(queue)).isEqualTo(MANY);
    }

    private void subscribeFromAnotherPod(QueueHandle queue, long epoch) {
        var consumer = new Consumer(new ConsumerId(FAR, "far"), 0, false, 0);
        queue.sendFromLink(epoch, new QueueCommand.Subscribe(consumer, false), FAR, scene.events);
        scene.run();
    }

    private int consumers(QueueHandle queue) {
        var counts = new ArrayList<Integer>();
        queue.count(count -> counts.add(count.consumers()));
        scene.run();
        return counts.getFirst();
    }

    @Test
    void aConsumerOfAnotherPodWaitsForTheClaimThatItsPodHasSeen() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        subscribeFromAnotherPod(queue, SlotScene.EPOCH);
        assertThat(scene.events.heard).isEmpty();

        scene.own();

        assertThat(scene.events.heard).containsExactly("subscribed far true");
    }

    @Test
    void aConsumerThatMeantAnEarlierOwnerIsNoGhostLater() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.runners().ownedBy(0, "pod-2", 4);
        scene.run();
        subscribeFromAnotherPod(queue, 3);

        scene.own();

        assertThat(consumers(queue)).isZero();
    }

    @Test
    void aSessionWhoseLinkBreaksBeforeTheClaimIsSeenLeavesNoConsumer() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        subscribeFromAnotherPod(queue, SlotScene.EPOCH);
        queue.sendFromLink(SlotScene.EPOCH, new QueueCommand.SessionClosed(FAR), FAR, scene.events);

        scene.own();

        assertThat(consumers(queue)).isZero();
    }

    @Test
    void anOwnerThatWasReplacedIsNotHeard() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.runners().ownedBy(0, "pod-2", 7);
        scene.run();
        scene.subscribe(queue);
        scene.runners().ownedBy(0, "pod-3", 9);
        scene.run();
        scene.subscribe(queue);

        queue.fromOwner("pod-2", SlotScene.ALICE, (of, events) -> events.purged(of, 0, 2));
        queue.fromOwner("pod-3", SlotScene.ALICE, (of, events) -> events.purged(of, 0, 3));
        scene.run();

        assertThat(scene.events.heard).contains("purged 3").doesNotContain("purged 2");
    }

    @Test
    void aCommandFindsTheSettingsThatWereChangedBeforeItThoughTheNewsComesLater() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.own();
        scene.arrive(queue, 1, 0, 1, 2);

        queue.change(QueueSettings.of(queue.definition(), FieldTable.of("x-max-length", new FieldValue.Int64(1))));
        var owned = Objects.requireNonNull(queue.owned());
        owned.accept(new QueueCommand.Declared(), null, null);

        assertThat(owned.machine().ready()).isEqualTo(1);
    }

    @Test
    void aQueueThatNobodyUsesTakesItsNewSettingsToo() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.own();
        scene.arrive(queue, 1, 0, 1, 2);

        queue.change(QueueSettings.of(queue.definition(), FieldTable.of("x-max-length", new FieldValue.Int64(1))));
        scene.run();

        assertThat(ready(queue)).isEqualTo(1);
    }

    @Test
    void publishersDoNotWaitForConsumersThatAreBehindAtAnEarlierOwner() {
        scene.own();
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        var consumer = new Consumer(new ConsumerId(SlotScene.ALICE, "slow"), 1, false, 0);
        queue.send(new QueueCommand.Subscribe(consumer, false), SlotScene.ALICE, scene.events);
        scene.arrive(queue, 1, SlotScene.offsets(0, 1_000));
        assertThat(queue.isCrowded()).isTrue();

        scene.handOver();
        scene.runners().ownedBy(0, "pod-2", 7);
        scene.run();

        assertThat(queue.isCrowded()).isFalse();
    }

    /** What links bring for a queue that is gone is refused; for one that is to come it waits, and everything behind it. */
    @Test
    void aQueueThatIsGoneIsToldFromOneThatIsToCome() {
        var queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        long id = queue.definition().qid();
        assertThat(scene.table().isGone(id)).isFalse();

        scene.delete(queue);

        assertThat(scene.table().isGone(id)).isTrue();
        assertThat(scene.table().isGone(id + 1)).isFalse();
    }
}
