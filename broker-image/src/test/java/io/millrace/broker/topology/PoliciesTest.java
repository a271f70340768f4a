package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.VirtualHostName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which policies are in force for what, and what they come to. */
class PoliciesTest {
    private final Scene scene = Scene.withAlice();

    private void put(Policy.Layer layer, String name, String pattern, AppliesTo to, long priority, FieldTable rules) {
        scene.accepted(new TopologyCommand.PutSetting(
                new Policy(layer, Scene.VHOST, name, ResourcePattern.anywhere(pattern), to, priority, rules)));
    }

    private void put(String name, String pattern, long priority, FieldTable definition) {
        put(Policy.Layer.USER, name, pattern, AppliesTo.ALL, priority, definition);
    }

    private EffectivePolicy of(String queue) {
        return scene.vhost().policyOf(scene.queueNamed(queue));
    }

    private static FieldTable number(String key, long value) {
        return FieldTable.of(key, new FieldValue.Int64(value));
    }

    private long effective(String queue, String argument) {
        var value = scene.topology
                .effectiveArguments(scene.queueNamed(queue))
                .get(argument)
                .orElseThrow();
        return ((FieldValue.Whole) value).asLong();
    }

    @Test
    void theHighestPriorityThatMatchesIsInForce() {
        scene.queue("orders.new");
        put("low", "ord", 1, number("max-length", 1));
        put("high", "new$", 2, number("max-length", 2));
        put("other", "^new", 3, number("max-length", 3));

        assertThat(of("orders.new").name()).contains("high");
    }

    @Test
    void ofEqualsTheFirstByNameIsInForceWhateverCameFirst() {
        scene.queue("q");
        put("b", "q", 1, number("max-length", 1));
        put("a", "", 1, number("max-length", 2));

        assertThat(of("q").name()).contains("a");
    }

    @Test
    void aPolicyWithAKeyOfAnotherTypeIsPassedOver() {
        scene.queue("q");
        put("quorum", "q", 2, number("max-length", 1).with("delivery-limit", new FieldValue.Int64(1)));
        put("any", "q", 1, number("max-length", 2));

        assertThat(of("q").name()).contains("any");
    }

    @Test
    void policyAndOperatorPolicyAreChosenApartAndTheSmallerLimitCounts() {
        scene.queue("q");
        put("p", "q", 1, number("max-length", 5).with("overflow", LongString.of("drop-head")));
        put(
                Policy.Layer.OPERATOR,
                "o",
                "q",
                AppliesTo.QUEUES,
                1,
                number("max-length", 3)
                        .with("expires", new FieldValue.Int64(9))
                        .with("overflow", LongString.of("reject-publish")));

        var effective = of("q");

        assertThat(effective.name()).contains("p");
        assertThat(effective.operatorName()).contains("o");
        assertThat(effective.definition())
                .isEqualTo(number("max-length", 3)
                        .with("expires", new FieldValue.Int64(9))
                        .with("overflow", LongString.of("reject-publish")));
    }

    @ParameterizedTest
    @CsvSource({"3, 5, 3", "5, 3, 3", "-1, 3, 3", "3, -1, 3", "-1, -2, -1"})
    void aDeliveryLimitIsTheSmallerAndANegativeOneIsNone(long declared, long byPolicy, long effective) {
        scene.accepted(Scene.declareQueue(
                "q",
                Scene.argument("x-queue-type", "quorum").with("x-delivery-limit", new FieldValue.Int64(declared))));
        put("p", "q", 1, number("delivery-limit", byPolicy));

        assertThat(effective("q", "x-delivery-limit")).isEqualTo(effective);
    }

    @ParameterizedTest
    @CsvSource({"fsync, replicated, fsync", "replicated, fsync, fsync", "replicated, replicated, replicated"})
    void ofTwoDurabilitiesTheStricterCounts(String declared, String byPolicy, String effective) {
        scene.accepted(Scene.declareQueue("q", Scene.argument("x-durability", declared)));
        put("p", "q", 1, FieldTable.EMPTY.with("durability", LongString.of(byPolicy)));

        assertThat(scene.topology.effectiveArguments(scene.queueNamed("q")).get("x-durability"))
                .contains(LongString.of(effective));
    }

