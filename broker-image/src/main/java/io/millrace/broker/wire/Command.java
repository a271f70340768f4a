package io.millrace.broker.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A method and, if it has content, its header and body.
 *
 * @param channel the channel it came on
 * @param header present exactly if the method has content
 * @param body present exactly if the method has content; whoever takes the command releases it
 */
public record Command(
        int channel,
        Method method,
        @Nullable ContentHeader header,
        @Nullable ByteBuf body) {
    /** Releases the body, if there is one. */
    public void release() {
        if (body != null) {
            body.release();
        }
    }
}
