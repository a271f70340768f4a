package io.millrace.broker.topology;

import static io.millrace.broker.topology.Scene.ALICE;
import static io.millrace.broker.topology.Scene.VHOST;
import static io.millrace.broker.topology.Scene.argument;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exchanges that pick one of their destinations. */
class HashExchangesTest {
    private static final int MESSAGES = 4_000;

    private final Scene scene = Scene.withAlice().queue("q1", "q2", "q3");

    @Test
    void destinationsOfAConsistentHashGetSharesByTheirWeights() {
        scene.exchange("x", "x-consistent-hash").bindQueue("x", "q1", "1").bindQueue("x", "q2", "3");

        var shares = shares("x");

        assertThat(shares.getOrDefault("q1", 0)).isCloseTo(MESSAGES / 4, within(MESSAGES / 20));
        assertThat(shares.getOrDefault("q1", 0) + shares.getOrDefault("q2", 0)).isEqualTo(MESSAGES);
    }

    @Test
    void aDestinationThatComesTakesKeysAndNoOtherKeyMoves() {
        scene.exchange("x", "x-consistent-hash").bindQueue("x", "q1", "1").bindQueue("x", "q2", "1");
        var before = placement("x");

        scene.bindQueue("x", "q3", "1");
        var after = placement("x");

        var moved = before.keySet().stream()
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .toList();
        assertThat(moved).allSatisfy(key -> assertThat(after.get(key)).isEqualTo("q3"));
        assertThat(moved.size()).isCloseTo(MESSAGES / 3, within(MESSAGES / 20));
    }

    @Test
    void aDestinationThatGoesLeavesOnlyItsOwnKeys() {
        scene.exchange("x", "x-consistent-hash")
                .bindQueue("x", "q1", "1")
                .bindQueue("x", "q2", "2")
                .bindQueue("x", "q3", "1");
        var before = placement("x");

        scene.accepted(Scene.unbindQueue("x", "q3", "1"));
        var after = placement("x");

        assertThat(before.keySet())
                .allSatisfy(key -> assertThat(before.get(key)).isIn("q3", after.get(key)));
    }

    @Test
    void aConsistentHashGoesByTheHeaderItsArgumentsName() {
        declareHash(argument("hash-header", "who"));
        scene.bindQueue("x", "q1", "1").bindQueue("x", "q2", "1").bindQueue("x", "q3", "1");

        var reached = new HashSet<String>();
        for (int key = 0; key < 100; key++) {
            reached.add(one("x", "k" + key, BasicProperties.EMPTY.withHeaders(argument("who", "same"))));
        }
        assertThat(reached).hasSize(1);

        for (int who = 0; who < 100; who++) {
            reached.add(one("x", "k", BasicProperties.EMPTY.withHeaders(argument("who", who))));
        }
        assertThat(reached).containsExactlyInAnyOrder("q1", "q2", "q3");
    }

    @Test
    void whatGoesByPropertiesOrByChanceIsNotKept() {
        declareHash(argument("hash-property", "message_id"));
        scene.exchange("keys", "x-consistent-hash").exchange("any", "x-random").exchange("modulus", "x-modulus-hash");

        assertThat(routes("x").onlyThis()).isTrue();
        assertThat(routes("any").onlyThis()).isTrue();
        assertThat(routes("keys").onlyThis()).isFalse();
        assertThat(routes("modulus").onlyThis()).isFalse();
    }

    @Test
    void aRandomExchangePicksOneWhateverTheKeys() {
        scene.exchange("x", "x-random");
        assertThat(routes("x").queues()).isEmpty();

        scene.bindQueue("x", "q1", "a");
        assertThat(one("x", "other", BasicProperties.EMPTY)).isEqualTo("q1");

        scene.bindQueue("x", "q2", "b").bindQueue("x", "q2", "c");
        var picked = new HashSet<String>();
        for (var chance : List.<IntUnaryOperator>of(bound -> 0, HashExchangesTest::last)) {
            Router.route(scene.vhost(), scene.exchange("x"), "k", () -> BasicProperties.EMPTY, chance)
                    .queues()
                    .forEach(queue -> picked.add(queue.name().value()));
        }
        assertThat(picked).containsExactlyInAnyOrder("q1", "q2");
    }

    @Test
    void aModulusHashSpreadsKeysEvenly() {
        scene.exchange("x", "x-modulus-hash")
                .bindQueue("x", "q1", "a")
                .bindQueue("x", "q2", "b")
                .bindQueue("x", "q3", "");

        assertThat(shares("x").values()).hasSize(3).allSatisfy(share -> assertThat(share)
                .isCloseTo(MESSAGES / 3, within(MESSAGES / 20)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0    | The binding key must be greater than 0",
                "-1   | The binding key must be greater than 0",
                "abc  | The binding key must be an integer: <<\"abc\">>",
                "''   | The binding key must be an integer: <<>>",
                "1.5  | The binding key must be an integer: <<\"1.5\">>",
            })
    void aBindingKeyThatIsNoWeightIsRefused(String key, String explanation) {
        scene.exchange("x", "x-consistent-hash");

        var refusal =
                scene.refusal(new TopologyCommand.Bind(ALICE, VHOST, "x", Scene.toQueue("q1"), key, FieldTable.EMPTY));

        assertThat(refusal).isEqualTo("PRECONDITION_FAILED - " + explanation);
    }

    @Test
    void argumentsThatCannotBeHashedAreRefused() {
        assertThat(scene.refusal(hash(argument("hash-property", "app_id"))))
                .isEqualTo("PRECONDITION_FAILED - Unsupported property: app_id");
        assertThat(scene.refusal(hash(argument("hash-property", "app_id")
                        .with("hash-header", argument("a", "b").get("a").orElseThrow()))))
                .isEqualTo("PRECONDITION_FAILED - hash-header and hash-property are mutually exclusive");
        assertThat(scene.refusal(hash(FieldTable.of("hash-header", new FieldValue.Int32(1)))))
                .startsWith("PRECONDITION_FAILED");
    }

    private static int last(int bound) {
        return bound - 1;
    }

    private void declareHash(FieldTable arguments) {
        scene.accepted(hash(arguments));
    }

    private static TopologyCommand.DeclareExchange hash(FieldTable arguments) {
        return new TopologyCommand.DeclareExchange(
                ALICE, VHOST, "x", "x-consistent-hash", true, false, false, arguments);
    }

    private Routes routes(String exchange) {
        return Router.route(
                scene.vhost(), scene.exchange(exchange), "k", () -> BasicProperties.EMPTY, HashExchangesTest::last);
    }

    private String one(String exchange, String routingKey, BasicProperties properties) {
        var queues = Router.route(
                        scene.vhost(), scene.exchange(exchange), routingKey, () -> properties, HashExchangesTest::last)
                .queues();
        assertThat(queues).hasSize(1);
        return queues.getFirst().name().value();
    }

    private Map<String, String> placement(String exchange) {
        var placed = new HashMap<String, String>();
        IntStream.range(0, MESSAGES)
                .forEach(key -> placed.put("key" + key, one(exchange, "key" + key, BasicProperties.EMPTY)));
        return placed;
    }

    private Map<String, Integer> shares(String exchange) {
        var shares = new HashMap<String, Integer>();
        placement(exchange).values().forEach(queue -> shares.merge(queue, 1, Integer::sum));
        return shares;
    }
}
