package io.millrace.broker.server;

import io.millrace.broker.cluster.LinkSettings;
import io.millrace.broker.cluster.QueueCluster;
import io.millrace.broker.log.Logs;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The AMQP side of one pod: event loops, the pod's part of the queue cluster, and the listener for clients. */
public final class AmqpLayer implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(120);

    /** The RabbitMQ version whose behaviour we show: the last that allows transient queues and global prefetch. */
    public static final String PROFILE_VERSION = "4.2.0";

    private final Logs logs;
    private final LinkSettings links;
    private final EventLoopGroup loops;
    private final QueueCluster cluster;
    private final Alarms alarms;
    private final Broker broker;
    private final AmqpServer server;

    /**
     * Prepares everything; nothing is replayed and nobody is served yet.
     *
     * @param settings asked again and again, on event loops: they may change, but for where the name stands in certificates
     */
    public AmqpLayer(Logs logs, String pod, LinkSettings links, Supplier<ServerSettings> settings) {
        this(logs, pod, links, settings, Clock.systemUTC());
    }

    /** The same by a given clock: messages are stamped, expire and are due by it, and nothing else is. */
    public AmqpLayer(Logs logs, String pod, LinkSettings links, Supplier<ServerSettings> settings, Clock clock) {
        this.logs = logs;
        this.links = links;
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        loops = new MultiThreadIoEventLoopGroup(
                count, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        var all = new ArrayList<EventLoop>();
        for (int i = 0; i < count; i++) {
            all.add(loops.next());
        }
        cluster = new QueueCluster(logs, pod, all, loops, links, clock);
        var connections = new Connections();
        cluster.topology().whenRemoved(connections::removed);
        alarms = new Alarms(settings, logs, connections);
        broker = new Broker(
                pod,
                PROFILE_VERSION,
                settings,
                logs,
                cluster.topology(),
                new Login(cluster.topology(), settings.get().certificateLogin()),
                cluster.publisher(),
                cluster.commits(),
                cluster.replies(),
                cluster.streams(),
                connections,
                alarms,
                new AtomicLong(),
                clock);
        server = new AmqpServer(broker, loops);
    }

    /** Replays and takes part in the ownership of slots; clients come with {@link #listen}. */
    public QueueCluster start() {
        cluster.start(START_PATIENCE);
        alarms.start(loops.next());
        return cluster;
    }

    /**
     * Serves clients.
     *
     * @throws IOException if the port is taken
     */
    public void listen(String host, int port) throws IOException {
        server.listen(host, port);
    }

    /**
     * Serves clients with TLS.
     *
     * @param identity makes one engine per connection, of the newest certificate
     * @throws IOException if the port is taken
     */
    public void listenTls(String host, int port, ServerIdentity identity) throws IOException {
        server.listenTls(host, port, identity);
    }

    /** Where it listens: for clients, and for other pods if there may be some. */
    public List<Listener> listeners() {
        var all = new ArrayList<>(server.listeners());
        if (links.port() != 0) {
            var address = new InetSocketAddress(links.host(), links.port());
            all.add(new Listener(Listener.CLUSTERING, address, Optional.empty()));
        }
        return all;
    }

    /** How many clients are connected now, whether they have logged in or not. */
    public int connectionCount() {
        return broker.connections().all().size();
    }

    /** What this pod has to spare, and which alarms came of that. */
    public ResourceState resources() {
        return new ResourceState(alarms.resources(), alarms.raised());
    }

    /** The clients connected now. */
    public CompletionStage<List<ClientConnection>> connections() {
        return broker.connections().shown();
    }

    /** What went over the sockets of all clients there are and were; never goes back. */
    public Traffic traffic() {
        return broker.connections().traffic().all().now();
    }

    /** The same by virtual host, of those that somebody has entered here. */
    public Map<String, Traffic> trafficByVirtualHost() {
        return broker.connections().traffic().byVhost();
    }

    /** Ends the client of that name with 320 and a reason; false if there is none. */
    public boolean endConnection(String name, String reason) {
        return broker.connections().end(name, reason);
    }

    /** Ends connections with 320, hands slots over, closes the log. */
    @Override
    public void close() {
        server.close();
        cluster.close();
        logs.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
