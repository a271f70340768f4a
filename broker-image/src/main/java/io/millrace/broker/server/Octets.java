package io.millrace.broker.server;

import io.millrace.broker.model.Rates;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Counts what goes over the socket of one connection. It is the handler next to the socket: RabbitMQ asks the socket below TLS, too. On the connection's loop.
 */
final class Octets extends ChannelDuplexHandler {
    private static final int COUNTS = 2;

    private final TrafficTotal ofPod;
    private final Rates rates = new Rates(COUNTS, System.nanoTime());
    private @Nullable TrafficTotal ofVhost;
    private @Nullable ChannelHandlerContext context;
    private long received;
    private long reads;
    private long handedOver;
    private long writes;

    /** @param ofPod counts with it */
    Octets(TrafficTotal ofPod) {
        this.ofPod = ofPod;
    }

    /** The connection is one of a virtual host from now on; what it took to get there counts there, too. */
    void enter(TrafficTotal vhost) {
        vhost.received(received, reads);
        vhost.sent(handedOver, writes);
        ofVhost = vhost;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf octets) {
            int count = octets.readableBytes();
            received += count;
            reads++;
            ofPod.received(count, 1);
            if (ofVhost != null) {
                ofVhost.received(count, 1);
            }
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf octets && octets.isReadable()) {
            int count = octets.readableBytes();
            handedOver += count;
            writes++;
            ofPod.sent(count, 1);
            if (ofVhost != null) {
                ofVhost.sent(count, 1);
            }
        }
        ctx.write(message, promise);
    }

    /** What the socket has received and sent so far. */
    Traffic traffic() {
        var meters = rates.meters(System.nanoTime(), received, handedOver - pending());
        return new Traffic(meters[0], meters[1], reads, writes);
    }

    /** Octets that the socket has not taken yet: the client reads more slowly than we send. */
    long pending() {
        var buffer = context == null ? null : context.channel().unsafe().outboundBuffer();
        if (buffer == null) {
            return 0; // it is closed
        }
        var waiting = new long[1];
        try {
            buffer.forEachFlushedMessage(message -> {
                waiting[0] += message instanceof ByteBuf octets ? octets.readableBytes() : 0;
                return true;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e); // only what is called for each could throw
        }
        return waiting[0];
    }
}
