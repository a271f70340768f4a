package io.millrace.operator.intent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.operator.status.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueIntentTest {

    @Test
    void fieldsBecomeTheArgumentsRabbitMqKnows() {
        assertThat(arguments("""
                messageTtl: 30s
                expires: 1h
                deadLetter: {exchange: dead, routingKey: again, strategy: exactly-once}
                maxLength: 1000
                overflow: reject-publish
                deliveryLimit: 5
                singleActiveConsumer: true
                arguments: {x-quorum-initial-group-size: 3}
                """))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("x-queue-type", "quorum"),
                        Map.entry("x-message-ttl", 30_000L),
                        Map.entry("x-expires", 3_600_000L),
                        Map.entry("x-dead-letter-exchange", "dead"),
                        Map.entry("x-dead-letter-routing-key", "again"),
                        Map.entry("x-dead-letter-strategy", "exactly-once"),
                        Map.entry("x-max-length", 1_000L),
                        Map.entry("x-overflow", "reject-publish"),
                        Map.entry("x-delivery-limit", 5L),
                        Map.entry("x-single-active-consumer", true),
                        Map.entry("x-quorum-initial-group-size", 3L)));
    }

    @Test
    void fieldsOfWhatRabbitMqDoesNotHaveBecomeArgumentsToo() {
        assertThat(arguments("""
                type: classic
                maxLengthBytes: 1000000
                maxPriority: 5
                consumerTimeout: 10m
                deduplication: {window: 1m}
                replay: {retention: forever}
                """))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "x-queue-type", "classic",
                        "x-max-length-bytes", 1_000_000L,
                        "x-max-priority", 5L,
                        "x-consumer-timeout", 600_000L,
                        "x-deduplication-window", 60_000L,
                        "x-kafka-retention", -1L));
    }

    @Test
    void shardsBecomeAnArgument() {
        assertThat(arguments("type: quorum\nshards: 8")).isEqualTo(Map.of("x-queue-type", "quorum", "x-shards", 8L));
    }

    @Test
    void aStreamIsAQueueOfThatType() {
        assertThat(arguments("type: stream")).isEqualTo(Map.of("x-queue-type", "stream"));
    }

    @Test
    void whatIsNotSaidIsNoArgument() {
        assertThat(arguments("type: classic")).isEqualTo(Map.of("x-queue-type", "classic"));
    }

    @Test
    void aTimeBeyondAllNumbersIsInvalid() {
        assertThat(parse("messageTtl: 9999999999999999999d"))
                .isInstanceOfSatisfying(Parsed.Invalid.class, invalid -> assertThat(invalid.reason())
                        .isEqualTo(Reason.INVALID_SPEC));
    }

    private static Map<String, Object> arguments(String spec) {
        return ((Parsed.Valid<QueueIntent>) parse(spec)).intent().arguments();
    }

    private static Parsed<QueueIntent> parse(String spec) {
        return QueueIntent.parse(Serialization.unmarshal("""
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: {name: jobs}
                spec:
                  cluster: {name: orders}
                %s
                """.formatted(spec.indent(2)), Queue.class));
    }
}
