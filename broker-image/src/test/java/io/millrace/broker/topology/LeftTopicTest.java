package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import org.junit.jupiter.api.Test;

/** Notes of topics that are to be deleted. */
final class LeftTopicTest {
    private static QueueDefinition queue(QueueKind kind, String topic) {
        return new QueueDefinition(
                VirtualHostName.DEFAULT,
                new QueueName("a/b"),
                true,
                null,
                false,
                FieldTable.EMPTY,
                kind,
                1,
                topic,
                0,
                3,
                null);
    }

    @Test
    void aNoteIsReadAsItWasWritten() {
        var note = LeftTopic.by(queue(QueueKind.LOG, "q._2f.a_2fb.g3"), "q._2f.a_2fb.g2");

        assertThat(LeftTopic.topicOf(note.key())).contains("q._2f.a_2fb.g2");
        assertThat(LeftTopic.of("q._2f.a_2fb.g2", note.value())).isEqualTo(note);
    }

    @Test
    void whatAnExchangeHeldIsNotedByTheNameOfTheExchange() {
        var note = LeftTopic.by(queue(QueueKind.DELAY, "t"), "t");

        assertThat(LeftTopic.of("t", note.value()).name())
                .isEqualTo(new TopologyKey.OfExchange(VirtualHostName.DEFAULT, new ExchangeName("a/b")));
    }

    /** A pod of an earlier release passes over what it does not know. */
    @Test
    void aNoteIsNoEntryOfTheTopology() {
        var note = LeftTopic.by(queue(QueueKind.LOG, "t"), "t");

        assertThat(TopologyJson.event(note.key(), note.value())).isEmpty();
        assertThat(LeftTopic.topicOf("queue/_2f/left")).isEmpty();
    }

    @Test
    void whatIsNoNoteIsRefused() {
        assertThatThrownBy(() -> LeftTopic.of("t", "{")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LeftTopic.of("t", "{\"v\":2}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LeftTopic.of("t", "{\"v\":1,\"name\":\"other/x\"}"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