    @ParameterizedTest
    @CsvSource({"classic, drop-head", "quorum, reject-publish"})
    void anArgumentWinsButForOverflowOfAQuorumQueue(String type, String overflow) {
        scene.accepted(Scene.declareQueue(
                "q",
                Scene.argument("x-queue-type", type)
                        .with("x-overflow", LongString.of("drop-head"))
                        .with("x-dead-letter-exchange", LongString.of("mine"))));
        put(
                "p",
                "q",
                1,
                Scene.argument("overflow", "reject-publish").with("dead-letter-exchange", LongString.of("other")));

        var arguments = scene.topology.effectiveArguments(scene.queueNamed("q"));

        assertThat(arguments.get("x-overflow")).contains(LongString.of(overflow));
        assertThat(arguments.get("x-dead-letter-exchange")).contains(LongString.of("mine"));
    }

    @Test
    void anAlternateExchangeByPolicyIsWhereUnroutableMessagesGo() {
        scene.exchange("x", "direct").exchange("spare", "fanout").queue("q").bindQueue("spare", "q", "");
        put("p", "^x$", 1, Scene.argument("alternate-exchange", "spare"));

        var routes =
                Router.route(scene.vhost(), scene.exchange("x"), "nowhere", () -> BasicProperties.EMPTY, bound -> 0);

        assertThat(routes.queues()).containsExactly(scene.queueNamed("q"));
        assertThat(scene.vhost().alternateOf(scene.exchange("spare"))).isEmpty();
    }

    @Test
    void theDefaultExchangeHasNoAlternate() {
        put("p", "", 1, Scene.argument("alternate-exchange", "spare"));

        assertThat(scene.vhost().alternateOf(scene.exchange(""))).isEmpty();
        assertThat(scene.vhost().alternateOf(scene.exchange("amq.topic"))).contains(new ExchangeName("spare"));
    }

    @Test
    void anEventReachesTheQueuesThatItsPolicyMatchesOrMatched() {
        scene.queue("a", "b", "c");
        put("p", "^a$", 1, number("max-length", 1));
        var before = scene.topology;

        put("p", "^b$", 1, number("max-length", 1));

        assertThat(PolicyReach.of(scene.events.getLast(), before, scene.topology))
                .extracting(queue -> queue.name().value())
                .containsExactlyInAnyOrder("a", "b");
        var put = new TopologyEvent.Put(scene.queueNamed("c"));
        assertThat(PolicyReach.of(put, before, scene.topology)).containsExactly(scene.queueNamed("c"));
    }

    @Test
    void aPolicyGoesWithItsVirtualHostAndNeedsOne() {
        put("p", "q", 1, number("max-length", 1));
        var other = new VirtualHostName("other");
        var misplaced = new Policy(
                Policy.Layer.USER, other, "p", ResourcePattern.anywhere(""), AppliesTo.ALL, 0, FieldTable.EMPTY);

        scene.accepted(new TopologyCommand.DeleteVirtualHost(Scene.VHOST));

        assertThat(scene.topology.entries().keySet()).hasOnlyElementsOfType(TopologyKey.OfUser.class);
        assertThat(scene.refusal(new TopologyCommand.PutSetting(misplaced))).isEqualTo("NOT_FOUND - no vhost 'other'");
    }

    @Test
    void aPolicyThatIsRemovedOrPutAgainMakesNoFurtherEvent() {
        put("p", "q", 1, number("max-length", 1));
        var key = new TopologyKey.OfPolicy(Policy.Layer.USER, Scene.VHOST, "p");

        put("p", "q", 1, number("max-length", 1));
        scene.accepted(new TopologyCommand.DeleteSetting(key));
        scene.accepted(new TopologyCommand.DeleteSetting(key));

        assertThat(scene.events.stream().filter(event -> event.key().equals(key)))
                .hasSize(2);
        assertThat(scene.vhost().policies()).isEmpty();
    }
}
