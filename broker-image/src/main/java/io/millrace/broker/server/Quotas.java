package io.millrace.broker.server;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Limits;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.User;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** How much of their limits users and virtual hosts use on this pod; other pods count for themselves. Safe for any thread. */
final class Quotas {
    private record Use(String user, VirtualHostName vhost, int channels) {}

    private final Map<Object, Use> byConnection = new HashMap<>();

    /**
     * A connection enters a virtual host.
     *
     * @throws ConnectionError {@code NOT_ALLOWED} if there are as many as there may be
     */
    synchronized void enter(Object connection, String user, VirtualHostName vhost, Topology image) {
        var ofVhost = image.limits(vhost).of(Limits.CONNECTIONS);
        requireRoom(
                ofVhost,
                use -> use.vhost().equals(vhost),
                "access to vhost '%s' refused for user '%s': connection limit (%d) is reached"
                        .formatted(vhost.value(), user, ofVhost.orElse(0)));
        var ofUser = limits(user, image).of(Limits.CONNECTIONS);
        requireRoom(
                ofUser,
                use -> use.user().equals(user),
                "connection refused for user '%s': user connection limit (%d) is reached"
                        .formatted(user, ofUser.orElse(0)));
        byConnection.put(connection, new Use(user, vhost, 0));
    }

    private void requireRoom(OptionalLong limit, Predicate<Use> counts, String refusal) {
        if (limit.isPresent() && byConnection.values().stream().filter(counts).count() >= limit.getAsLong()) {
            throw new ConnectionError(ReplyCode.NOT_ALLOWED, refusal, 10, 40);
        }
    }

    private static Limits limits(String user, Topology image) {
        return image.user(user).map(User::limits).orElse(Limits.NONE);
    }

    /** A connection is gone, and its channels with it. */
    synchronized void leave(Object connection) {
        byConnection.remove(connection);
    }

    /**
     * A connection opens a channel.
     *
     * @throws ConnectionError {@code NOT_ALLOWED} if its user has as many as he may have
     */
    synchronized void openChannel(Object connection, Topology image) {
        var use = byConnection.get(connection);
        if (use == null) {
            return;
        }
        var limit = limits(use.user(), image).of(Limits.CHANNELS);
        if (limit.isPresent() && channels(use.user()) >= limit.getAsLong()) {
            throw new ConnectionError(
                    ReplyCode.NOT_ALLOWED,
                    "number of channels opened for user '%s' has reached the maximum allowed user limit of (%d)"
                            .formatted(use.user(), limit.getAsLong()));
        }
        count(connection, 1);
    }

    private long channels(String user) {
        return byConnection.values().stream()
                .filter(use -> use.user().equals(user))
                .mapToLong(Use::channels)
                .sum();
    }

    synchronized void closeChannel(Object connection) {
        count(connection, -1);
    }

    private void count(Object connection, int more) {
        byConnection.computeIfPresent(
                connection, (key, use) -> new Use(use.user(), use.vhost(), use.channels() + more));
    }
}
