package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTermsTest {
    private static FieldTable terms(String key, FieldValue value) {
        return FieldTable.of("pattern", LongString.of("^a")).with("definition", FieldTable.of(key, value));
    }

    private static Policy read(Policy.Layer layer, FieldTable terms) {
        return PolicyTerms.policy(layer, Scene.VHOST, "p", terms);
    }

    private static void refused(Policy.Layer layer, FieldTable terms, String problems) {
        assertThatThrownBy(() -> read(layer, terms))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Validation failed\n\n" + problems + "\n");
    }

    @Test
    void priorityAndKindOfThingsMayBeLeftOut() {
        var policy = read(Policy.Layer.USER, terms("max-length", new FieldValue.Int64(1)));

        assertThat(policy.priority()).isZero();
        assertThat(policy.appliesTo()).isEqualTo(AppliesTo.ALL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-length                    | -1         | -1 is not a valid maximum length",
                "max-length                    | x          | <<\"x\">> is not a valid maximum length",
                "max-length                    | true       | true is not a valid maximum length",
                "expires                       | 0          | 0 is not a valid queue expiry",
                "overflow                      | 1          | 1 is not a valid overflow value",
                "queue-version                 | 3          | 3 is not a valid queue-version value",
                "dead-letter-exchange          | 1          | 1 is not a valid dead letter exchange name",
                "stream-filter-size-bytes      | 15         | 15 is not a valid filter size. Valid range is 16-255",
                "stream-max-segment-size-bytes | 3000000001 | 3000000001 is not a valid segment size",
                "max-age                       | 1w         | <<\"1w\">> is not a valid max age",
                "unknown                       | 1          | [{<<\"unknown\">>,1}] are not recognised policy settings",
            })
    void aWrongValueIsRefusedAsInRabbitMq(String key, String value, String problem) {
        refused(Policy.Layer.USER, terms(key, QueueArgumentsTest.parse(value)), problem);
    }

    @ParameterizedTest
    @CsvSource({"dead-letter-exchange", "dead-letter-routing-key", "alternate-exchange", "queue-mode"})
    void operatorsSetLimitsOnly(String key) {
        refused(
                Policy.Layer.OPERATOR,
                terms(key, LongString.of("lazy")),
                "[{<<\"" + key + "\">>,<<\"lazy\">>}] are not recognised policy settings");
    }

    @Test
    void everythingWrongIsToldTogether() {
        var terms = FieldTable.of("definition", FieldTable.EMPTY)
                .with("apply-to", LongString.of("x"))
                .with("priority", new FieldValue.Array(List.of(new FieldValue.Int64(1), new FieldValue.NoValue())));

        refused(
                Policy.Layer.USER,
                terms,
                "no policy provided\napply-to 'x' unrecognised; should be one of: 'queues', 'classic_queues', "
                        + " 'quorum_queues', 'streams', 'exchanges', or 'all'\n"
                        + "pattern should be a binary but was null\n"
                        + "priority should be a number, actually was [1,null]");
    }

    @Test
    void aNameIsNoLongerThanExchangesMayBeCalled() {
        var name = LongString.of("x".repeat(256));

        refused(
                Policy.Layer.USER,
                terms("alternate-exchange", name),
                "<<\"" + name + "\">> is not a valid alternate exchange name");
    }
}
