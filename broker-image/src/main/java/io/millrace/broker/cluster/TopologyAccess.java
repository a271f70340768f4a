package io.millrace.broker.cluster;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.DelayHeader;
import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.topology.AccessControl;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.Allocation;
import io.millrace.broker.topology.CopyKeys;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.ExchangeType;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.QueueType;
import io.millrace.broker.topology.Refusals;
import io.millrace.broker.topology.Router;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.TopologyMachine;
import io.millrace.broker.topology.VirtualHostTopology;
import io.millrace.broker.wire.Basic;
import io.millrace.broker.wire.ContentHeader;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The topology as connections and the management API use it: reads on this pod's replica, changes through the one writer. */
public final class TopologyAccess {
    private static final Allocation NOTHING_NEW = new Allocation(0, 1, 1, "");
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    /** A route, and whether the next message with the same exchange and routing key takes it too. */
    public record PublishRoute(Publisher.Route route, boolean cacheable) {}

    private final TopologyReplica replica;
    private final TopologyChanges changes;
    private final QueueTable table;
    private final Routing routing;
    private final Streams streams;

    TopologyAccess(
            TopologyReplica replica, TopologyChanges changes, QueueTable table, Routing routing, Streams streams) {
        this.streams = streams;
        this.replica = replica;
        this.changes = changes;
        this.table = table;
        this.routing = routing;
    }

    /** The newest image of this pod; a new object whenever anything changed. */
    public Topology image() {
        return replica.image();
    }

    /** Tells of every user, virtual host, queue and so on that is deleted from now on, when this pod's image is without it; on the thread that replays the log. */
    public void whenRemoved(Consumer<TopologyKey> listener) {
        replica.whenRemoved(listener::accept);
    }

    /** Whether there is a user of that name whose password this is. */
    public boolean isUser(String name, String password) {
        return image().user(name)
                .filter(known -> known.password().matches(password))
                .isPresent();
    }

    /** Whether there is a user of that name. */
    public boolean isUser(String name) {
        return image().user(name).isPresent();
    }

    /** Enters a virtual host; throws 530 if it does not exist or the user has no permission there. */
    public VirtualHostName enter(String user, String virtualHost) {
        if (virtualHost.isEmpty()
                || image().vhost(new VirtualHostName(virtualHost)).isEmpty()) {
            throw new ConnectionError(ReplyCode.NOT_ALLOWED, "vhost " + virtualHost + " not found", 10, 40);
        }
        var vhost = new VirtualHostName(virtualHost);
        if (!AccessControl.mayEnter(image(), vhost, user)) {
            throw new ConnectionError(
                    ReplyCode.NOT_ALLOWED,
                    "access to vhost '%s' refused for user '%s'".formatted(virtualHost, user),
                    10,
                    40);
        }
        return vhost;
    }

    /** A queue to read from; throws 403, 404 or 405. */
    public QueueRef readable(Actor actor, VirtualHostName vhost, String name) {
        var image = image();
        var queueName = new QueueName(name);
        AccessControl.require(image, actor, Permission.Operation.READ, vhost, queueName);
        var queue = host(image, vhost).queue(queueName).orElseThrow(() -> Refusals.noQueue(vhost, queueName));
        if (queue.isExclusive() && !queue.owner().equals(Optional.ofNullable(actor.connection()))) {
            throw Refusals.locked(vhost, queueName);
        }
        return handle(vhost, queueName).orElseThrow(() -> Refusals.noQueue(vhost, queueName));
    }

    /**
     * A queue to take messages from; throws 403, 404 or 405, and 540 if it is a stream.
     *
     * @param method what is wanted
     */
    public QueueHandle emptiable(Actor actor, QueueDefinition queue, String method) {
        if (queue.type() == QueueType.STREAM) {
            throw Refusals.notForStreams(
                    method, queue.vhost().value(), queue.name().value());
        }
        return (QueueHandle) readable(actor, queue.vhost(), queue.name().value());
    }

    /** The handle of a queue that exists. */
    public Optional<QueueHandle> handle(VirtualHostName vhost, QueueName name) {
        return image().vhost(vhost).flatMap(host -> host.queue(name)).flatMap(this::handle);
    }

    /** The handle of a queue of the topology, or of what an exchange holds its delayed messages in. */
    public Optional<QueueHandle> handle(QueueDefinition queue) {
        return Optional.ofNullable(table.byId(queue.qid()));
    }

    private static VirtualHostTopology host(Topology image, VirtualHostName vhost) {
        return image.vhost(vhost)
                .orElseThrow(() ->
                        new ConnectionError(ReplyCode.CONNECTION_FORCED, "vhost '" + vhost.value() + "' is gone"));
    }

    /** Passes if the user may publish to an exchange; throws 403. */
    public void requireWritable(Actor actor, VirtualHostName vhost, String exchange) {
        AccessControl.require(image(), actor, Permission.Operation.WRITE, vhost, new ExchangeName(exchange));
    }

