package io.millrace.broker.launcher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of {@code queues} as the operator writes them ({@code queues.properties} of docs/seams.md).
 *
 * @param cluster name of the BrokerCluster
 * @param bootstrap brokers' listener REPLICATION, as {@code host:port} separated by commas
 * @param amqpPort port of the AMQP 0-9-1 listener, or {@link #NO_LISTENER}
 * @param amqpTls the AMQP listener with the node's certificate, if there is to be one
 * @param managementPort port of the management HTTP API
 * @param managementTlsPort port of the same with TLS and the node's certificate, if there is to be one
 * @param linkPort port of the links between queue layers
 * @param options {@code millrace.queues.*}, as they are
 */
record QueuesSettings(
        String cluster,
        String bootstrap,
        int amqpPort,
        Optional<TlsListener> amqpTls,
        int managementPort,
        Optional<Integer> managementTlsPort,
        int linkPort,
        Map<String, String> options) {
    static final String CLUSTER = "millrace.cluster";
    static final String BOOTSTRAP = "millrace.bootstrap";
    static final String AMQP_PORT = "millrace.amqp.port";
    static final String AMQP_TLS_PORT = "millrace.amqp.tls.port";
    static final String AMQP_TLS_AUTHENTICATION = "millrace.amqp.tls.authentication";
    static final String MANAGEMENT_PORT = "millrace.management.port";
    static final String MANAGEMENT_TLS_PORT = "millrace.management.tls.port";
    static final String LINK_PORT = "millrace.link.port";
    static final String OPTIONS = "millrace.queues.";

    /** Instead of a port: nobody is served without TLS. */
    static final int NO_LISTENER = 0;

    private static final int USUAL_MANAGEMENT_TLS_PORT = 15_671;

    private static final List<String> KEYS = List.of(
            CLUSTER,
            BOOTSTRAP,
            AMQP_PORT,
            AMQP_TLS_PORT,
            AMQP_TLS_AUTHENTICATION,
            MANAGEMENT_PORT,
            MANAGEMENT_TLS_PORT,
            LINK_PORT);

    /**
     * A listener with TLS.
     *
     * @param port where it listens
     * @param certificates whether clients must show certificates of the clients' CA
     */
    record TlsListener(int port, boolean certificates) {}

    QueuesSettings {
        options = Map.copyOf(options);
    }

    /**
     * Reads the file's content.
     *
     * @throws IllegalArgumentException naming the key that is missing, unknown or wrong
     */
    static QueuesSettings parse(Map<String, String> properties) {
        var options = new HashMap<>(Map.of(QueueOptions.DISK_MARK, Double.toString(DiskMarks.USUAL.low())));
        properties.forEach((key, value) -> {
            if (key.startsWith(OPTIONS)) {
                options.put(key, value.strip());
            } else if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("unknown key " + key);
            }
        });
        return new QueuesSettings(
                required(properties, CLUSTER),
                required(properties, BOOTSTRAP),
                port(properties, AMQP_PORT, 5672),
                amqpTls(properties),
                port(properties, MANAGEMENT_PORT, 15672),
                Optional.of(properties)
                        .filter(all -> all.containsKey(MANAGEMENT_TLS_PORT))
                        .map(all -> port(all, MANAGEMENT_TLS_PORT, USUAL_MANAGEMENT_TLS_PORT)),
                port(properties, LINK_PORT, 25672),
                options);
    }

    private static Optional<TlsListener> amqpTls(Map<String, String> properties) {
        if (!properties.containsKey(AMQP_TLS_PORT)) {
            return Optional.empty();
        }
        var authentication =
                properties.getOrDefault(AMQP_TLS_AUTHENTICATION, "scram").strip();
        if (!List.of("scram", "tls").contains(authentication)) {
            throw new IllegalArgumentException(
                    AMQP_TLS_AUTHENTICATION + " is '" + authentication + "', not scram or tls");
        }
        return Optional.of(
                new TlsListener(port(properties, AMQP_TLS_PORT, AmqpTls.DEFAULT_PORT), authentication.equals("tls")));
    }

    private static String required(Map<String, String> properties, String key) {
        var value = properties.getOrDefault(key, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("missing key " + key);
        }
        return value;
    }

    private static int port(Map<String, String> properties, String key, int otherwise) {
        var value = properties.getOrDefault(key, Integer.toString(otherwise)).strip();
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + value + "', not a port", e);
        }
    }
}
