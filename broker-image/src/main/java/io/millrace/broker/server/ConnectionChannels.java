package io.millrace.broker.server;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.protocol.ConnectionMachine;
import io.millrace.broker.wire.Channel;
import io.millrace.broker.wire.Frame;
import io.millrace.broker.wire.Method;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The channels of a connection by their numbers; on the connection's loop. */
final class ConnectionChannels {
    private static final int ACKNOWLEDGED_EVERY_MS = 5_000;

    private final ConnectionHandler connection;
    private final ConnectionMachine machine;
    private final IntObjectHashMap<ChannelShell> open = new IntObjectHashMap<>();
    private boolean paused;

    ConnectionChannels(ConnectionHandler connection, ConnectionMachine machine) {
        this.connection = connection;
        this.machine = machine;
    }

    /** How they are shown, by number. */
    List<ClientChannel> shown() {
        var shown = new ArrayList<ClientChannel>();
        open.forEach((number, channel) -> shown.add(channel.shown()));
        shown.sort(Comparator.comparing(ClientChannel::number));
        return shown;
    }

    /** Handles a frame of a channel, which it may open. */
    void frame(int type, int number, ByteBuf payload) {
        if (!machine.isOpen()) {
            throw new ConnectionError(ReplyCode.COMMAND_INVALID, "the connection is not open");
        }
        var channel = open.get(number);
        if (channel != null) {
            channel.frame(type, payload);
            return;
        }
        if (type != Frame.METHOD) {
            throw new ConnectionError(ReplyCode.UNEXPECTED_FRAME, "content on a channel that is not open");
        }
        var method = Method.read(payload);
        if (method instanceof Channel.Open) {
            open(number);
        } else if (!(method instanceof Channel.CloseOk)) {
            throw new ConnectionError(
                    ReplyCode.CHANNEL_ERROR, "expected 'channel.open'", method.classId(), method.methodId());
        }
    }

    /** One too many for its user ends the connection. */
    private void open(int number) {
        var broker = connection.broker();
        machine.admitChannel(number, open.size());
        broker.connections().quotas().openChannel(connection, broker.topology().image());
        var channel = new ChannelShell(connection, number);
        channel.pause(paused);
        open.put(number, channel);
        connection.send(number, new Channel.OpenOk());
    }

    void forget(int number) {
        if (open.remove(number) != null) {
            connection.broker().connections().quotas().closeChannel(connection);
        }
    }

    /** Ends a channel with a reason; false if there is no such channel. */
    boolean refuse(int number, ChannelError error) {
        var channel = open.get(number);
        if (channel == null) {
            return false;
        }
        channel.refuse(error);
        return true;
    }

    void flushConfirms() {
        open.values().forEach(ChannelShell::flushConfirms);
    }

    /** Whether deliveries wait, on channels that are yet to open, too. */
    void pause(boolean pause) {
        paused = pause;
        open.values().forEach(channel -> channel.pause(pause));
    }

    /** Ends those that have not acknowledged a delivery in time, from now on until the looks are cancelled. */
    Future<?> requireAcknowledged(EventLoop loop) {
        return loop.scheduleAtFixedRate(
                () -> requireAcknowledged(TimeUnit.NANOSECONDS.toMillis(System.nanoTime())),
                ACKNOWLEDGED_EVERY_MS,
                ACKNOWLEDGED_EVERY_MS,
                TimeUnit.MILLISECONDS);
    }

    private void requireAcknowledged(long nowMs) {
        List.copyOf(open.values()).forEach(channel -> channel.requireAcknowledged(nowMs));
    }

    /** A channel has too much to do, or queues' consumers are behind those who only publish to them. */
    boolean areCongested() {
        boolean crowded = false;
        boolean consumes = false;
        for (var channel : open.values()) {
            if (channel.isBacklogged()) {
                return true;
            }
            crowded |= channel.publishesToCrowdedQueue();
            consumes |= channel.consumes();
        }
        return crowded && !consumes;
    }

    /** Ends them all, now. */
    void end() {
        var all = List.copyOf(open.values());
        open.clear();
        all.forEach(ChannelShell::end);
    }

    /** Ends them all; {@code then} runs when everything they published has arrived. Until then {@link #end} still ends them: the client may not wait for it. */
    void endAfterPublishes(Runnable then) {
        var waiting = List.copyOf(open.values());
        var left = new int[] {waiting.size()};
        Runnable oneDone = () -> {
            left[0]--;
            if (left[0] <= 0) {
                then.run();
            }
        };
        if (waiting.isEmpty()) {
            oneDone.run();
        }
        waiting.forEach(channel -> channel.endAfterPublishes(oneDone));
    }
}
