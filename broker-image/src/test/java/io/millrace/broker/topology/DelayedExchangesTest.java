package io.millrace.broker.topology;

import static io.millrace.broker.topology.Scene.ALICE;
import static io.millrace.broker.topology.Scene.VHOST;
import static io.millrace.broker.topology.Scene.argument;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges of type {@code x-delayed-message}. */
class DelayedExchangesTest {
    private final Scene scene = Scene.withAlice().queue("q1", "q2");

    private static TopologyCommand declare(String name, FieldTable arguments) {
        return new TopologyCommand.DeclareExchange(
                ALICE, VHOST, name, "x-delayed-message", true, false, false, arguments);
    }

    private Scene delayed(String name, String type) {
        scene.accepted(declare(name, argument("x-delayed-type", type)));
        return scene;
    }

    private Routes route(String exchange, String key, long delayMs) {
        var headers = FieldTable.of("x-delay", new FieldValue.Int64(delayMs));
        return Router.route(
                scene.vhost(),
                scene.exchange(exchange),
                key,
                () -> BasicProperties.EMPTY.withHeaders(headers),
                bound -> 0);
    }

    private static List<String> names(Routes routes) {
        return routes.queues().stream()
                .map(queue -> queue.kind() + " " + queue.name().value())
                .toList();
    }

    @Test
    void itComesWithAHiddenQueueInTheLog() {
        delayed("x", "topic");

        var held = scene.exchange("x").queue().orElseThrow();

        assertThat(held.kind()).isEqualTo(QueueKind.DELAY);
        assertThat(held.topic()).isEqualTo("amqp.delayed._2f.x");
        assertThat(held.durable()).isTrue();
        assertThat(scene.hasQueue("x")).isFalse();
        assertThat(scene.vhost().queues())
                .extracting(queue -> queue.name().value())
                .containsExactlyInAnyOrder("q1", "q2");
    }

    @Test
    void anotherLifeOfItHasAnotherTopic() {
        var second = TopologyMachine.decide(
                declare("x", argument("x-delayed-type", "direct")), scene.topology, new Allocation(7, 2, 64, "pod-0"));

        scene.apply((Decision.Accepted) second);

        var held = scene.exchange("x").queue().orElseThrow();
        assertThat(held.topic()).isEqualTo("amqp.delayed._2f.x.g2");
        assertThat(held.qid()).isEqualTo(7);
    }

    @Test
    void otherExchangesHaveNone() {
        assertThat(scene.exchange("y", "topic").exchange("y").queue()).isEmpty();
    }

    @Test
    void itComesBackFromItsJsonAndOneOfAnEarlierVersionHoldsNothing() {
        delayed("x", "topic").exchange("y", "fanout");
        for (var name : List.of("x", "y")) {
            var entry = scene.exchange(name);
            assertThat(TopologyJson.decode(entry.key(), TopologyJson.encode(entry)))
                    .isEqualTo(entry);
        }
        assertThat(TopologyJson.encode(scene.exchange("y"))).doesNotContain("delays");
        assertThat(TopologyJson.encode(scene.exchange("x"))).doesNotContain("null");
    }

    @Test
    void theQueueIsFoundByItsExchangeAndGoesWithIt() {
        delayed("x", "direct");
        var key = scene.exchange("x").key();
        assertThat(scene.topology.queueOf(key)).isEqualTo(scene.exchange("x").queue());

        scene.accepted(Scene.deleteExchange("x"));

        assertThat(scene.topology.queueOf(key)).isEmpty();
    }

    @Test
    void itIsDeletedUnusedThoughItHoldsMessages() {
        delayed("x", "direct");

        scene.accepted(new TopologyCommand.DeleteExchange(ALICE, VHOST, "x", true));

        assertThat(scene.hasExchange("x")).isFalse();
    }

