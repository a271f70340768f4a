package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static FieldTable limit(String name, long value) {
        return FieldTable.of(name, new FieldValue.Int64(value));
    }

    @Test
    void aNegativeLimitIsNone() {
        assertThat(Limits.ofUser(limit("max-channels", -1)).of(Limits.CHANNELS)).isEmpty();
        assertThat(Limits.ofUser(limit("max-channels", 0)).of(Limits.CHANNELS)).hasValue(0);
        assertThat(Limits.NONE.of(Limits.CHANNELS)).isEmpty();
    }

    @Test
    void usersAndVirtualHostsHaveLimitsOfTheirOwn() {
        assertThatThrownBy(() -> Limits.ofVirtualHost(limit("max-channels", 1)))
                .hasMessage("Validation failed\n\nUnrecognised terms [{<<\"max-channels\">>,1}] in limits\n");
        assertThatThrownBy(() -> Limits.ofUser(limit("max-queues", 1)))
                .hasMessage("Unrecognised terms [{<<\"max-queues\">>,1}] in user-limits");
    }

    @Test
    void aLimitIsAWholeNumber() {
        assertThatThrownBy(() -> Limits.ofUser(FieldTable.of("max-channels", LongString.of("7"))))
                .hasMessage("max-channels should be a number, actually was <<\"7\">>");
    }

    @Test
    void limitsArePutAndRemovedOneByOne() {
        var limits =
                Limits.ofVirtualHost(limit("max-queues", 1)).with(Limits.ofVirtualHost(limit("max-connections", 2)));

        assertThat(limits.values()).isEqualTo(Map.of("max-queues", 1L, "max-connections", 2L));
        assertThat(limits.without("max-queues").values()).isEqualTo(Map.of("max-connections", 2L));
    }

    @Test
    void aVirtualHostThatIsFullTakesNoNewQueue() {
        var scene = Scene.withAlice().queue("a");
        scene.accepted(new TopologyCommand.PutSetting(
                new VirtualHostLimits(Scene.VHOST, Limits.ofVirtualHost(limit("max-queues", 2)))));

        scene.queue("b", "a");

        assertThat(scene.refusal(Scene.declareQueue("c", FieldTable.EMPTY)))
                .isEqualTo("PRECONDITION_FAILED - cannot declare queue 'c': queue limit in vhost '/' (2) is reached");
    }
}
