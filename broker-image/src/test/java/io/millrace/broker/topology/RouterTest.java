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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
    private final Scene scene = Scene.withAlice().queue("q1", "q2", "q3");

    @Test
    void theDefaultExchangeLeadsToTheQueueOfThatName() {
        assertThat(route("", "q1")).containsExactly("q1");
        assertThat(route("", "nothing")).isEmpty();
    }

    @Test
    void aDirectExchangeLeadsToQueuesBoundWithTheSameKeyOnceEach() {
        scene.exchange("x", "direct")
                .bindQueue("x", "q1", "k")
                .bindQueue("x", "q1", "k", argument("again", 1))
                .bindQueue("x", "q2", "k")
                .bindQueue("x", "q3", "other");

        assertThat(route("x", "k")).containsExactlyInAnyOrder("q1", "q2");
        assertThat(route("x", "K")).isEmpty();
    }

    @Test
    void aFanoutExchangeLeadsToAllQueuesWhateverTheKey() {
        scene.bindQueue("amq.fanout", "q1", "a")
                .bindQueue("amq.fanout", "q1", "b")
                .bindQueue("amq.fanout", "q2", "");

        assertThat(route("amq.fanout", "anything")).containsExactlyInAnyOrder("q1", "q2");
    }

    @Test
    void aTopicExchangeFollowsItsBindingsAsTheyChange() {
        scene.bindQueue("amq.topic", "q1", "a.*").bindQueue("amq.topic", "q2", "#");
        assertThat(route("amq.topic", "a.b")).containsExactlyInAnyOrder("q1", "q2");

        scene.bindQueue("amq.topic", "q3", "a.b").bindQueue("amq.topic", "q3", "*.b");
        assertThat(route("amq.topic", "a.b")).containsExactlyInAnyOrder("q1", "q2", "q3");

        scene.accepted(Scene.unbindQueue("amq.topic", "q2", "#"));
        scene.accepted(Scene.deleteQueue("q3"));
        assertThat(route("amq.topic", "a.b")).containsExactly("q1");
    }

    @ParameterizedTest
    @CsvSource({
        "all,        a=1 b=2,       true",
        "all,        a=1,           false",
        "all,        a=1 b=3,       false",
        "any,        b=2,           true",
        "any,        c=1,           false",
        "any,        x-y=7,         false",
        "all,        a=1 b=2 x-y=0, true",
        "all-with-x, a=1 b=2,       false",
        "all-with-x, a=1 b=2 x-y=7, true",
        "any-with-x, x-y=7,         true",
    })
    void aHeadersExchangeComparesHeaders(String mode, String headers, boolean matches) {
        var wanted = argument("x-match", mode)
                .with("a", new FieldValue.Int32(1))
                .with("b", new FieldValue.Int64(2))
                .with("x-y", new FieldValue.UInt8(7));
        scene.bindQueue("amq.headers", "q1", "", wanted);

        assertThat(route("amq.headers", "", headers(headers)).isEmpty()).isNotEqualTo(matches);
    }

    @Test
    void aHeaderWithoutValueAsksForPresenceOnly() {
        scene.bindQueue("amq.match", "q1", "", FieldTable.of("a", new FieldValue.NoValue()));

        assertThat(route("amq.match", "", headers("a=5"))).containsExactly("q1");
        assertThat(route("amq.match", "", headers("b=5"))).isEmpty();
    }

    @Test
    void allOfNothingMatchesAndAnyOfNothingDoesNot() {
        scene.bindQueue("amq.match", "q1", "").bindQueue("amq.match", "q2", "", argument("x-match", "any"));

        assertThat(route("amq.match", "", FieldTable.EMPTY)).containsExactly("q1");
    }

    @Test
    void exchangesBoundInACircleDeliverOnce() {
        scene.exchange("a", "fanout")
                .exchange("b", "topic")
                .bindExchange("a", "b", "")
                .bindExchange("b", "a", "#")
                .bindExchange("a", "a", "")
                .bindQueue("a", "q1", "")
                .bindQueue("b", "q1", "#")
                .bindQueue("b", "q2", "k");

        assertThat(route("a", "k")).containsExactlyInAnyOrder("q1", "q2");
        assertThat(route("b", "other")).containsExactly("q1");
    }

    @Test
    void whatNothingIsBoundForGoesToTheAlternateExchange() {
        scene.exchange("spare", "fanout").bindQueue("spare", "q3", "");
        scene.accepted(new TopologyCommand.DeclareExchange(
                ALICE, VHOST, "x", "direct", true, false, false, argument("alternate-exchange", "spare")));
        scene.bindQueue("x", "q1", "k");

        assertThat(route("x", "k")).containsExactly("q1");
        assertThat(route("x", "other")).containsExactly("q3");
    }

    @Test
    void furtherRoutingKeysReachTheirQueuesOnceEach() {
        scene.bindQueue("amq.direct", "q1", "one")
                .bindQueue("amq.direct", "q1", "two")
                .bindQueue("amq.direct", "q2", "two");

        var routes = Router.route(
                scene.vhost(),
                scene.exchange("amq.direct"),
                List.of("one", "two", "three"),
                () -> BasicProperties.EMPTY,
                RouterTest::first);
        var byDefault = Router.route(
                scene.vhost(),
                scene.exchange(""),
                List.of("q1", "q2", "q1"),
                () -> BasicProperties.EMPTY,
                RouterTest::first);

        assertThat(names(routes)).containsExactlyInAnyOrder("q1", "q2");
        assertThat(names(byDefault)).containsExactly("q1", "q2");
    }

    @Test
    void aTopicOfTheLogIsADestination() {
        scene.accepted(new TopologyCommand.Bind(
                ALICE, VHOST, "amq.fanout", new Destination(Destination.Kind.TOPIC, "orders"), "", FieldTable.EMPTY));

        var routes = Router.route(
                scene.vhost(), scene.exchange("amq.fanout"), "k", () -> BasicProperties.EMPTY, RouterTest::first);

        assertThat(routes.topics()).containsExactly("orders");
        assertThat(routes.queues()).isEmpty();
        assertThat(routes.isEmpty()).isFalse();
    }

    @Test
    void onlyAHeadersExchangeOnTheWayMakesTheHeadersMatter() {
        scene.exchange("x", "fanout").bindExchange("x", "amq.headers", "").bindQueue("amq.direct", "q1", "k");

        assertThat(Router.route(scene.vhost(), scene.exchange("x"), "k", () -> BasicProperties.EMPTY, RouterTest::first)
                        .onlyThis())
                .isTrue();
        assertThat(Router.route(
                                scene.vhost(),
                                scene.exchange("amq.direct"),
                                "k",
                                () -> BasicProperties.EMPTY,
                                RouterTest::first)
                        .onlyThis())
                .isFalse();
    }

    private static int first(int bound) {
        return 0;
    }

    private static FieldTable headers(String text) {
        var table = FieldTable.EMPTY;
        for (var pair : text.split(" ", -1)) {
            var value = pair.substring(pair.indexOf('=') + 1);
            table = table.with(pair.substring(0, pair.indexOf('=')), new FieldValue.Int8(Byte.parseByte(value)));
        }
        return table.with("text", LongString.of("always there"));
    }

    private List<String> route(String exchange, String routingKey) {
        return route(exchange, routingKey, FieldTable.EMPTY);
    }

    private List<String> route(String exchange, String routingKey, FieldTable headers) {
        return names(Router.route(
                scene.vhost(),
                scene.exchange(exchange),
                routingKey,
                () -> BasicProperties.EMPTY.withHeaders(headers),
                RouterTest::first));
    }

    private static List<String> names(Routes routes) {
        return routes.queues().stream().map(queue -> queue.name().value()).toList();
    }
}
