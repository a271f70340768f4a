package io.millrace.broker.cluster;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.Destination;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.wire.Exchange;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;
import java.security.SecureRandom;
import java.util.Base64;

/** AMQP methods as commands to the topology, and the methods that answer them. */
final class TopologyMethods {
    private static final int GENERATED_NAME_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private TopologyMethods() {}

    static TopologyCommand command(Method request, Actor actor, VirtualHostName vhost) {
        return switch (request) {
            case Exchange.Declare declare
            when declare.passive() -> new TopologyCommand.LookUpExchange(actor, vhost, declare.exchange());
            case Exchange.Declare declare ->
                new TopologyCommand.DeclareExchange(
                        actor,
                        vhost,
                        declare.exchange(),
                        declare.type(),
                        declare.durable(),
                        declare.autoDelete(),
                        declare.internal(),
                        declare.arguments());
            case Exchange.Delete delete ->
                new TopologyCommand.DeleteExchange(actor, vhost, delete.exchange(), delete.ifUnused());
            case Exchange.Bind bind ->
                new TopologyCommand.Bind(
                        actor, vhost, bind.source(), exchange(bind.destination()), bind.routingKey(), bind.arguments());
            case Exchange.Unbind unbind ->
                new TopologyCommand.Unbind(
                        actor,
                        vhost,
                        unbind.source(),
                        exchange(unbind.destination()),
                        unbind.routingKey(),
                        unbind.arguments());
            case Queue.Declare declare
            when declare.passive() -> new TopologyCommand.LookUpQueue(actor, vhost, declare.queue());
            case Queue.Declare declare ->
                new TopologyCommand.DeclareQueue(
                        actor,
                        vhost,
                        declare.queue().isEmpty() ? generatedName() : declare.queue(),
                        declare.queue().isEmpty(),
                        declare.durable(),
                        declare.exclusive(),
                        declare.autoDelete(),
                        declare.arguments());
            case Queue.Bind bind ->
                new TopologyCommand.Bind(
                        actor, vhost, bind.exchange(), queue(bind.queue()), bind.routingKey(), bind.arguments());
            case Queue.Unbind unbind ->
                new TopologyCommand.Unbind(
                        actor,
                        vhost,
                        unbind.exchange(),
                        queue(unbind.queue()),
                        unbind.routingKey(),
                        unbind.arguments());
            default -> // an answer, which only servers send
                throw new ConnectionError(
                        ReplyCode.COMMAND_INVALID, "unimplemented method", request.classId(), request.methodId());
        };
    }

    private static Destination queue(String name) {
        return new Destination(Destination.Kind.QUEUE, name);
    }

    private static Destination exchange(String name) {
        return new Destination(Destination.Kind.EXCHANGE, name);
    }

    /** A name as RabbitMQ makes them up: {@code amq.gen-} and random characters. */
    private static String generatedName() {
        byte[] random = new byte[GENERATED_NAME_BYTES];
        RANDOM.nextBytes(random);
        return "amq.gen-" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    static Method ok(Method request) {
        return switch (request) {
            case Exchange.Declare declare -> new Exchange.DeclareOk();
            case Exchange.Delete delete -> new Exchange.DeleteOk();
            case Exchange.Bind bind -> new Exchange.BindOk();
            case Exchange.Unbind unbind -> new Exchange.UnbindOk();
            case Queue.Bind bind -> new Queue.BindOk();
            case Queue.Unbind unbind -> new Queue.UnbindOk();
            default -> throw new IllegalArgumentException(request.name() + " is answered otherwise");
        };
    }
}
