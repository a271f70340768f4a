package io.millrace.broker.topology;

import static io.millrace.broker.topology.Scene.VHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.wire.Anything;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random commands, and what must hold whatever they were. */
class TopologyPropertiesTest {
    private static final Arbitrary<Actor> ACTORS =
            Arbitraries.of(Scene.ALICE, Scene.ALICE, Scene.ALICE_ELSEWHERE, new Actor("bob", "connection-3"));
    private static final Arbitrary<String> QUEUES = Arbitraries.of("q1", "q2", "q2", "ü/ß", "amq.q");
    private static final Arbitrary<String> EXCHANGES = Arbitraries.of("x1", "x2", "x3", "amq.topic", "");
    private static final Arbitrary<String> KEYS = Arbitraries.of("", "a", "a.*", "#");
    private static final Arbitrary<Boolean> BITS = Arbitraries.of(true, false);
    private static final Arbitrary<FieldTable> ARGUMENTS = Arbitraries.of(
            FieldTable.EMPTY,
            FieldTable.EMPTY,
            FieldTable.EMPTY,
            Scene.argument("x-message-ttl", 5),
            FieldTable.of("x-message-ttl", new FieldValue.Int64(5)),
            Scene.argument("x-queue-type", "quorum"),
            Scene.argument("x-match", "any").with("h", LongString.of(new byte[] {(byte) 0xFF})));

    @Provide
    Arbitrary<List<TopologyCommand>> commands() {
        Arbitrary<TopologyCommand> declares = Arbitraries.oneOf(
                Combinators.combine(ACTORS, EXCHANGES, Arbitraries.of("direct", "topic", "odd"), BITS, ARGUMENTS)
                        .as((actor, name, type, bit, arguments) -> new TopologyCommand.DeclareExchange(
                                actor, VHOST, name, type, true, bit, false, arguments)),
                Combinators.combine(ACTORS, QUEUES, BITS, BITS, BITS, ARGUMENTS)
                        .as((actor, name, durable, exclusive, autoDelete, arguments) ->
                                new TopologyCommand.DeclareQueue(
                                        actor, VHOST, name, false, durable, exclusive, autoDelete, arguments)));
        Arbitrary<TopologyCommand> bindings = Combinators.combine(
                        ACTORS, EXCHANGES, destinations(), KEYS, ARGUMENTS, BITS)
                .as((actor, source, destination, key, arguments, add) -> add
                        ? new TopologyCommand.Bind(actor, VHOST, source, destination, key, arguments)
                        : new TopologyCommand.Unbind(actor, VHOST, source, destination, key, arguments));
        Arbitrary<TopologyCommand> removals = Arbitraries.oneOf(
                Combinators.combine(ACTORS, QUEUES, BITS)
                        .as((actor, name, bit) ->
                                new TopologyCommand.DeleteQueue(actor, VHOST, name, bit, false, 0, 0)),
                Combinators.combine(ACTORS, EXCHANGES, BITS)
                        .as((actor, name, bit) -> new TopologyCommand.DeleteExchange(actor, VHOST, name, bit)),
                ACTORS.map(actor -> new TopologyCommand.ConnectionClosed("" + actor.connection())));
        return Arbitraries.oneOf(declares, declares, bindings, bindings, removals)
                .list()
                .ofMinSize(20)
                .ofMaxSize(80);
    }

    private static Arbitrary<Destination> destinations() {
        return Arbitraries.oneOf(
                QUEUES.map(Scene::toQueue),
                EXCHANGES.map(Scene::toExchange),
                Arbitraries.just(new Destination(Destination.Kind.TOPIC, "orders")));
    }

    @Property
    void replayingTheEventsThroughTheLogGivesTheSameImage(@ForAll("commands") List<TopologyCommand> commands) {
        var scene = play(commands);

        var replayed = Topology.EMPTY;
        for (var event : scene.events) {
            replayed = replayed.apply(throughTheLog(event));
        }

        assertThat(replayed.entries()).isEqualTo(scene.topology.entries());
    }

    /** Compaction keeps the last event of each key; a replica may then see a binding before its ends. */
    @Property
    void theLastEventOfEachKeyInAnyOrderGivesTheSameImage(
            @ForAll("commands") List<TopologyCommand> commands, @ForAll Random random) {
        var scene = play(commands);
        var compacted = new HashMap<TopologyKey, TopologyEvent>();
        scene.events.forEach(event -> compacted.put(event.key(), event));
        var shuffled = new ArrayList<>(compacted.values());
        Collections.shuffle(shuffled, random);

        var replayed = Topology.EMPTY.apply(shuffled);

        assertThat(replayed.entries()).isEqualTo(scene.topology.entries());
        assertThat(replayed.exclusiveQueues("connection-1"))
                .containsExactlyInAnyOrderElementsOf(scene.topology.exclusiveQueues("connection-1"));
    }

