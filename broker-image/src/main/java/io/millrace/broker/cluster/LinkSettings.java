package io.millrace.broker.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How the pods of a cluster reach each other's queue layer.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 for none: there are no other pods
 * @param peers host and port of each pod, itself included
 * @param tls makes the context for mutual TLS from the newest certificates; absent for plain links on one machine
 */
public record LinkSettings(String host, int port, Map<String, Address> peers, Optional<Supplier<SSLContext>> tls) {
    /** A pod that is alone. */
    public static final LinkSettings ALONE = new LinkSettings("localhost", 0, Map.of(), Optional.empty());

    public LinkSettings {
        peers = Map.copyOf(peers);
    }

    /** Where a pod listens for links. */
    public record Address(String host, int port) {}
}
