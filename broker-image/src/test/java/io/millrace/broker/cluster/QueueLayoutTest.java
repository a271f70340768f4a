package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.queue.Shards;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.QueueHistory;
import io.millrace.broker.topology.QueueHistory.FormerLog;
import io.millrace.broker.topology.QueueKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueLayoutTest {
    private static QueueDefinition queue(FieldTable arguments, QueueHistory history) {
        return new QueueDefinition(
                VirtualHostName.DEFAULT,
                new QueueName("q"),
                true,
                null,
                false,
                arguments,
                QueueKind.LOG,
                1,
                "q.now",
                0,
                1,
                null,
                history);
    }

    private static FieldTable upTo(int priority) {
        return FieldTable.of("x-max-priority", new FieldValue.Int32(priority));
    }

    private static List<Integer> levels(QueueLayout layout) {
        return layout.parts().stream().map(QueueLayout.Part::level).toList();
    }

    @Test
    void aQueueThatWasNeverChangedHasLevelsAsItsTopicHasPartitions() {
        var layout = QueueLayout.of(queue(upTo(2), QueueHistory.NONE));

        assertThat(layout.parts())
                .isEqualTo(IntStream.range(0, 3)
                        .mapToObj(level -> new QueueLayout.Part(level, new LogPart("q.now", level), false))
                        .toList());
    }

    @Test
    void aHigherPriorityComesFirstAndAmongEqualsTheOlderTopic() {
        var history = new QueueHistory(List.of(), List.of(new FormerLog("q.first", 0, upTo(1))), 1, true);

        var layout = QueueLayout.of(queue(upTo(2), history));

        assertThat(levels(layout)).containsExactly(64, 0, 65, 1, 66);
    }

    @Test
    void whatSomePodsMayNotKnowYetIsHeld() {
        var history = new QueueHistory(List.of(), List.of(new FormerLog("q.first", 0, FieldTable.EMPTY)), 1, false);

        var layout = QueueLayout.of(queue(upTo(1), history));

        assertThat(layout.parts().stream().filter(QueueLayout.Part::held).map(QueueLayout.Part::level))
                .containsExactly(64, 65);
    }

    @Test
    void aRecordOfAQueueWithGroupKeysCarriesItsKeyIntoTheShardOfTheKey() {
        var layout = QueueLayout.of(queue(FieldTable.of("x-shards", new FieldValue.Int32(8)), QueueHistory.NONE));

        var target = layout.target(new Message("", "customer 7", new byte[2], new byte[0], Message.NEVER, 0));

        assertThat(levels(layout)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(target.partition()).isEqualTo(new Shards(8).shardOf(LongString.of("customer 7")));
        assertThat(target.key()).asString(StandardCharsets.UTF_8).isEqualTo("customer 7");
    }
}
