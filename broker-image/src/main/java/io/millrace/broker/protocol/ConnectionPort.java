package io.millrace.broker.protocol;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.wire.Method;
import java.util.Optional;

/** What the connection machine needs of the world; on the connection's event loop. */
public interface ConnectionPort {
    /** Sends a method on channel 0. */
    void send(Method method);

    /** Whether the client has shown a certificate that it may log in with. */
    boolean hasCertificate();

    /**
     * Checks credentials; empty means refused. {@code response} is as RFC 4616 (PLAIN) or RabbitMQ's AMQPLAIN says; with EXTERNAL the certificate
     * counts.
     */
    Optional<String> authenticate(String mechanism, byte[] response);

    /** Enters a virtual host; throws 530 if it does not exist or the user may not. */
    void enter(String user, String virtualHost) throws AmqpError;

    /** The limits are agreed: a frame of at most {@code frameMaxBytes}, a heartbeat each {@code heartbeatSeconds} (0: none). */
    void tuned(int frameMaxBytes, int heartbeatSeconds);

    /** The client closes the connection: end all channels, send close-ok, close the socket. */
    void closeRequested();

    /** Close the socket now, without a word. */
    void hangUp();
}
