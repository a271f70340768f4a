package io.millrace.broker.server;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.Message;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.protocol.ConnectionMachine;
import io.millrace.broker.protocol.ConnectionPort;
import io.millrace.broker.protocol.Throttle;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.wire.Connection;
import io.millrace.broker.wire.Frame;
import io.millrace.broker.wire.FrameDecoder;
import io.millrace.broker.wire.FrameSink;
import io.millrace.broker.wire.Method;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The shell of one AMQP connection: socket, channels, heartbeats, and how errors end a channel or the connection. */
final class ConnectionHandler extends ChannelInboundHandlerAdapter implements FrameSink, ConnectionPort {
    private static final String NOT_CONNECTED = "not connected";
    private static final int CLOSE_PATIENCE_SECONDS = 10;

    private final Broker broker;
    private final String name;
    private final Supplier<Optional<TlsSession>> tls;
    private final Octets octets;
    private final ConnectionLog log;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private final ConnectionMachine machine;
    private final ConnectionChannels channels;
    private final Throttle throttle = new Throttle(this::tellBlocked);
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outbound out;
    private @Nullable ReadPause readPause;
    private @Nullable Future<?> looks;
    private final int lane;
    private final Instant since;
    private VirtualHostName vhost = VirtualHostName.DEFAULT;
    private boolean flushing;
    private boolean closing;

    /**
     * @param octets counts what goes over its socket
     * @param tls what was agreed on with the client; empty without TLS
     */
    ConnectionHandler(Broker broker, String name, Octets octets, Supplier<Optional<TlsSession>> tls) {
        this.broker = broker;
        this.name = name;
        log = new ConnectionLog(name);
        this.octets = octets;
        this.tls = tls;
        lane = name.hashCode();
        since = broker.clock().instant();
        machine = new ConnectionMachine(this, broker.profileVersion());
        channels = new ConnectionChannels(this, machine);
    }

    FrameDecoder decoder() {
        return decoder;
    }

    String name() {
        return name;
    }

    /** How this connection is shown; on its loop. */
    ClientConnection shown() {
        return ClientConnection.of(
                name, since, machine, vhost, channels.shown(), throttle.isBlocked(), octets, tls.get());
    }

    /** Whether it has entered a virtual host. */
    boolean isOpen() {
        return machine.isOpen();
    }

    String user() {
        return machine.user();
    }

    /** Whether the client understands an extension of the protocol. */
    boolean clientCan(String capability) {
        return machine.clientCan(capability);
    }

    Actor actor() {
        return new Actor(machine.user(), name);
    }

    VirtualHostName vhost() {
        return vhost;
    }

    /** The publish lane of this connection: its messages keep their order. */
    int lane() {
        return lane;
    }

    Broker broker() {
        return broker;
    }