    @Test
    void nobodyReachesTheQueueByItsName() {
        delayed("x", "direct");

        assertThat(scene.refusal(new TopologyCommand.LookUpQueue(ALICE, VHOST, "x")))
                .isEqualTo("NOT_FOUND - no queue 'x' in vhost '/'");
        assertThat(scene.refusal(new TopologyCommand.Bind(
                        ALICE, VHOST, "amq.direct", Scene.toQueue("x"), "k", FieldTable.EMPTY)))
                .isEqualTo("NOT_FOUND - no queue 'x' in vhost '/'");
        assertThat(scene.accepted(Scene.deleteQueue("x")).events()).isEmpty();
        assertThat(Router.route(scene.vhost(), scene.exchange(""), "x", () -> BasicProperties.EMPTY, bound -> 0)
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aQueueOfTheSameNameIsAnother() {
        delayed("x", "direct").queue("x").bindQueue("x", "x", "k");

        assertThat(names(route("x", "k", 0))).containsExactly("LOG x");
        assertThat(names(route("x", "k", 5))).containsExactly("DELAY x");
        assertThat(scene.queueNamed("x").topic()).isEqualTo("q._2f.x");
    }

    @Test
    void policiesAndLimitsDoNotSeeTheQueue() {
        scene.accepted(new TopologyCommand.PutSetting(
                new VirtualHostLimits(VHOST, Limits.ofVirtualHost(argument("max-queues", 3)))));

        delayed("x", "direct").queue("q3");

        assertThat(scene.refusal(Scene.declareQueue("q4", FieldTable.EMPTY))).contains("queue limit");
    }

    @Test
    void itNeedsTheTypeByWhichItRoutes() {
        var missing = "PRECONDITION_FAILED - Invalid argument, 'x-delayed-type' must be an existing exchange type";
        assertThat(scene.refusal(declare("x", FieldTable.EMPTY))).isEqualTo(missing);
        assertThat(scene.refusal(declare("x", argument("x-delayed-type", 5)))).isEqualTo(missing);
        assertThat(scene.refusal(declare("x", argument("x-delayed-type", "x-delayed-message"))))
                .isEqualTo(
                        "PRECONDITION_FAILED - Invalid argument, 'x-delayed-message' can't be used for 'x-delayed-type'");
        assertThat(scene.refusal(declare("x", argument("x-delayed-type", "nosuch"))))
                .isEqualTo("PRECONDITION_FAILED - unknown exchange type 'nosuch'");
    }

    @Test
    void whatItsTypeAsksOfArgumentsAndBindingsIsAskedHereToo() {
        var both = FieldTable.of(Map.of(
                "x-delayed-type", LongString.of("x-consistent-hash"),
                "hash-header", LongString.of("a"),
                "hash-property", LongString.of("message_id")));
        assertThat(scene.refusal(declare("x", both))).contains("mutually exclusive");

        delayed("x", "x-consistent-hash");

        assertThat(scene.decide(new TopologyCommand.Bind(
                        ALICE, VHOST, "x", Scene.toQueue("q1"), "no number", FieldTable.EMPTY)))
                .isInstanceOf(Decision.Refused.class);
    }

    @Test
    void declaredAgainItStaysAsItIs() {
        delayed("x", "direct");

        assertThat(scene.accepted(declare("x", argument("x-delayed-type", "direct")))
                        .events())
                .isEmpty();
        assertThat(scene.accepted(declare("x", FieldTable.EMPTY)).events()).isEmpty(); // the plugin does not look
    }

    @Test
    void aDelayHoldsAMessageAndWithoutOneItGoesOn() {
        delayed("x", "topic").bindQueue("x", "q1", "a.*");

        assertThat(names(route("x", "a.b", 1_000))).containsExactly("DELAY x");
        assertThat(names(route("x", "a.b", 0))).containsExactly("LOG q1");
        assertThat(names(route("x", "a.b", -1_000))).containsExactly("LOG q1");
        assertThat(names(route("x", "a.b", 1L << 32))).containsExactly("LOG q1");
        assertThat(route("x", "other", 0).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "fanout", "headers", "x-random", "x-modulus-hash"})
    void routesAreNotKeptForTheNextMessage(String type) {
        delayed("x", type).bindQueue("x", "q1", "k");

        assertThat(route("x", "k", 0).onlyThis()).isTrue();
        assertThat(route("x", "k", 0).isEmpty()).isFalse();
        assertThat(route("x", "k", 9).onlyThis()).isTrue();
    }

    @Test
    void theAlternateGetsWhatNobodyWantsButNotWhatIsHeld() {
        scene.accepted(declare(
                "x",
                FieldTable.of(Map.of(
                        "x-delayed-type",
                        LongString.of("direct"),
                        "alternate-exchange",
                        LongString.of("amq.fanout")))));
        scene.bindQueue("amq.fanout", "q2", "");

        assertThat(names(route("x", "k", 0))).containsExactly("LOG q2");
        assertThat(names(route("x", "k", 5))).containsExactly("DELAY x");
    }

    @Test
    void anExchangeBoundToAnotherHoldsWhatComesFromThere() {
        delayed("x", "fanout").bindExchange("amq.fanout", "x", "").bindQueue("amq.fanout", "q2", "");
        scene.bindQueue("x", "q1", "");

        assertThat(names(route("amq.fanout", "k", 5))).containsExactlyInAnyOrder("DELAY x", "LOG q2");
        assertThat(names(route("amq.fanout", "k", -5))).containsExactlyInAnyOrder("LOG q1", "LOG q2");
    }

    @Test
    void aVirtualHostThatGoesTakesItAlong() {
        delayed("x", "direct");

        scene.accepted(new TopologyCommand.DeleteVirtualHost(VHOST));

        assertThat(scene.topology.entries().keySet()).noneMatch(TopologyKey.OfExchange.class::isInstance);
    }
}
