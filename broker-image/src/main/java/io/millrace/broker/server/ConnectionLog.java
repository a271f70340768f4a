package io.millrace.broker.server;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is logged of one connection and its channels (docs/logging.md): every line begins with the connection's name as RabbitMQ writes it, its user and its virtual host. The end
 * of a connection is logged once, with the first reason there is. On the connection's loop.
 */
final class ConnectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLog.class);

    private final String name;
    private String user = "";
    private String vhost = "";
    private boolean spoken;
    private boolean ended;

    ConnectionLog(String name) {
        this.name = name;
    }

    /** How the connection stands in every line; built only for lines that are written. */
    @Override
    public String toString() {
        if (user.isEmpty()) {
            return "connection " + name;
        }
        return "connection " + name + " (user '" + user + "'" + (vhost.isEmpty() ? "" : ", vhost '" + vhost + "'")
                + ")";
    }

    void accepted() {
        LOG.debug("{}: accepted", this);
    }

    /** The client has begun to speak AMQP: it is no mere probe of the port. */
    void spoken() {
        spoken = true;
    }

    void authenticated(String knownUser, String mechanism) {
        user = knownUser;
        LOG.debug("{}: authenticated by {}", this, mechanism);
    }

    /** @param claimed who the client says it is; empty if it does not say */
    void loginRefused(String claimed, String mechanism) {
        LOG.info("{}: {} login refused: user '{}', unknown or with wrong credentials", this, mechanism, claimed);
        ended = true;
    }

    void entered(String host) {
        vhost = host;
        LOG.debug("{}: open", this);
    }

    void channelRefused(int number, ChannelError error) {
        LOG.warn(
                "{} channel {}: closed with {} {}",
                this,
                number,
                error.replyCode().code(),
                error.getMessage());
    }

    /** The client closes the connection as it should. */
    void closed() {
        if (end()) {
            LOG.debug("{}: closed by the client", this);
        }
    }

    void refused(ConnectionError error) {
        if (!end()) {
            return;
        }
        if (error.replyCode() == ReplyCode.CONNECTION_FORCED) {
            LOG.debug("{}: closed with {} {}", this, error.replyCode().code(), error.getMessage());
        } else {
            LOG.warn("{}: closed with {} {}", this, error.replyCode().code(), error.getMessage());
        }
    }

    /** Does not speak our version of the protocol. */
    void protocolMismatch() {
        if (end()) {
            LOG.warn("{}: closed, it does not begin with AMQP 0-9-1", this);
        }
    }

    void bug(Throwable cause) {
        if (end()) {
            LOG.error("{}: closed because of a bug", this, cause);
        }
    }

    void missedHeartbeats() {
        if (end()) {
            LOG.warn("{}: closed, missed heartbeats from the client", this);
        }
    }

    void tlsFailed(Throwable cause) {
        if (end()) {
            LOG.warn("{}: closed, no TLS with the client: {}", this, cause.getMessage());
        }
    }

    /** The socket is gone. Who only looks whether somebody listens is no surprise. */
    void gone(String why) {
        if (!end()) {
            return;
        }
        if (spoken) {
            LOG.warn("{}: ended without being closed by the client: {}", this, why);
        } else {
            LOG.debug("{}: ended before a word was said: {}", this, why);
        }
    }

    private boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}