    @Property
    void everyPrefixOfTheEventsIsValid(@ForAll("commands") List<TopologyCommand> commands) {
        var image = Topology.EMPTY;
        for (var event : play(commands).events) {
            image = image.apply(event);
            assertBindingsHaveEnds(image);
        }
    }

    @Property
    void decidingIsAPureFunction(@ForAll("commands") List<TopologyCommand> commands) {
        var scene = Scene.withAlice();
        for (var command : commands) {
            var before = scene.topology.entries();
            var decision = scene.decide(command);
            assertThat(describe(scene.decide(command))).isEqualTo(describe(decision));
            assertThat(scene.topology.entries()).isEqualTo(before);
            if (decision instanceof Decision.Accepted accepted) {
                scene.apply(accepted);
                assertThat(scene.accepted(command).events()).isEmpty();
            }
        }
    }

    @Property
    void anyEntryComesBackFromItsJson(@ForAll("entries") TopologyEntry entry) {
        var key = TopologyKeys.decode(TopologyKeys.encode(entry.key())).orElseThrow();

        assertThat(key).isEqualTo(entry.key());
        var decoded = TopologyJson.decode(key, TopologyJson.encode(entry));
        assertThat(decoded).isEqualTo(entry);
        assertThat(TopologyJson.encode(decoded)).isEqualTo(TopologyJson.encode(entry));
    }

    @Provide
    Arbitrary<TopologyEntry> entries() {
        var names = Anything.shortString();
        var tables = Anything.table();
        return Arbitraries.oneOf(
                Combinators.combine(names, tables, BITS)
                        .as((name, table, bit) -> new ExchangeDefinition(
                                VHOST, new ExchangeName(name), ExchangeType.HEADERS, bit, !bit, bit, table)),
                Combinators.combine(names, tables, names.injectNull(0.5))
                        .as((name, table, owner) -> new QueueDefinition(
                                VHOST,
                                new QueueName(name),
                                false,
                                owner,
                                true,
                                table,
                                QueueKind.MEMORY,
                                1L << 60,
                                null,
                                3,
                                1,
                                "pod-0")),
                Combinators.combine(names, names, names, tables)
                        .as((source, destination, key, table) ->
                                new Binding(VHOST, new ExchangeName(source), Scene.toQueue(destination), key, table)),
                names.map(name -> new User(name, PasswordHash.of(name, new byte[4]), java.util.Set.of("a", name))),
                Combinators.combine(names, tables, Arbitraries.of(Policy.Layer.class), Arbitraries.of(AppliesTo.class))
                        .as((name, table, layer, to) -> new Policy(
                                layer, VHOST, name, ResourcePattern.anywhere("^a|b$"), to, -1L << 60, table)),
                Combinators.combine(names, names)
                        .as((user, exchange) -> TopicPermission.of(
                                VHOST, user, new ExchangeName(exchange), "^{username}", "{vhost}|b$")),
                names.map(name -> new GlobalParameter(name, "{\"a\":[1]}")),
                names.map(name -> new User(
                        name, PasswordHash.NONE, java.util.Set.of(), new Limits(java.util.Map.of(name, 1L << 60)))),
                names.filter(name -> !name.isEmpty())
                        .map(name -> new VirtualHostLimits(
                                new VirtualHostName(name), new Limits(java.util.Map.of("max-queues", -1L)))),
                names.map(name -> new Permission(
                        VHOST, name, ResourcePattern.of(""), ResourcePattern.of(".*"), ResourcePattern.of("^a|b$"))));
    }

    private static Scene play(List<TopologyCommand> commands) {
        var scene = Scene.withAlice();
        for (var command : commands) {
            if (scene.decide(command) instanceof Decision.Accepted accepted) {
                scene.apply(accepted);
            }
        }
        return scene;
    }

    private static TopologyEvent throughTheLog(TopologyEvent event) {
        var key = TopologyKeys.encode(event.key());
        return TopologyJson.event(key, TopologyJson.value(event).orElse(null)).orElseThrow();
    }

    private static String describe(Decision decision) {
        return decision instanceof Decision.Refused(var error) ? error.text() : decision.toString();
    }

    private static void assertBindingsHaveEnds(Topology image) {
        image.vhosts().forEach(vhost -> vhost.bindings().forEach(binding -> {
            assertThat(vhost.exchange(binding.source())).isPresent();
            switch (binding.destination().kind()) {
                case QUEUE ->
                    assertThat(vhost.queue(new QueueName(binding.destination().name())))
                            .isPresent();
                case EXCHANGE ->
                    assertThat(vhost.exchange(
                                    new ExchangeName(binding.destination().name())))
                            .isPresent();
                case TOPIC -> assertThat(binding.destination().name()).isEqualTo("orders");
            }
        }));
    }
}
