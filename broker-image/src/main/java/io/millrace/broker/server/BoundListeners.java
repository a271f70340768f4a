package io.millrace.broker.server;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The ports that a server listens on. Safe for any thread. */
public final class BoundListeners {
    private record Bound(Channel channel, Listener listener) {}

    private final List<Bound> all = new CopyOnWriteArrayList<>();

    /**
     * One more.
     *
     * @param bound is bound
     */
    public void add(Channel bound, String protocol, Optional<ServerIdentity> identity) {
        all.add(new Bound(bound, new Listener(protocol, (InetSocketAddress) bound.localAddress(), identity)));
    }

    /** Those that accept connections. */
    public List<Listener> active() {
        return all.stream()
                .filter(bound -> bound.channel().isActive())
                .map(Bound::listener)
                .toList();
    }

    /** Accepts no more. */
    public void close() {
        all.forEach(bound -> bound.channel().close().awaitUninterruptibly());
    }
}
