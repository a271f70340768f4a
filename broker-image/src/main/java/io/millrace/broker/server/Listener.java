package io.millrace.broker.server;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A port that is listened on.
 *
 * @param protocol RabbitMQ's name of what is spoken there
 * @param identity who it shows itself as; absent without TLS
 */
public record Listener(String protocol, InetSocketAddress address, Optional<ServerIdentity> identity) {
    public static final String AMQP = "amqp";
    public static final String AMQP_TLS = "amqp/ssl";
    public static final String HTTP = "http";
    public static final String HTTP_TLS = "https";

    /** Links between pods. */
    public static final String CLUSTERING = "clustering";
}