    /** Where a publish goes; throws 403 or 404. */
    public PublishRoute publishRoute(Actor actor, VirtualHostName vhost, Basic.Publish publish, ContentHeader header) {
        var image = image();
        var name = new ExchangeName(publish.exchange());
        AccessControl.require(image, actor, Permission.Operation.WRITE, vhost, name);
        var host = host(image, vhost);
        var exchange = host.exchange(name).orElseThrow(() -> Refusals.noExchange(vhost, name));
        if (exchange.internal()) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    "cannot publish to internal exchange '%s' in vhost '%s'".formatted(name.value(), vhost.value()),
                    publish.classId(),
                    publish.methodId());
        }
        if (exchange.type() == ExchangeType.DELAYED && DelayHeader.isUnreadable(Routing.headers(header.properties()))) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    "invalid header x-delay: not a number of milliseconds",
                    publish.classId(),
                    publish.methodId());
        }
        if (header.hasAny(BasicProperties.HEADERS) && CopyKeys.isIn(Routing.headers(header.properties()))) {
            var keys = CopyKeys.of(publish.routingKey(), Routing.headers(header.properties()));
            keys.forEach(key -> AccessControl.requireTopic(image, actor, Permission.Operation.WRITE, exchange, key));
            var copies = Router.route(host, exchange, keys, header::properties, Routing::chance);
            return new PublishRoute(routing.handles(copies), false);
        }
        AccessControl.requireTopic(image, actor, Permission.Operation.WRITE, exchange, publish.routingKey());
        var routes = Router.route(host, exchange, publish.routingKey(), header::properties, Routing::chance);
        return new PublishRoute(routing.handles(routes), !routes.onlyThis());
    }

    /** Carries out a method that looks at or changes the topology; the answer comes on any thread. */
    public void change(
            Method request, Actor actor, VirtualHostName vhost, Consumer<Method> done, Consumer<AmqpError> refused) {
        Consumer<AmqpError> blamed = error -> refused.accept(blame(error, request));
        if (request instanceof Queue.Delete delete) {
            deleteQueue(delete, actor, vhost, done, blamed);
        } else {
            var command = TopologyMethods.command(request, actor, vhost);
            change(command, reply -> answer(request, reply, done), blamed);
        }
    }

    /** Decides here what changes nothing; the rest goes to the writer. */
    public void change(TopologyCommand command, Consumer<Decision.Reply> done, Consumer<AmqpError> refused) {
        var here = TopologyMachine.decide(command, image(), NOTHING_NEW);
        if (here instanceof Decision.Accepted(var events, var reply) && events.isEmpty()) {
            done.accept(reply);
            return;
        }
        changes.submit(command, done, refused);
    }

    private static AmqpError blame(AmqpError error, Method request) {
        return switch (error) {
            case ChannelError channel -> channel.causedBy(request.classId(), request.methodId());
            case ConnectionError connection -> connection.causedBy(request.classId(), request.methodId());
        };
    }

    private void answer(Method request, Decision.Reply reply, Consumer<Method> done) {
        if (!(reply instanceof Decision.Reply.Declared(var queue, var isNew))) {
            done.accept(TopologyMethods.ok(request));
            return;
        }
        var handle = table.byId(queue.qid());
        if (isNew || handle == null) {
            done.accept(new Queue.DeclareOk(queue.name().value(), 0, 0));
        } else {
            handle.declaredAgain();
            count(
                    handle,
                    count -> done.accept(new Queue.DeclareOk(
                            queue.name().value(),
                            count.ready(),
                            Streams.isStream(handle) ? 0 : count.consumers()))); // as in RabbitMQ
        }
    }

    /** Tells how many messages and consumers a queue has, once all publishes of this pod are known. On any thread. */
    public void count(QueueHandle queue, QueueHandle.Counted counted) {
        if (Streams.isStream(queue)) {
            streams.count(queue, counted);
        } else {
            queue.count(counted);
        }
    }

    /** if-unused and if-empty need the queue's own counts, and the answer tells how many messages went with it; of a stream neither counts, as in RabbitMQ. */
    private void deleteQueue(
            Queue.Delete delete,
            Actor actor,
            VirtualHostName vhost,
            Consumer<Method> done,
            Consumer<AmqpError> refused) {
        var handle = handle(vhost, new QueueName(delete.queue()));
        QueueHandle.Counted counted = count -> change(
                new TopologyCommand.DeleteQueue(
                        actor,
                        vhost,
                        delete.queue(),
                        delete.ifUnused(),
                        delete.ifEmpty(),
                        count.consumers(),
                        count.ready()),
                reply -> done.accept(new Queue.DeleteOk(count.ready())),
                refused);
        if (handle.isPresent() && !Streams.isStream(handle.get())) {
            handle.get().count(counted);
        } else {
            counted.counted(QueueCount.NOTHING);
        }
    }

    /** A connection is gone: its exclusive queues go too, if not now, then later. */
    public void connectionGone(String connection) {
        if (!image().exclusiveQueues(connection).isEmpty()) {
            change(
                    new TopologyCommand.ConnectionClosed(connection),
                    reply -> {},
                    error -> LATER.execute(() -> connectionGone(connection)));
        }
    }
}
