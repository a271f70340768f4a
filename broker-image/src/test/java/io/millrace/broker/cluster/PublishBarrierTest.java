package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for publishes, and for which. */
class PublishBarrierTest {
    private final SlotScene scene = new SlotScene();
    private final QueueHandle queue = scene.queue(QueueKind.LOG, FieldTable.EMPTY);
    private final List<String> passed = new ArrayList<>();

    @AfterEach
    void end() {
        scene.close();
    }

    private void wait(String name) {
        queue.afterPublishes(() -> passed.add(name));
    }

    private void known(PublishBarrier.Phase publish) {
        queue.published(publish);
        scene.run();
    }

    @Test
    void whoComesWhenNothingIsUnderWayPasses() {
        known(queue.publishing());

        wait("one");
        scene.run();

        assertThat(passed).containsExactly("one");
    }

    @Test
    void whoWaitsPassesWhenAllThatLeftBeforeIsKnown() {
        var first = queue.publishing();
        var second = queue.publishing();
        wait("one");

        known(second);
        assertThat(passed).isEmpty();
        known(first);

        assertThat(passed).containsExactly("one");
    }

    /** Another lane may be faster. */
    @Test
    void whatLeftLaterAndIsKnownFirstLetsNobodyPass() {
        var before = queue.publishing();
        wait("one");
        var after = queue.publishing();

        known(after);
        assertThat(passed).isEmpty();
        known(before);

        assertThat(passed).containsExactly("one");
    }

    @Test
    void nobodyWaitsForWhatLeftLater() {
        var before = queue.publishing();
        wait("one");
        queue.publishing();

        known(before);

        assertThat(passed).containsExactly("one");
    }

    @Test
    void whoCameLaterWaitsForWhatWasBeforeTheFirstToo() {
        var before = queue.publishing();
        wait("one");
        var between = queue.publishing();
        wait("two");

        known(between);
        assertThat(passed).isEmpty();
        known(before);

        assertThat(passed).containsExactly("one", "two");
    }
}
