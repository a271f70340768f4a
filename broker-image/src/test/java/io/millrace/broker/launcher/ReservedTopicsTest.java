package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy.RequestMetadata;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservedTopicsTest {
    private final ReservedTopics policy = new ReservedTopics();

    @ParameterizedTest
    @ValueSource(strings = {"q._2f.orders", "s._2f.river", "amqp.slots"})
    void aTopicOfTheQueueLayerIsMadeByNobodyElse(String topic) {
        assertThatExceptionOfType(PolicyViolationException.class)
                .isThrownBy(() -> policy.validate(request(topic, Map.of())))
                .withMessageContaining(topic)
                .withMessageContaining("declare the queue or stream");
        assertThatExceptionOfType(PolicyViolationException.class)
                .isThrownBy(() -> policy.validate(request(topic, Map.of("retention.ms", "1000"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"q._2f.orders", "s._2f.river", "amqp.slots"})
    void theQueueLayerMakesIt(String topic) {
        assertThatCode(() -> policy.validate(request(topic, Map.of("unclean.leader.election.enable", "false"))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "quotes", "sales", "q", "amqp", "__consumer_offsets"})
    void anyOtherTopicIsMadeByAnybody(String topic) {
        assertThatCode(() -> policy.validate(request(topic, Map.of()))).doesNotThrowAnyException();
    }

    private static RequestMetadata request(String topic, Map<String, String> configs) {
        return new RequestMetadata(topic, 1, (short) 1, null, configs);
    }
}
