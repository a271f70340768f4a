package io.millrace.broker.server;

import io.millrace.broker.protocol.ChannelPort;
import io.millrace.broker.queue.QueueRef;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;
import java.util.concurrent.Executor;

/** What a channel asks of the topology, as its connection's user; answers are brought to the channel's loop. */
final class ChannelTopology {
    private final ConnectionHandler connection;
    private final Executor onLoop;

    /** @param onLoop runs something of the channel's on its loop, unless the channel is over */
    ChannelTopology(ConnectionHandler connection, Executor onLoop) {
        this.connection = connection;
        this.onLoop = onLoop;
    }

    QueueRef readable(String queue) {
        return connection.broker().topology().readable(connection.actor(), connection.vhost(), queue);
    }

    void change(Method request, ChannelPort.Answer answer) {
        connection
                .broker()
                .topology()
                .change(
                        request,
                        connection.actor(),
                        connection.vhost(),
                        reply -> {
                            clearUp(request);
                            onLoop.execute(() -> answer.done(reply));
                        },
                        error -> onLoop.execute(() -> answer.refused(error)));
    }

    /** An exclusive queue that is there only now goes with its connection, too, if that went meanwhile: nobody else could ever use it. */
    private void clearUp(Method request) {
        if (request instanceof Queue.Declare declare && declare.exclusive()) {
            connection.loop().execute(() -> {
                var broker = connection.broker();
                if (!broker.connections().has(connection)) {
                    broker.topology().connectionGone(connection.name());
                }
            });
        }
    }
}
