package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.LagLog.Outcome;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.topology.QueueKind;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far queues are settled, as Kafka's tools are shown it. */
class LagViewTest {
    private final SlotScene scene = new SlotScene();
    private QueueHandle queue;
    private LagView view;

    @BeforeEach
    void ownAQueueWithAConsumer() {
        scene.own();
        queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
        scene.subscribe(queue);
        scene.arrive(queue, 1, SlotScene.offsets(0, 4));
        view = new LagView(scene.loop, scene.logs, () -> List.of(queue), Clock.systemUTC());
    }

    @AfterEach
    void end() {
        scene.close();
    }

    private void show() {
        view.show();
        scene.run();
    }

    @Test
    void whatChangedIsShownOnce() {
        show();
        show();
        assertThat(scene.logs.shownLag).singleElement().asString().contains(queue.topic(), "floor=0");

        scene.ack(queue, 0, 1);
        show();

        assertThat(scene.logs.shownLag).hasSize(2).last().asString().contains("floor=2");
    }

    @Test
    void whatFailedIsShownAgain() {
        scene.logs.lagOutcome = Outcome.FAILED;
        show();
        show();

        assertThat(scene.logs.shownLag).hasSize(2);
    }

    @Test
    void whereSomebodyConsumesUnderTheQueuesNameNothingIsShown() {
        scene.logs.lagOutcome = Outcome.TAKEN;
        show();
        scene.ack(queue, 0);
        show();

        assertThat(scene.logs.shownLag).hasSize(1);
    }
}
