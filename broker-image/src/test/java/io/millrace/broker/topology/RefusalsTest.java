package io.millrace.broker.topology;

import static io.millrace.broker.topology.Scene.ALICE;
import static io.millrace.broker.topology.Scene.ALICE_ELSEWHERE;
import static io.millrace.broker.topology.Scene.VHOST;
import static io.millrace.broker.topology.Scene.argument;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The texts are RabbitMQ's, letter by letter: client libraries' tests compare them. */
class RefusalsTest {
    private static final String LOCKED =
            "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'mine' in vhost"
                    + " '/'. It could be originally declared on another connection or the exclusive property value does not match"
                    + " that of the original declaration.";

    private final Scene scene = Scene.withAlice()
            .exchange("x", "direct")
            .queue("q")
            .bindQueue("x", "q", "k")
            .bindQueue("amq.direct", "q", "k");

    RefusalsTest() {
        scene.accepted(Scene.declareExclusive(ALICE, "mine"));
        scene.accepted(Scene.declareQueue("ttl", argument("x-message-ttl", 1000)));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String text, TopologyCommand command) {
        var error = scene.error(command);

        assertThat(error).isInstanceOf(ChannelError.class);
        assertThat(error.text()).isEqualTo(text);
    }

    static Stream<Arguments> refused() {
        return Stream.of(missing(), reserved(), inUse(), locked(), inequivalent(), bindings())
                .flatMap(cases -> cases);
    }

    private static Stream<Arguments> missing() {
        return Stream.of(
                Arguments.of(
                        "NOT_FOUND - no queue 'none' in vhost '/'",
                        new TopologyCommand.LookUpQueue(ALICE, VHOST, "none")),
                Arguments.of(
                        "NOT_FOUND - no exchange 'none' in vhost '/'",
                        new TopologyCommand.LookUpExchange(ALICE, VHOST, "none")),
                Arguments.of("NOT_FOUND - no exchange 'none' in vhost '/'", bind("none", Scene.toQueue("nothing"))),
                Arguments.of("NOT_FOUND - no queue 'nothing' in vhost '/'", bind("x", Scene.toQueue("nothing"))),
                Arguments.of("NOT_FOUND - no exchange 'none' in vhost '/'", bind("x", Scene.toExchange("none"))));
    }

    private static Stream<Arguments> reserved() {
        return Stream.of(
                Arguments.of(
                        "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
                        Scene.declareQueue("amq.mine", FieldTable.EMPTY)),
                Arguments.of(
                        "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
                        Scene.declareExchange("amq.mine", "direct")),
                Arguments.of(
                        "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed",
                        Scene.deleteExchange("amq.direct")),
                Arguments.of(
                        "ACCESS_REFUSED - operation not permitted on the default exchange",
                        Scene.declareExchange("", "direct")),
                Arguments.of(
                        "ACCESS_REFUSED - operation not permitted on the default exchange", Scene.deleteExchange("")),
                Arguments.of(
                        "ACCESS_REFUSED - operation not permitted on the default exchange",
                        bind("", Scene.toQueue("q"))),
                Arguments.of(
                        "ACCESS_REFUSED - cannot bind or unbind to a volatile (direct reply-to) queue",
                        bind("x", Scene.toQueue("amq.rabbitmq.reply-to.abc"))));
    }

    private static Stream<Arguments> inUse() {
        return Stream.of(
                Arguments.of(
                        "PRECONDITION_FAILED - exchange 'x' in vhost '/' in use",
                        new TopologyCommand.DeleteExchange(ALICE, VHOST, "x", true)),
                Arguments.of(
                        "PRECONDITION_FAILED - queue 'q' in vhost '/' in use",
                        new TopologyCommand.DeleteQueue(ALICE, VHOST, "q", true, false, 1, 0)),
                Arguments.of(
                        "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty",
                        new TopologyCommand.DeleteQueue(ALICE, VHOST, "q", true, true, 1, 1)));
    }

