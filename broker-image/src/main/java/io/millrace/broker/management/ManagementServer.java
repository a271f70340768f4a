package io.millrace.broker.management;

import io.millrace.broker.server.BoundListeners;
import io.millrace.broker.server.Listener;
import io.millrace.broker.server.ServerIdentity;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The management HTTP API (a subset of RabbitMQ's), on an event loop of its own: a long list does not hold up a delivery. */
public final class ManagementServer implements AutoCloseable {
    private static final int BODY_BYTES_AT_MOST = 1 << 20;
    private static final int CONNECTIONS_AT_MOST = 256;
    private static final int IDLE_SECONDS = 75;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup open;
    private final BoundListeners listeners = new BoundListeners();
    private final Router router;

    /**
     * Serves.
     *
     * @throws IOException if the port is taken
     */
    public ManagementServer(ManagedBroker broker, String host, int port) throws IOException {
        var pods = new Pods(broker.pod(), broker.cluster().inquiries(), broker.layer());
        pods.answer();
        router = new Router(Routes.of(broker, pods, listeners::active), broker::image);
        open = new DefaultChannelGroup(loop.next());
        listen(host, port, Optional.empty());
    }

    /**
     * Serves with TLS, too.
     *
     * @param identity makes the engine of each connection
     * @throws IOException if the port is taken
     */
    public void listenTls(String host, int port, ServerIdentity identity) throws IOException {
        listen(host, port, Optional.of(identity));
    }

    private void listen(String host, int port, Optional<ServerIdentity> identity) throws IOException {
        var bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(io.netty.channel.ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel, identity);
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            var reason = new BindException(
                    "management port " + port + ": " + bound.cause().getMessage());
            reason.initCause(bound.cause());
            throw reason;
        }
        open.add(bound.channel());
        listeners.add(bound.channel(), identity.isPresent() ? Listener.HTTP_TLS : Listener.HTTP, identity);
    }

    private void accept(Channel channel, Optional<ServerIdentity> identity) {
        if (open.size() > CONNECTIONS_AT_MOST) {
            channel.close();
            return;
        }
        open.add(channel);
        identity.ifPresent(engines -> channel.pipeline().addLast(new SslHandler(engines.get())));
        channel.pipeline()
                .addLast(
                        new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS),
                        new HttpServerCodec(),
                        new HttpServerKeepAliveHandler(),
                        new HttpObjectAggregator(BODY_BYTES_AT_MOST),
                        new FlowControlHandler(),
                        new RequestHandler(router));
    }

    /** Accepts no more and closes every connection. */
    @Override
    public void close() {
        open.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
