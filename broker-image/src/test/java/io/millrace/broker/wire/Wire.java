package io.millrace.broker.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;

/** A decoder in a channel, fed piece by piece, whose buffers are counted. */
final class Wire implements AutoCloseable {
    final RecordingSink sink = new RecordingSink();
    final FrameDecoder decoder = new FrameDecoder(sink);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    Wire() {
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(decoder);
    }

    static Wire afterProtocolHeader() {
        var wire = new Wire();
        var header = Unpooled.buffer();
        Frame.writeProtocolHeader(header);
        wire.feed(ByteBufUtil.getBytes(header));
        wire.sink.seen.clear();
        return wire;
    }

    Wire feed(byte[] bytes) {
        return feed(bytes, 0, bytes.length);
    }

    Wire feed(byte[] bytes, int from, int to) {
        ByteBuf piece = allocator.heapBuffer(to - from).writeBytes(bytes, from, to - from);
        channel.writeInbound(piece);
        return this;
    }

    /** Ends the connection. */
    @Override
    public void close() {
        sink.assembler.close();
        channel.finishAndReleaseAll();
    }

    /** Ends the connection and says how many bytes nobody has released. */
    long leakedBytesAtEnd() {
        close();
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }
}
