package io.millrace.broker.server;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.protocol.ConnectionMachine;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A client that is connected to this pod, for those who want to see it.
 *
 * @param name the two ends, {@code client:port -> server:port}
 * @param user empty until it has logged in
 * @param channels open channels, by number
 * @param blocked whether it waits because of an alarm
 * @param mechanism how it has logged in; empty until it has
 * @param tuning the limits that were agreed on
 * @param properties what the client said of itself
 * @param traffic what went over its socket
 * @param pendingOctets what its socket has not taken yet
 * @param tls absent on plain connections
 */
public record ClientConnection(
        String name,
        String user,
        String vhost,
        Instant since,
        List<ClientChannel> channels,
        boolean blocked,
        String mechanism,
        ConnectionMachine.Tuning tuning,
        FieldTable properties,
        Traffic traffic,
        long pendingOctets,
        Optional<TlsSession> tls) {
    private static final String ARROW = " -> ";

    static ClientConnection of(
            String name,
            Instant since,
            ConnectionMachine machine,
            VirtualHostName vhost,
            List<ClientChannel> channels,
            boolean blocked,
            Octets octets,
            Optional<TlsSession> tls) {
        return new ClientConnection(
                name,
                machine.user(),
                vhost.value(),
                since,
                channels,
                blocked,
                machine.mechanism(),
                machine.tuning(),
                machine.clientProperties(),
                octets.traffic(),
                octets.pending(),
                tls);
    }

    /** One end of the connection. */
    public record End(String host, int port) {
        private static End of(String text) {
            int colon = text.lastIndexOf(':');
            return new End(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        }
    }

    /** The client's end. */
    public End peer() {
        return End.of(name.substring(0, name.indexOf(ARROW)));
    }

    /** This pod's end. */
    public End here() {
        return End.of(name.substring(name.indexOf(ARROW) + ARROW.length()));
    }
}
