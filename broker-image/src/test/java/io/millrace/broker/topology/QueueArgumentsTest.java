package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueArgumentsTest {
    private final Scene scene = Scene.withAlice();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-message-ttl             | -1            | {value_negative,-1}",
                "x-message-ttl             | text          | \"expected integer, got longstr\"",
                "x-message-ttl             | 315360000001  | {value_too_large,315360000001}",
                "x-expires                 | 0             | {value_zero,0}",
                "x-expires                 | -5            | {value_negative,-5}",
                "x-max-length              | -1            | {value_negative,-1}",
                "x-max-length              | true          | \"expected integer, got bool\"",
                "x-max-length-bytes        | -2            | {value_negative,-2}",
                "x-max-priority            | 256           | {max_value_exceeded,256}",
                "x-overflow                | drop-tail     | invalid_overflow",
                "x-overflow                | 1             | {unacceptable_type,long}",
                "x-single-active-consumer  | 1             | {unacceptable_type,long}",
                "x-dead-letter-routing-key | key           | routing_key_but_no_dlx_defined",
                "x-queue-type              | pile          | \"unsupported queue type 'pile'\"",
                "x-queue-type              | 1             | {unacceptable_type,long}",
                "x-queue-version           | 3             | \"unsupported queue version '3'\"",
                "x-shards                  | 0             | \"expected 1 to 64, got 0\"",
                "x-shards                  | 65            | \"expected 1 to 64, got 65\"",
                "x-shards                  | many          | \"expected integer, got longstr\"",
                "x-queue-leader-locator    | here          | invalid_queue_locator_arg",
            })
    void aWrongValueIsRefusedAsInRabbitMq(String key, String value, String problem) {
        assertThat(scene.refusal(Scene.declareQueue("q", FieldTable.of(key, parse(value)))))
                .isEqualTo("PRECONDITION_FAILED - invalid arg '" + key + "' for queue 'q' in vhost '/': " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "classic, x-delivery-limit",
        "classic, x-quorum-initial-group-size",
        "classic, x-dead-letter-strategy",
        "classic, x-max-age",
        "quorum, x-max-priority",
        "quorum, x-queue-mode",
        "quorum, x-max-age",
        "stream, x-max-length",
        "stream, x-shards",
        "stream, x-expires",
        "stream, x-delivery-limit",
    })
    void anArgumentOfAnotherTypeIsRefused(String type, String key) {
        var arguments = Scene.argument("x-queue-type", type).with(key, new FieldValue.Int32(1));

        assertThat(scene.refusal(Scene.declareQueue("q", arguments)))
                .isEqualTo("PRECONDITION_FAILED - invalid arg '" + key
                        + "' for queue 'q' in vhost '/' of queue type rabbit_" + type + "_queue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "quorum", "stream"})
    void everyTypeHasAConsumerTimeout(String type) {
        var arguments = Scene.argument("x-queue-type", type).with("x-consumer-timeout", new FieldValue.Int32(1));

        scene.accepted(Scene.declareQueue("q", arguments));

        assertThat(scene.hasQueue("q")).isTrue();
    }

    @Test
    void theTypeOfADeadLetterExchangeHasATextOfItsOwn() {
        assertThat(scene.refusal(Scene.declareQueue("q", Scene.argument("x-dead-letter-exchange", 1))))
                .isEqualTo("PRECONDITION_FAILED - invalid type 'signedint' for arg 'x-dead-letter-exchange'"
                        + " in queue 'q' in vhost '/'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-message-ttl", "x-max-length", "x-max-length-bytes", "x-max-priority"})
    void zeroIsAllowedWhereItMeansSomething(String key) {
        scene.accepted(Scene.declareQueue("q", Scene.argument(key, 0)));

        assertThat(scene.hasQueue("q")).isTrue();
    }

    @Test
    void shardsAndPrioritiesExcludeEachOther() {
        var both = Scene.argument("x-shards", 8).with("x-max-priority", new FieldValue.Int32(5));

        assertThat(scene.refusal(Scene.declareQueue("q", both)))
                .isEqualTo("PRECONDITION_FAILED - invalid arg 'x-shards' for queue 'q' in vhost '/':"
                        + " \"cannot be combined with x-max-priority\"");
    }

    @Test
    void anUnknownArgumentIsKept() {
        scene.accepted(Scene.declareQueue("q", Scene.argument("x-own", "value")));

        assertThat(scene.queueNamed("q").arguments().get("x-own")).contains(LongString.of("value"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-max-age                       | 0s         | invalid arg 'x-max-age' for queue 'q' in vhost '/': invalid_max_age",
                "x-max-age                       | 1w         | invalid arg 'x-max-age' for queue 'q' in vhost '/': invalid_max_age",
                "x-max-age                       | 5          | invalid arg 'x-max-age' for queue 'q' in vhost '/': {unacceptable_type,long}",
                "x-stream-max-segment-size-bytes | 3000000001 | Exceeded max value for x-stream-max-segment-size-bytes",
                "x-stream-filter-size-bytes      | 15         | Invalid value for  x-stream-filter-size-bytes",
                "x-stream-filter-size-bytes      | 256        | Invalid value for  x-stream-filter-size-bytes",
                "x-stream-filter-size-bytes      | text       | Invalid value for  x-stream-filter-size-bytes",
                "x-initial-cluster-size          | 0          | invalid arg 'x-initial-cluster-size' for queue 'q' in vhost '/': {value_zero,0}",
            })
    void aWrongValueOfAStreamIsRefusedAsInRabbitMq(String key, String value, String explanation) {
        var arguments = Scene.argument("x-queue-type", "stream").with(key, parse(value));

        assertThat(scene.refusal(Scene.declareQueue("q", arguments))).isEqualTo("PRECONDITION_FAILED - " + explanation);
    }

    @Test
    void aStreamLiesInATopicOfItsOwnKind() {
        scene.accepted(Scene.declareQueue(
                "a b", Scene.argument("x-queue-type", "stream").with("x-max-age", LongString.of("7D"))));

        var stream = scene.queueNamed("a b");
        assertThat(stream.kind()).isEqualTo(QueueKind.STREAM);
        assertThat(stream.topic()).isEqualTo("s._2f.a_20b");
        assertThat(stream.homePod()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "true,  true,  false, auto-delete",
        "true,  false, true,  exclusive-owner",
        "false, false, false, non-durable",
    })
    void aQuorumQueueIsDurableAndShared(boolean durable, boolean autoDelete, boolean exclusive, String property) {
        var command = new TopologyCommand.DeclareQueue(
                Scene.ALICE,
                Scene.VHOST,
                "q",
                false,
                durable,
                exclusive,
                autoDelete,
                Scene.argument("x-queue-type", "quorum"));

        assertThat(scene.refusal(command))
                .isEqualTo("PRECONDITION_FAILED - invalid property '" + property + "' for queue 'q' in vhost '/'");
    }

    static FieldValue parse(String value) {
        if (value.equals("true")) {
            return new FieldValue.Bool(true);
        }
        return value.matches("-?\\d+") ? new FieldValue.Int64(Long.parseLong(value)) : LongString.of(value);
    }
}