    EventLoop loop() {
        return context().channel().eventLoop();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, NOT_CONNECTED);
    }

    private Outbound out() {
        return Objects.requireNonNull(out, NOT_CONNECTED);
    }

    private ReadPause readPause() {
        return Objects.requireNonNull(readPause, NOT_CONNECTED);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        out = new Outbound(ctx);
        readPause = new ReadPause(ctx.channel(), this::isCongested);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        log.accepted();
        broker.connections().add(this);
        looks = channels.requireAcknowledged(loop());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        log.gone("the socket was closed");
        if (looks != null) {
            looks.cancel(false);
        }
        broker.connections().remove(this);
        channels.end();
        broker.topology().connectionGone(name);
        out().release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flushNow();
        readPause().look();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        channels.pause(!ctx.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() instanceof SSLException tlsFailure) {
            log.tlsFailed(tlsFailure);
            ctx.close();
        } else if (cause instanceof IOException) {
            log.gone(cause.toString());
            ctx.close();
        } else {
            failed(cause);
        }
    }

    /** The log is behind, or the channels are. */
    private boolean isCongested() {
        return broker.logs().messages().isCongested() || channels.areCongested();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent idle) {
            if (idle.state() == IdleState.WRITER_IDLE) {
                out().heartbeat();
                flushNow();
            } else if (ctx.channel().config().isAutoRead()) {
                log.missedHeartbeats();
                ctx.close();
            }
        }
    }

    /** A publish came: under an alarm it is the last for now. */
    void published() {
        if (throttle.published(broker.alarms().raised())) {
            readPause().hold();
        }
    }

    /** No alarm is left; on the loop. */
    void alarmsCleared() {
        throttle.cleared();
        readPause().release();
    }

    private void tellBlocked(Method method) {
        if (!closing && machine.clientCan("connection.blocked")) {
            send(0, method);
        }
    }

    /** Sends what was gathered before the event loop waits again. */
    void flushSoon() {
        if (!flushing) {
            flushing = true;
            loop().execute(this::flushNow);
        }
    }

    private void flushNow() {
        flushing = false;
        channels.flushConfirms();
        out().flush();
    }

    void send(int channel, Method method) {
        out().method(channel, method);
        flushSoon();
    }

    void send(int channel, Method method, Message message) {
        out().content(channel, method, message);
        flushSoon();
    }

    @Override
    public void protocolHeader() {
        log.spoken();
        machine.begin();
    }

    @Override
    public void protocolMismatch() {
        log.protocolMismatch();
        out().protocolHeader();
        hangUp();
    }

    @Override
    public void heartbeat() {} // the idle handler has seen the bytes

    @Override
    public void broken(ConnectionError error) {
        refuse(error);
    }

    @Override
    public void frame(int type, int channel, ByteBuf payload) {
        try {
            if (channel == 0) {
                controlFrame(type, payload);
            } else if (!closing) {
                channels.frame(type, channel, payload);
            }
        } catch (AmqpError | IllegalArgumentException e) {
            failed(channel, e);
        }
    }

    private void controlFrame(int type, ByteBuf payload) {
        if (type != Frame.METHOD) {
            throw new ConnectionError(ReplyCode.UNEXPECTED_FRAME, "content on channel 0");
        }
        var method = Method.read(payload);
        if (!closing || method instanceof Connection.CloseOk || method instanceof Connection.Close) {
            machine.on(method);
        }
    }

    void forget(int number) {
        channels.forget(number);
    }

    /** An error in what a channel did, on this loop. */
    void failed(int number, RuntimeException cause) {
        if (cause instanceof ChannelError error && channels.refuse(number, error)) {
            log.channelRefused(number, error);
            flushSoon();
        } else {
            failed(cause);
        }
    }

    private void failed(Throwable cause) {
        if (cause instanceof AmqpError error) {
            refuse(new ConnectionError(
                    error.replyCode(), error.explanation(), error.failingClassId(), error.failingMethodId()));
        } else {
            log.bug(cause);
            refuse(new ConnectionError(ReplyCode.INTERNAL_ERROR, "an internal error"));
        }
    }

    /** Ends the connection with a reason; the client has a moment to answer. */
    void refuse(ConnectionError error) {
        if (closing) {
            return;
        }
        closing = true;
        log.refused(error);
        channels.end();
        out().method(
                        0,
                        new Connection.Close(
                                error.replyCode().code(),
                                error.text(),
                                error.failingClassId(),
                                error.failingMethodId()));
        flushNow();
        loop().schedule(() -> context().close(), CLOSE_PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void send(Method method) {
        send(0, method);
    }

    @Override
    public boolean hasCertificate() {
        return tls.get().flatMap(TlsSession::peer).isPresent();
    }

    @Override
    public Optional<String> authenticate(String mechanism, byte[] response) {
        var claim = broker.login().claim(mechanism, response, tls.get().flatMap(TlsSession::peer));
        if (!claim.isTrue()) {
            log.loginRefused(claim.user(), mechanism);
            return Optional.empty();
        }
        log.authenticated(claim.user(), mechanism);
        return Optional.of(claim.user());
    }

    @Override
    public void enter(String user, String virtualHost) {
        vhost = broker.topology().enter(user, virtualHost);
        broker.connections().quotas().enter(this, user, vhost, broker.topology().image());
        octets.enter(broker.connections().traffic().of(vhost, broker.topology().image()));
        log.entered(virtualHost);
    }

    @Override
    public void tuned(int frameMaxBytes, int heartbeatSeconds) {
        decoder.frameMax(frameMaxBytes);
        out().frameMax(frameMaxBytes);
        if (heartbeatSeconds > 0) {
            long readMs = 2_000L * heartbeatSeconds;
            long writeMs = 500L * heartbeatSeconds;
            context().pipeline().addFirst(new IdleStateHandler(readMs, writeMs, 0, TimeUnit.MILLISECONDS));
        }
    }

    /** Channels first wait for their publishes, so that a client that closes knows where they are. */
    @Override
    public void closeRequested() {
        log.closed();
        closing = true;
        channels.endAfterPublishes(() -> {
            out().method(0, new Connection.CloseOk());
            hangUp();
        });
    }

    @Override
    public void hangUp() {
        closing = true;
        decoder.stop();
        out().flush();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
