package io.millrace.broker.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.MessageToByteEncoder;
import io.netty.handler.flush.FlushConsolidationHandler;

/** The framing of links: four bytes of length, then a message. */
final class LinkFrames {
    /** A message with the largest body, and room for its fields. */
    private static final int LARGEST_BYTES = 18 << 20;

    private static final int FLUSHES_AT_ONCE = 256;

    private LinkFrames() {}

    static void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(
                new FlushConsolidationHandler(FLUSHES_AT_ONCE, true),
                new LengthFieldBasedFrameDecoder(LARGEST_BYTES, 0, Integer.BYTES, 0, Integer.BYTES),
                new Encoder());
    }

    static void send(Channel channel, LinkMessage message) {
        channel.writeAndFlush(message);
    }

    private static final class Encoder extends MessageToByteEncoder<LinkMessage> {
        Encoder() {
            super(LinkMessage.class);
        }

        @Override
        protected void encode(ChannelHandlerContext context, LinkMessage message, ByteBuf out) {
            int start = out.writerIndex();
            out.writeInt(0);
            LinkCodec.write(new LinkBuffer(out), message);
            out.setInt(start, out.writerIndex() - start - Integer.BYTES);
        }
    }
}
