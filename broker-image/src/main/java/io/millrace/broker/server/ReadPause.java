package io.millrace.broker.server;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Leaves a connection's socket unread while there is reason to: whoever publishes too fast waits in TCP, and nothing is dropped. */
final class ReadPause {
    private static final int LOOK_MS = 1;

    private final Channel channel;
    private final BooleanSupplier reason;
    private boolean looking;
    private boolean held;

    ReadPause(Channel channel, BooleanSupplier reason) {
        this.channel = channel;
        this.reason = reason;
    }

    /** Reads nothing until {@link #release}. */
    void hold() {
        held = true;
        look();
    }

    void release() {
        held = false;
        look();
    }

    /** Looks whether to read on; and again soon, if not. On the channel's loop. */
    void look() {
        boolean pause = held || reason.getAsBoolean();
        channel.config().setAutoRead(!pause);
        if (pause && !held && !looking) {
            looking = true;
            channel.eventLoop().schedule(this::lookAgain, LOOK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void lookAgain() {
        looking = false;
        look();
    }
}
