package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.DelayHeader;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelaysTest {
    private static final long NOW = 1_000_000;

    static Message delayed(long delayMs, long nowMs) {
        var headers = FieldTable.of("x-delay", new FieldValue.Int64(delayMs));
        var properties = BasicProperties.EMPTY.withHeaders(headers).encode();
        return new Message("x", "k", properties, new byte[1], Message.NEVER, nowMs);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0",
        "999, 0",
        "1000, 1",
        "3999, 1",
        "4000, 2",
        "15999, 2",
        "16000, 3",
        "86400000, 9",
        "1048575999, 10",
        "1048576000, 11",
        "4294967295, 11"
    })
    void aMessageLiesInTheLevelOfItsDelay(long delayMs, int level) {
        assertThat(Delays.BY_REST.levelOf(Delays.held(delayed(delayMs, NOW)))).isEqualTo(level);
    }

    @Test
    void aMessageIsDueWhenItsDelayIsOverWhereverItLies() {
        var held = Delays.held(delayed(60_000, NOW));
        var deferred = Delays.deferred(held, NOW + 59_500);

        assertThat(Delays.dueMs(held)).isEqualTo(NOW + 60_000);
        assertThat(Delays.dueMs(deferred)).isEqualTo(NOW + 60_000);
        assertThat(Delays.BY_REST.levelOf(deferred)).isZero();
    }

    @Test
    void whatAStrangerWroteIsDueAtOnce() {
        var foreign = new Message("", "", new byte[2], new byte[1], Message.NEVER, NOW);

        assertThat(Delays.dueMs(foreign)).isEqualTo(NOW);
        assertThat(Delays.released(foreign, NOW).routingKey()).isEmpty();
    }

    @Test
    void afterItsDelayAMessageIsNotHeldAgainAndItsExpirationBegins() {
        var headers = FieldTable.of("x-delay", new FieldValue.Int32(5_000));
        var properties = BasicProperties.EMPTY.withHeaders(headers).withExpiration("200");
        var held = Delays.held(new Message("x", "k", properties.encode(), new byte[1], NOW + 200, NOW));

        var released = Delays.released(held, NOW + 5_001);

        var seen = BasicProperties.decode(released.properties());
        assertThat(DelayHeader.delayMs(seen)).isZero();
        assertThat(seen.expiration()).isEqualTo("200");
        assertThat(released.expiresAtMs()).isEqualTo(NOW + 5_201);
        assertThat(released.timestampMs()).isEqualTo(NOW + 5_001);
        assertThat(released.exchange()).isEqualTo("x");
        assertThat(released.routingKey()).isEqualTo("k");
    }

    @Test
    void withoutAnExpirationItNeverExpires() {
        assertThat(Delays.released(Delays.held(delayed(1, NOW)), NOW + 1).expiresAtMs())
                .isEqualTo(Message.NEVER);
    }
}
