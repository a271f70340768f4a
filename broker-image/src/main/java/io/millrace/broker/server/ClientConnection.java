package io.millrace.broker.server;

import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.protocol.ConnectionMachine;
import java.util.Optional;

/**
 * A client that is connected to this pod, for those who want to see it.
 *
 * @param name the two ends, {@code client:port -> server:port}
 * @param user empty until it has logged in
 * @param channels open channels
 * @param blocked whether it waits because of an alarm
 * @param mechanism how it has logged in; empty until it has
 * @param tls absent on plain connections
 */
public record ClientConnection(
        String name,
        String user,
        String vhost,
        String peerHost,
        int peerPort,
        int channels,
        boolean blocked,
        String mechanism,
        Optional<TlsSession> tls) {
    private static final String ARROW = " -> ";

    /** The peer's address is in the connection's name. */
    static ClientConnection of(
            String name,
            ConnectionMachine machine,
            VirtualHostName vhost,
            int channels,
            boolean blocked,
            Optional<TlsSession> tls) {
        var peer = name.substring(0, name.indexOf(ARROW));
        int colon = peer.lastIndexOf(':');
        return new ClientConnection(
                name,
                machine.user(),
                vhost.value(),
                peer.substring(0, colon),
                Integer.parseInt(peer.substring(colon + 1)),
                channels,
                blocked,
                machine.mechanism(),
                tls);
    }
}
