package io.millrace.broker.server;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.util.concurrent.TimeUnit;

/** Listens for AMQP 0-9-1 clients. */
public final class AmqpServer implements AutoCloseable {
    private static final int READ_BYTES = 64 << 10;
    private static final WriteBufferWaterMark WRITE_BOUNDS = new WriteBufferWaterMark(256 << 10, 1 << 20);
    private static final int CLOSE_PATIENCE_SECONDS = 5;

    private final Broker broker;
    private final Channel listener;

    /**
     * Binds and listens.
     *
     * @throws IOException if the port is taken
     */
    public AmqpServer(Broker broker, EventLoopGroup loops, String host, int port) throws IOException {
        this.broker = broker;
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
                        var name = channel.remoteAddress() + " -> " + channel.localAddress();
                        var handler = new ConnectionHandler(broker, name.replace("/", ""));
                        channel.pipeline().addLast(handler.decoder(), handler);
                    }
                });
        var bound = bootstrap.bind(host, port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var reason =
                    new BindException("AMQP port " + port + ": " + bound.cause().getMessage());
            reason.initCause(bound.cause());
            throw reason;
        }
        listener = bound.channel();
    }

    /** Accepts no more and closes every connection with 320 CONNECTION_FORCED: recovering clients come back to another pod. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        for (var connection : broker.connections().all()) {
            connection
                    .loop()
                    .execute(() -> connection.refuse(new ConnectionError(
                            ReplyCode.CONNECTION_FORCED, "broker forced connection closure with reason 'shutdown'")));
        }
        broker.connections().awaitNone(CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
