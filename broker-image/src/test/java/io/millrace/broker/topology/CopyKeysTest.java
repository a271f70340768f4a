package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyKeysTest {
    private static final FieldTable BOTH =
            FieldTable.of("CC", keys("one", "two")).with("BCC", keys("three")).with("other", LongString.of("kept"));

    private static FieldValue keys(String... keys) {
        return new FieldValue.Array(List.of(keys).stream()
                .map(key -> (FieldValue) LongString.of(key))
                .toList());
    }

    @Test
    void messageIsRoutedByItsOwnKeyAndThoseInBothHeaders() {
        assertThat(CopyKeys.of("own", BOTH)).containsExactly("own", "one", "two", "three");
        assertThat(CopyKeys.of("own", FieldTable.EMPTY)).containsExactly("own");
    }

    @Test
    void consumersSeeCcButNotBcc() {
        var seen =
                CopyKeys.withoutBlind(BasicProperties.EMPTY.withHeaders(BOTH)).headers();

        assertThat(seen).isEqualTo(BOTH.without("BCC"));
        assertThat(CopyKeys.withoutBlind(BasicProperties.EMPTY)).isEqualTo(BasicProperties.EMPTY);
    }

    @Test
    void headerThatIsNoArrayIsRefusedInRabbitMqsWords() {
        var headers = FieldTable.of("CC", LongString.of("one"));

        assertThatThrownBy(() -> CopyKeys.of("own", headers))
                .isInstanceOf(ChannelError.class)
                .hasMessage("PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"CC\",longstr}");
    }
}
