package io.millrace.broker.cluster;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The link to one pod: connects when something is to be said, and again when it broke. Works on its event loop; safe to call from any thread. */
final class LinkClient {
    private static final Logger LOG = LoggerFactory.getLogger(LinkClient.class);
    private static final int WAITING_AT_MOST = 10_000;
    private static final int RECONNECT_MS = 200;
    private static final int CONNECT_TIMEOUT_MS = 2_000;

    /** In a row, after the link broke: its process listens for as long as it lives. */
    private static final int REFUSALS_OF_THE_DEAD = 2;

    private static final long NEVER = Long.MIN_VALUE;

    /** Told what comes over the link, and when it broke or is there again; on the link's loop. */
    interface Listener {
        void received(LinkMessage message);

        void broken();

        void restored();

        /** Nobody listens any more where the link was: the process has ended. The machine is there, for it says so. */
        void died();
    }

    private final String self;
    private final String peer;
    private final LinkSettings settings;
    private final EventLoop loop;
    private final Listener listener;
    private final ArrayDeque<LinkMessage> waiting = new ArrayDeque<>();
    private @Nullable Channel channel;
    private long since = NEVER;
    private boolean connecting;
    private boolean wasBroken;
    private int refusals;
    private boolean closed;

    LinkClient(String self, String peer, LinkSettings settings, EventLoop loop, Listener listener) {
        this.self = self;
        this.peer = peer;
        this.settings = settings;
        this.loop = loop;
        this.listener = listener;
    }

    /** Sends a message; what waits when the link breaks is lost, and {@link Listener#broken} says so. */
    void send(LinkMessage message) {
        if (loop.inEventLoop()) {
            sendHere(message);
        } else {
            loop.execute(() -> sendHere(message));
        }
    }

    private void sendHere(LinkMessage message) {
        if (channel != null) {
            LinkFrames.send(channel, message);
        } else if (waiting.size() < WAITING_AT_MOST) {
            waiting.add(message);
            connect();
        } else {
            lost();
        }
    }

    private void connect() {
        var address = settings.peers().get(peer);
        if (connecting || closed || channel != null) {
            return;
        }
        if (address == null) {
            LOG.error("pod {} owns a slot, but there is no address of its link", peer);
            return;
        }
        connecting = true;
        new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        settings.tls().ifPresent(context -> {
                            var engine = context.get().createSSLEngine(address.host(), address.port());
                            engine.setUseClientMode(true);
                            var parameters = new SSLParameters();
                            parameters.setEndpointIdentificationAlgorithm("HTTPS");
                            engine.setSSLParameters(parameters);
                            socket.pipeline().addLast(new SslHandler(engine));
                        });
                        LinkFrames.addTo(socket.pipeline());
                        socket.pipeline().addLast(new Inbound());
                    }
                })
                .connect(address.host(), address.port())
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        LOG.debug("no link to {}: {}", peer, String.valueOf(done.cause()));
                        lost();
                        countRefusals(done.cause());
                        loop.schedule(this::connectAgain, RECONNECT_MS, TimeUnit.MILLISECONDS);
                    }
                });
    }

    private void countRefusals(Throwable cause) {
        boolean isRefused = cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException);
        refusals = isRefused && since != NEVER ? refusals + 1 : 0;
        if (refusals == REFUSALS_OF_THE_DEAD) {
            listener.died();
        }
    }

    /** Until now no other attempt was made: a second link would be one over which this pod never says anything. */
    private void connectAgain() {
        connecting = false;
        connect();
    }

    private void lost() {
        waiting.clear();
        wasBroken = true;
        listener.broken();
    }

    private void connected(Channel now) {
        connecting = false;
        if (closed) {
            now.close();
            return;
        }
        channel = now;
        since = loop.ticker().nanoTime();
        refusals = 0;
        LinkFrames.send(now, new LinkMessage.Hello(self));
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            LinkFrames.send(now, next);
        }
        if (wasBroken) {
            wasBroken = false;
            listener.restored();
        }
    }

    void close() {
        loop.execute(() -> {
            closed = true;
            if (channel != null) {
                channel.close();
            }
        });
    }

    private final class Inbound extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            connected(context.channel());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf payload) {
            listener.received(LinkCodec.read(new LinkBuffer(payload), self));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            channel = null;
            if (!closed) {
                LOG.info("the link to {} is gone", peer);
                lost();
                // One that breaks as soon as it is there is not worth all of the loop's time.
                boolean lasted = loop.ticker().nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(RECONNECT_MS);
                connecting = true;
                loop.schedule(LinkClient.this::connectAgain, lasted ? 0 : RECONNECT_MS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.warn("link to {}: {}", peer, cause.toString());
            context.close();
        }
    }
}
