package io.millrace.broker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import java.util.ArrayList;
import java.util.List;

/** A topology that commands are decided on, one after the other, with the events that came of them. */
final class Scene {
    static final VirtualHostName VHOST = VirtualHostName.DEFAULT;
    static final Actor ALICE = new Actor("alice", "connection-1");
    static final Actor ALICE_ELSEWHERE = new Actor("alice", "connection-2");

    final List<TopologyEvent> events = new ArrayList<>();
    Topology topology = Topology.EMPTY;
    private long nextQid = 1;

    /** A virtual host in which alice may do everything. */
    static Scene withAlice() {
        var scene = new Scene();
        scene.accepted(new TopologyCommand.PutVirtualHost(new VirtualHost(VHOST, "")));
        scene.accepted(new TopologyCommand.PutUser(new User("alice", PasswordHash.NONE, java.util.Set.of())));
        scene.permit("alice", ".*", ".*", ".*");
        return scene;
    }

    Scene permit(String user, String configure, String write, String read) {
        accepted(new TopologyCommand.PutPermission(new Permission(
                VHOST, user, ResourcePattern.of(configure), ResourcePattern.of(write), ResourcePattern.of(read))));
        return this;
    }

    Decision decide(TopologyCommand command) {
        return TopologyMachine.decide(command, topology, new Allocation(nextQid, 1, 64, "pod-0"));
    }

    /** Decides a command that must be accepted, and applies what came of it. */
    Decision.Accepted accepted(TopologyCommand command) {
        var decision = decide(command);
        assertThat(decision).isInstanceOf(Decision.Accepted.class);
        return apply((Decision.Accepted) decision);
    }

    Decision.Accepted apply(Decision.Accepted decision) {
        topology = topology.apply(decision.events());
        events.addAll(decision.events());
        nextQid++;
        return decision;
    }

    /** The reply text of a command that must be refused. */
    String refusal(TopologyCommand command) {
        return error(command).text();
    }

    AmqpError error(TopologyCommand command) {
        var decision = decide(command);
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return ((Decision.Refused) decision).error();
    }

    Scene exchange(String name, String type) {
        accepted(declareExchange(name, type));
        return this;
    }

    Scene queue(String... names) {
        for (var name : names) {
            accepted(declareQueue(name, FieldTable.EMPTY));
        }
        return this;
    }

    Scene bindQueue(String source, String queue, String routingKey) {
        return bindQueue(source, queue, routingKey, FieldTable.EMPTY);
    }

    Scene bindQueue(String source, String queue, String routingKey, FieldTable arguments) {
        accepted(new TopologyCommand.Bind(ALICE, VHOST, source, toQueue(queue), routingKey, arguments));
        return this;
    }

    Scene bindExchange(String source, String exchange, String routingKey) {
        accepted(new TopologyCommand.Bind(ALICE, VHOST, source, toExchange(exchange), routingKey, FieldTable.EMPTY));
        return this;
    }

    VirtualHostTopology vhost() {
        return topology.vhost(VHOST).orElseThrow();
    }

    ExchangeDefinition exchange(String name) {
        return vhost().exchange(new ExchangeName(name)).orElseThrow();
    }

    boolean hasExchange(String name) {
        return vhost().exchange(new ExchangeName(name)).isPresent();
    }

    QueueDefinition queueNamed(String name) {
        return vhost().queue(new QueueName(name)).orElseThrow();
    }

    boolean hasQueue(String name) {
        return vhost().queue(new QueueName(name)).isPresent();
    }

    static TopologyCommand.DeclareExchange declareExchange(String name, String type) {
        return new TopologyCommand.DeclareExchange(ALICE, VHOST, name, type, true, false, false, FieldTable.EMPTY);
    }

    static TopologyCommand.DeclareExchange declareAutoDelete(String name) {
        return new TopologyCommand.DeclareExchange(ALICE, VHOST, name, "fanout", true, true, false, FieldTable.EMPTY);
    }

    static TopologyCommand.DeclareQueue declareQueue(String name, FieldTable arguments) {
        return new TopologyCommand.DeclareQueue(ALICE, VHOST, name, false, true, false, false, arguments);
    }

    static TopologyCommand.DeclareQueue declareExclusive(Actor actor, String name) {
        return new TopologyCommand.DeclareQueue(actor, VHOST, name, false, false, true, false, FieldTable.EMPTY);
    }

    static TopologyCommand.DeleteQueue deleteQueue(String name) {
        return new TopologyCommand.DeleteQueue(ALICE, VHOST, name, false, false, 0, 0);
    }

    static TopologyCommand.DeleteExchange deleteExchange(String name) {
        return new TopologyCommand.DeleteExchange(ALICE, VHOST, name, false);
    }

    static TopologyCommand.Unbind unbindQueue(String source, String queue, String routingKey) {
        return new TopologyCommand.Unbind(ALICE, VHOST, source, toQueue(queue), routingKey, FieldTable.EMPTY);
    }

    static Destination toQueue(String name) {
        return new Destination(Destination.Kind.QUEUE, name);
    }

    static Destination toExchange(String name) {
        return new Destination(Destination.Kind.EXCHANGE, name);
    }

    static FieldTable argument(String key, String text) {
        return FieldTable.of(key, LongString.of(text));
    }

    static FieldTable argument(String key, int number) {
        return FieldTable.of(key, new FieldValue.Int32(number));
    }
}
