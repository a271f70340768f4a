package io.millrace.broker.server;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Listens for AMQP 0-9-1 clients, on any number of ports. */
final class AmqpServer implements AutoCloseable {
    private static final int READ_BYTES = 64 << 10;
    private static final WriteBufferWaterMark WRITE_BOUNDS = new WriteBufferWaterMark(256 << 10, 1 << 20);
    private static final int CLOSE_PATIENCE_SECONDS = 5;

    private final Broker broker;
    private final EventLoopGroup loops;
    private final BoundListeners listeners = new BoundListeners();

    AmqpServer(Broker broker, EventLoopGroup loops) {
        this.broker = broker;
        this.loops = loops;
    }

    /**
     * Listens for clients without TLS.
     *
     * @throws IOException if the port is taken
     */
    void listen(String host, int port) throws IOException {
        var bound = bind(host, port, channel -> channel.pipeline().addLast(handlers(channel, Optional::empty)));
        listeners.add(bound, Listener.AMQP, Optional.empty());
    }

    /**
     * Listens for clients with TLS.
     *
     * @param identity makes the engine of each connection
     * @throws IOException if the port is taken
     */
    void listenTls(String host, int port, ServerIdentity identity) throws IOException {
        var bound = bind(host, port, channel -> {
            var engine = identity.get();
            channel.pipeline()
                    .addLast(new SslHandler(engine))
                    .addLast(handlers(channel, () -> Optional.of(TlsSession.of(engine.getSession()))));
        });
        listeners.add(bound, Listener.AMQP_TLS, Optional.of(identity));
    }

    /** Where it listens. */
    List<Listener> listeners() {
        return listeners.active();
    }

    private ChannelHandler[] handlers(SocketChannel channel, Supplier<Optional<TlsSession>> tls) {
        var name = channel.remoteAddress() + " -> " + channel.localAddress();
        var octets = new Octets(broker.connections().traffic().all());
        channel.pipeline().addFirst(octets);
        var handler = new ConnectionHandler(broker, name.replace("/", ""), octets, tls);
        return new ChannelHandler[] {handler.decoder(), handler};
    }

    private Channel bind(String host, int port, Consumer<SocketChannel> pipeline) throws IOException {
        var bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BOUNDS)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        pipeline.accept(channel);
                    }
                });
        var bound = bootstrap.bind(host, port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var reason =
                    new BindException("AMQP port " + port + ": " + bound.cause().getMessage());
            reason.initCause(bound.cause());
            throw reason;
        }
        return bound.channel();
    }

    /** Accepts no more and closes every connection with 320 CONNECTION_FORCED: recovering clients come back to another pod. */
    @Override
    public void close() {
        listeners.close();
        for (var connection : broker.connections().all()) {
            connection
                    .loop()
                    .execute(() -> connection.refuse(new ConnectionError(
                            ReplyCode.CONNECTION_FORCED, "broker forced connection closure with reason 'shutdown'")));
        }
        broker.connections().awaitNone(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
