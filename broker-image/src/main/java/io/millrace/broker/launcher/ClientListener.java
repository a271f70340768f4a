package io.millrace.broker.launcher;

import java.util.Locale;

/**
 * A listener for Kafka clients ({@code millrace.listener.<name>.*} of docs/seams.md).
 *
 * @param name its name in the BrokerCluster
 * @param port where it listens
 * @param type how clients reach it
 * @param tls whether it speaks TLS
 * @param authentication how clients prove who they are
 */
record ClientListener(String name, int port, Type type, boolean tls, Authentication authentication) {
    ClientListener {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " of listener " + name + " is not a port");
        }
        if (authentication == Authentication.TLS && !tls) {
            throw new IllegalArgumentException("listener " + name + " authenticates by TLS but does not speak it");
        }
    }

    /** How clients reach a listener. */
    enum Type {
        INTERNAL,
        NODEPORT,
        LOADBALANCER;

        /** Whether the address to advertise is told from outside. */
        boolean hasAddressRow() {
            return this != INTERNAL;
        }
    }

    /** How clients prove who they are. */
    enum Authentication {
        NONE,
        SCRAM,
        TLS
    }

    /** The name Kafka knows it by. */
    String kafkaName() {
        return "CLIENT-" + name.toUpperCase(Locale.ROOT);
    }

    /** Prefix of Kafka's properties of this listener. */
    String propertyPrefix() {
        return "listener.name." + kafkaName().toLowerCase(Locale.ROOT) + ".";
    }

    String securityProtocol() {
        var transport = tls ? "SSL" : "PLAINTEXT";
        return authentication == Authentication.SCRAM ? "SASL_" + transport : transport;
    }
}