    private static Stream<Arguments> locked() {
        return Stream.of(
                Arguments.of(LOCKED, Scene.declareExclusive(ALICE_ELSEWHERE, "mine")),
                Arguments.of(LOCKED, Scene.declareQueue("mine", FieldTable.EMPTY)),
                Arguments.of(LOCKED, new TopologyCommand.LookUpQueue(ALICE_ELSEWHERE, VHOST, "mine")),
                Arguments.of(
                        LOCKED, new TopologyCommand.DeleteQueue(ALICE_ELSEWHERE, VHOST, "mine", false, false, 0, 0)),
                Arguments.of(
                        LOCKED,
                        new TopologyCommand.Bind(
                                ALICE_ELSEWHERE, VHOST, "x", Scene.toQueue("mine"), "k", FieldTable.EMPTY)),
                Arguments.of(LOCKED.replace("'mine'", "'q'"), Scene.declareExclusive(ALICE, "q")));
    }

    private static Stream<Arguments> inequivalent() {
        return Stream.of(
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x' in vhost '/':"
                                + " received 'fanout' but current is 'direct'",
                        Scene.declareExchange("x", "fanout")),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'durable' for exchange 'x' in vhost '/':"
                                + " received 'false' but current is 'true'",
                        new TopologyCommand.DeclareExchange(
                                ALICE, VHOST, "x", "direct", false, false, false, FieldTable.EMPTY)),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'auto_delete' for exchange 'x' in vhost '/':"
                                + " received 'true' but current is 'false'",
                        new TopologyCommand.DeclareExchange(
                                ALICE, VHOST, "x", "direct", true, true, false, FieldTable.EMPTY)),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'internal' for exchange 'x' in vhost '/':"
                                + " received 'true' but current is 'false'",
                        new TopologyCommand.DeclareExchange(
                                ALICE, VHOST, "x", "direct", true, false, true, FieldTable.EMPTY)),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in vhost '/':"
                                + " received the value 'y' of type 'longstr' but current is none",
                        new TopologyCommand.DeclareExchange(
                                ALICE, VHOST, "x", "direct", true, false, false, argument("alternate-exchange", "y"))),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/':"
                                + " received the value '1000' of type 'signedint' but current is none",
                        Scene.declareQueue("q", argument("x-message-ttl", 1000))),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'ttl' in vhost '/':"
                                + " received '2000' but current is '1000'",
                        Scene.declareQueue("ttl", argument("x-message-ttl", 2000))),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'ttl' in vhost '/':"
                                + " received none but current is the value '1000' of type 'signedint'",
                        Scene.declareQueue("ttl", FieldTable.EMPTY)),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/':"
                                + " received 'quorum' but current is 'classic'",
                        Scene.declareQueue("q", argument("x-queue-type", "quorum"))),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/':"
                                + " received 'false' but current is 'true'",
                        new TopologyCommand.DeclareQueue(
                                ALICE, VHOST, "q", false, false, false, false, FieldTable.EMPTY)),
                Arguments.of(
                        "PRECONDITION_FAILED - inequivalent arg 'auto_delete' for queue 'q' in vhost '/':"
                                + " received 'true' but current is 'false'",
                        new TopologyCommand.DeclareQueue(
                                ALICE, VHOST, "q", false, true, false, true, FieldTable.EMPTY)));
    }

    private static Stream<Arguments> bindings() {
        return Stream.of(
                Arguments.of(
                        "PRECONDITION_FAILED - unknown exchange type 'x-odd'", Scene.declareExchange("y", "x-odd")),
                Arguments.of(
                        "PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange'"
                                + " in exchange 'y' in vhost '/'",
                        new TopologyCommand.DeclareExchange(
                                ALICE, VHOST, "y", "direct", true, false, false, argument("alternate-exchange", 1))),
                Arguments.of(
                        "PRECONDITION_FAILED - Invalid x-match field value <<\"some\">>;"
                                + " expected all, any, all-with-x, or any-with-x",
                        bind("amq.headers", Scene.toQueue("q"), argument("x-match", "some"))),
                Arguments.of(
                        "PRECONDITION_FAILED - Invalid x-match field type signedint (value 1); expected longstr",
                        bind("amq.headers", Scene.toQueue("q"), argument("x-match", 1))));
    }

    @Test
    void permissionsAreThreePatternsPerVirtualHost() {
        scene.accepted(new TopologyCommand.PutUser(new User("bob", PasswordHash.NONE, Set.of())));
        var bob = new Actor("bob", "connection-3");
        assertThat(scene.refusal(declareBy(bob, "bob.q"))).isEqualTo(refusedTo("configure", "queue 'bob.q'"));

        scene.permit("bob", "^bob\\.", "^bob\\.|^amq.default$", "");

        scene.accepted(declareBy(bob, "bob.q"));
        assertThat(scene.refusal(declareBy(bob, "q2"))).isEqualTo(refusedTo("configure", "queue 'q2'"));
        assertThat(scene.refusal(
                        new TopologyCommand.Bind(bob, VHOST, "x", Scene.toQueue("bob.q"), "", FieldTable.EMPTY)))
                .isEqualTo(refusedTo("read", "exchange 'x'"));
        assertThat(scene.refusal(new TopologyCommand.Bind(bob, VHOST, "x", Scene.toQueue("q"), "", FieldTable.EMPTY)))
                .isEqualTo(refusedTo("write", "queue 'q'"));
        assertThat(scene.refusal(new TopologyCommand.LookUpExchange(bob, VHOST, "x")))
                .isEqualTo(refusedTo("configure", "exchange 'x'"));
        scene.accepted(new TopologyCommand.LookUpQueue(bob, VHOST, "bob.q"));
    }

    @Test
    void theDefaultExchangeIsCheckedByTheNameAmqDefault() {
        scene.accepted(new TopologyCommand.PutUser(new User("bob", PasswordHash.NONE, Set.of())));
        scene.permit("bob", "", "^amq\\.default$", "");
        var bob = new Actor("bob", "connection-3");
        var exchange = scene.exchange("").name();

        AccessControl.require(scene.topology, bob, Permission.Operation.WRITE, VHOST, exchange);

        var error = org.assertj.core.api.Assertions.catchThrowableOfType(
                ChannelError.class,
                () -> AccessControl.require(scene.topology, bob, Permission.Operation.READ, VHOST, exchange));
        assertThat(error.text()).isEqualTo(refusedTo("read", "exchange 'amq.default'"));
    }

    @Test
    void argumentsOfAnotherWidthAreTheSame() {
        var wide = FieldTable.of("x-message-ttl", new FieldValue.Int64(1000)).with("x-other", new FieldValue.NoValue());

        assertThat(scene.accepted(Scene.declareQueue("ttl", wide)).events()).isEmpty();
    }

    @Test
    void aServerNamedQueueCannotBeQuorum() {
        var command = new TopologyCommand.DeclareQueue(
                ALICE, VHOST, "amq.gen-1", true, true, false, false, argument("x-queue-type", "quorum"));

        assertThat(scene.refusal(command))
                .isEqualTo("PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue");
    }

    private static String refusedTo(String operation, String resource) {
        return "ACCESS_REFUSED - " + operation + " access to " + resource + " in vhost '/' refused for user 'bob'";
    }

    private static TopologyCommand declareBy(Actor actor, String queue) {
        return new TopologyCommand.DeclareQueue(actor, VHOST, queue, false, true, false, false, FieldTable.EMPTY);
    }

    private static TopologyCommand bind(String source, Destination destination) {
        return bind(source, destination, FieldTable.EMPTY);
    }

    private static TopologyCommand bind(String source, Destination destination, FieldTable arguments) {
        return new TopologyCommand.Bind(ALICE, VHOST, source, destination, "", arguments);
    }
}
