package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLetteringTest {
    private static final FieldValue.Array COPIES = new FieldValue.Array(List.of(LongString.of("copy")));

    @Test
    void copyKeysOfTheMessageAreAmongThoseItDiedWithAndStay() {
        var headers = headersOf(letter(null));

        assertThat(headers.get("CC")).contains(COPIES);
        assertThat(routingKeys(headers)).isEqualTo(List.of(LongString.of("own"), LongString.of("copy")));
    }

    @Test
    void theRoutingKeyForDeadLettersReplacesAllKeys() {
        var letter = letter("failed");

        assertThat(letter.routingKey()).isEqualTo("failed");
        assertThat(headersOf(letter).get("CC")).isEmpty();
        assertThat(routingKeys(headersOf(letter))).isEqualTo(List.of(LongString.of("own"), LongString.of("copy")));
    }

    private static Message letter(@Nullable String routingKey) {
        var properties = BasicProperties.decode(new byte[2])
                .withHeaders(FieldTable.of(Map.of("CC", COPIES)))
                .encode();
        var message = new Message("source", "own", properties, new byte[0], Message.NEVER, 0);
        return DeadLettering.letter(message, "jobs", DeathReason.REJECTED, "dead", routingKey, 1_000);
    }

    private static FieldTable headersOf(Message letter) {
        var headers = BasicProperties.decode(letter.properties()).headers();
        assertThat(headers).isNotNull();
        return headers == null ? FieldTable.EMPTY : headers;
    }

    private static Object routingKeys(FieldTable headers) {
        var deaths = (FieldValue.Array) headers.get("x-death").orElseThrow();
        return ((FieldValue.Array) ((FieldTable) deaths.values().getFirst())
                        .get("routing-keys")
                        .orElseThrow())
                .values();
    }
}
