package io.millrace.broker.server;

import io.millrace.broker.cluster.Commits;
import io.millrace.broker.cluster.DirectReplies;
import io.millrace.broker.cluster.Publisher;
import io.millrace.broker.cluster.Streams;
import io.millrace.broker.cluster.TopologyAccess;
import io.millrace.broker.log.Logs;
import io.millrace.broker.queue.SessionId;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What every connection of this pod shares.
 *
 * @param pod name of this pod
 * @param profileVersion the RabbitMQ version whose behaviour we show
 */
record Broker(
        String pod,
        String profileVersion,
        Supplier<ServerSettings> settings,
        Logs logs,
        TopologyAccess topology,
        Login login,
        Publisher publisher,
        Commits commits,
        DirectReplies replies,
        Streams streams,
        Connections connections,
        Alarms alarms,
        AtomicLong sessions,
        Clock clock) {
    SessionId newSession() {
        return new SessionId(pod, sessions.incrementAndGet());
    }
}
