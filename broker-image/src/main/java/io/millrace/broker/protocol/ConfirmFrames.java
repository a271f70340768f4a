package io.millrace.broker.protocol;

import io.millrace.broker.wire.Basic;

/** Confirms as {@code basic.ack} and {@code basic.nack} to the publisher. */
record ConfirmFrames(ChannelPort port) implements ConfirmTracker.ConfirmSink {
    @Override
    public void ack(long deliveryTag, boolean multiple) {
        port.send(new Basic.Ack(deliveryTag, multiple));
    }

    @Override
    public void nack(long deliveryTag) {
        port.send(new Basic.Nack(deliveryTag, false, false));
    }
}
