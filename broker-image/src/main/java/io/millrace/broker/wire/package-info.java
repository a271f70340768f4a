/**
 * AMQP 0-9-1 on the wire: frames, methods, content. Pure: bytes in, values out. The method records are generated from
 * {@code src/main/amqp/amqp-0-9-1.methods}.
 */
@NullMarked
package io.millrace.broker.wire;

import org.jspecify.annotations.NullMarked;
