package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.topology.QueueKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a command that fails does to those beside it. */
final class OwnedQueueTest {
    private static final String BROKEN = "this session is broken";

    private final SlotScene scene = new SlotScene();
    private final QueueHandle queue = scene.queue(QueueKind.MEMORY, FieldTable.EMPTY);

    @BeforeEach
    void own() {
        scene.own();
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private void subscribe(String tag) {
        var consumer = new Consumer(new ConsumerId(SlotScene.ALICE, tag), 0, false, 0);
        queue.send(new QueueCommand.Subscribe(consumer, false), SlotScene.ALICE, scene.events);
    }

    private void enqueue() {
        queue.send(new QueueCommand.Enqueued(new Message("", "q", new byte[2], new byte[1], Message.NEVER, 0)));
    }

    private static void fail() {
        throw new IllegalStateException(BROKEN);
    }

    @Test
    void whatWaitedBehindACommandThatFailsComesBeforeWhatComesLater() {
        subscribe("first");
        scene.events.atDelivery = offset -> {
            subscribe("second");
            subscribe("third");
            fail();
        };

        assertThatThrownBy(this::enqueue).hasMessage(BROKEN);
        subscribe("fourth");

        assertThat(scene.events.heard)
                .containsExactly(
                        "subscribed first true",
                        "subscribed second true",
                        "subscribed third true",
                        "subscribed fourth true");
    }

    @Test
    void whatWaitedBehindOneThatWaitedAndFailsIsDoneAllTheSame() {
        subscribe("first");
        scene.events.atDelivery = offset -> {
            if (offset == 0) {
                enqueue();
                subscribe("second");
            } else {
                fail();
            }
        };

        enqueue();

        assertThat(scene.events.heard).containsExactly("subscribed first true", "subscribed second true");
        assertThat(scene.events.delivered).containsExactly(0L);
    }

    @Test
    void anEffectThatFailsTakesNothingFromTheOthersOfItsCommand() {
        enqueue();
        enqueue();
        scene.events.atDelivery = offset -> {
            if (offset == 0) {
                fail();
            }
        };

        assertThatThrownBy(() -> subscribe("first")).hasMessage(BROKEN);

        assertThat(scene.events.delivered).containsExactly(1L);
    }
}
