package io.millrace.broker.launcher;

import io.millrace.broker.model.PodName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One Kafka node of a cluster: makes of the operator's settings, and of what only the node knows, the properties Kafka is started with.
 *
 * @param pod this pod
 * @param namespace its namespace
 * @param bindHost address its listeners are bound to
 * @param settings what the operator says
 * @param advertised {@code host:port} to advertise, for listeners that have a row
 * @param rack the rack it is in, if any
 * @param tls this node's certificate
 * @param logDirectory where the log lies
 */
record LogNode(
        PodName pod,
        String namespace,
        String bindHost,
        LogSettings settings,
        Map<String, String> advertised,
        Optional<String> rack,
        TlsFiles tls,
        String logDirectory) {
    static final String CONTROLLER = "CONTROLLER";
    static final int CONTROLLER_PORT = 9090;
    static final String REPLICATION = "REPLICATION";
    static final int REPLICATION_PORT = 9091;

    LogNode {
        advertised = Map.copyOf(advertised);
    }

    boolean isController() {
        return settings.controllers().contains(pod.nodeId());
    }

    boolean isBroker() {
        return pod.role() == PodName.Role.BROKER;
    }

    /** The name of a pod in DNS. */
    String host(PodName of) {
        return of + "." + settings.headlessService() + "." + namespace + ".svc";
    }

    /** Where the broker of this node is reached by its peers. */
    String replicationEndpoint() {
        return host(pod) + ":" + REPLICATION_PORT;
    }

    /** Where the controller of this node is reached by its peers. */
    String controllerEndpoint() {
        return host(pod) + ":" + CONTROLLER_PORT;
    }

    /** Everything Kafka is started with. */
    Map<String, String> kafkaProperties() {
        var all = new HashMap<String, String>();
        all.putAll(QueueLayerNeeds.kafkaProperties());
        all.putAll(FastFailover.kafkaProperties());
        all.putAll(DiskGuard.kafkaProperties());
        all.putAll(settings.kafka());
        all.put("node.id", Integer.toString(pod.nodeId()));
        all.put("process.roles", roles());
        all.put("log.dirs", logDirectory);
        all.put(
                "controller.quorum.bootstrap.servers",
                settings.controllers().stream()
                        .map(id -> host(PodName.ofNode(settings.cluster(), id)) + ":" + CONTROLLER_PORT)
                        .collect(Collectors.joining(",")));
        all.put("controller.listener.names", CONTROLLER);
        all.putAll(listeners());
        all.putAll(security());
        if (isBroker()) {
            all.put("inter.broker.listener.name", REPLICATION);
            rack.ifPresent(name -> all.put("broker.rack", name));
            settings.listeners().forEach(listener -> all.putAll(security(listener)));
        }
        return all;
    }

    private String roles() {
        var roles = new ArrayList<String>();
        if (isBroker()) {
            roles.add("broker");
        }
        if (isController()) {
            roles.add("controller");
        }
        return String.join(",", roles);
    }

    private Map<String, String> listeners() {
        var bound = new ArrayList<String>();
        var told = new ArrayList<String>();
        var protocols = new LinkedHashMap<String, String>();
        protocols.put(CONTROLLER, "SSL");
        protocols.put(REPLICATION, "SSL");
        if (isController()) {
            bound.add(CONTROLLER + "://" + bindHost + ":" + CONTROLLER_PORT);
            told.add(CONTROLLER + "://" + controllerEndpoint());
        }
        if (isBroker()) {
            bound.add(REPLICATION + "://" + bindHost + ":" + REPLICATION_PORT);
            told.add(REPLICATION + "://" + replicationEndpoint());
            for (var listener : settings.listeners()) {
                bound.add(listener.kafkaName() + "://" + bindHost + ":" + listener.port());
                told.add(listener.kafkaName() + "://" + advertisedAddress(listener));
                protocols.put(listener.kafkaName(), listener.securityProtocol());
            }
        }
        return Map.of(
                "listeners", String.join(",", bound),
                "advertised.listeners", String.join(",", told),
                "listener.security.protocol.map",
                        protocols.entrySet().stream()
                                .map(entry -> entry.getKey() + ":" + entry.getValue())
                                .collect(Collectors.joining(",")));
    }

    private String advertisedAddress(ClientListener listener) {
        if (!listener.type().hasAddressRow()) {
            return host(pod) + ":" + listener.port();
        }
        var row = advertised.get(listener.name());
        if (row == null) {
            throw new IllegalStateException("listener " + listener.name() + " has no address yet");
        }
        return row;
    }

    private Map<String, String> security() {
        var all = new HashMap<>(tls.kafkaProperties());
        all.put("ssl.client.auth", "required");
        all.put("ssl.principal.mapping.rules", NodePrincipals.mappingRules(settings.cluster()));
        all.put("super.users", NodePrincipals.superUsers(settings.kafka().getOrDefault("super.users", "")));
        all.putIfAbsent("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        return all;
    }

    private Map<String, String> security(ClientListener listener) {
        var prefix = listener.propertyPrefix();
        return switch (listener.authentication()) {
            case TLS ->
                Map.of(
                        prefix + "ssl.client.auth",
                        "required",
                        prefix + TlsFiles.TRUSTED_BY_LISTENER,
                        tls.clientAuthorities().toString(),
                        prefix + "ssl.principal.mapping.rules",
                        NodePrincipals.CLIENT_MAPPING_RULES);
            case NONE -> Map.of(prefix + "ssl.client.auth", "none");
            case SCRAM -> scram(prefix);
        };
    }

    private static Map<String, String> scram(String prefix) {
        var all = new HashMap<String, String>();
        var mechanisms = List.of("SCRAM-SHA-512", "SCRAM-SHA-256");
        all.put(prefix + "ssl.client.auth", "none");
        all.put(prefix + "sasl.enabled.mechanisms", String.join(",", mechanisms));
        for (var mechanism : mechanisms) {
            all.put(
                    prefix + mechanism.toLowerCase(Locale.ROOT) + ".sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        }
        return all;
    }
}
