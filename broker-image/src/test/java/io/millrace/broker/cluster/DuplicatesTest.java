package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queues that take each message-id once in a while. */
class DuplicatesTest {
    private static final FieldTable WINDOW = FieldTable.of("x-deduplication-window", new FieldValue.Int32(300_000));

    private final SlotScene scene = new SlotScene();

    @AfterEach
    void end() {
        scene.close();
    }

    private static Message message(@Nullable String id, FieldTable headers) {
        var properties = new BasicProperties(
                null, null, headers, null, null, null, null, null, id, null, null, null, null, null);
        return new Message("", "q", properties.encode(), new byte[1], Message.NEVER, 0);
    }

    private List<Boolean> publish(QueueHandle queue, FieldTable headers, @Nullable String... ids) {
        var arrived = new ArrayList<Boolean>();
        var publisher = new Publisher(scene.logs);
        for (var id : ids) {
            publisher.publish(message(id, headers), new Publisher.Route(List.of(queue), List.of()), 0, arrived::add);
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

    @ParameterizedTest
    @EnumSource(names = {"LOG", "MEMORY"})
    void aSecondMessageOfAnIdIsConfirmedAndNotTaken(QueueKind kind) {
        scene.own();
        var queue = scene.queue(kind, WINDOW);

        assertThat(publish(queue, FieldTable.EMPTY, "a", "b", "a")).containsExactly(true, true, true);

        assertThat(ready(queue)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOG", "MEMORY"})
    void messagesWithoutAnIdAndDeadLettersPass(QueueKind kind) {
        scene.own();
        var queue = scene.queue(kind, WINDOW);

        publish(queue, FieldTable.EMPTY, null, null, "a");
        publish(queue, FieldTable.of("x-death", new FieldValue.Array(List.of())), "a");

        assertThat(ready(queue)).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(names = "LOG")
    void aSecondOneHearsWhatBecomesOfTheFirst(QueueKind kind) {
        scene.own();
        var queue = scene.queue(kind, WINDOW);
        var onTheirWay = new ArrayList<Runnable>();
        scene.logs.heldAppends = onTheirWay;

        var arrived = publish(queue, FieldTable.EMPTY, "a", "a");
        assertThat(arrived).isEmpty();
        assertThat(onTheirWay).hasSize(1);

        onTheirWay.forEach(Runnable::run);
        scene.run();
        assertThat(arrived).containsExactly(true, true);
    }
}
