package io.millrace.operator.desired;

import io.millrace.api.v1alpha1.ListenerType;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How clients outside of Kubernetes reach brokers, as far as Kubernetes and its cloud have said. Services go by the name of their
 * listener, those of a single broker by {@link #row}.
 *
 * @param nodeAddresses addresses of the nodes that run brokers
 * @param nodePorts port on every node of each Service that has one
 * @param balancers host name or IP address of each Service's load balancer that has one
 */
public record Outside(Set<String> nodeAddresses, Map<String, Integer> nodePorts, Map<String, String> balancers) {

    /** Nobody has said anything. */
    public static final Outside UNKNOWN = new Outside(Set.of(), Map.of(), Map.of());

    /** Stands for the address of the node that a pod runs on; its broker knows it. */
    private static final String NODE_IP = "node-ip";

    public Outside {
        nodeAddresses = Set.copyOf(nodeAddresses);
        nodePorts = Map.copyOf(nodePorts);
        balancers = Map.copyOf(balancers);
    }

    /** Returns the name of one broker's Service on a listener. */
    public static String row(String listener, int node) {
        return listener + "." + node;
    }

    /** Returns whether a broker has a Service of its own on a listener. */
    public boolean knows(String listener, int node) {
        var row = row(listener, node);
        return nodePorts.containsKey(row) || balancers.containsKey(row);
    }

    /** Returns what each broker advertises on each listener that is reached from outside, as far as it is known. */
    public Map<String, String> rows(BrokerClusterIntent intent) {
        var rows = new TreeMap<String, String>();
        forEachRow(intent, (listener, node) -> advertised(listener, node)
                .ifPresent(address -> rows.put(row(listener.name(), node), address)));
        return rows;
    }

    /** Returns the Services without which brokers cannot start: nobody has said yet how they are reached. */
    public Set<String> missing(BrokerClusterIntent intent) {
        var missing = new TreeSet<String>();
        forEachRow(intent, (listener, node) -> {
            if (advertised(listener, node).isEmpty()) {
                missing.add(Services.brokerName(intent.name(), listener.name(), node));
            }
        });
        return missing;
    }

    /** Returns the names and addresses that a client on a listener may call a broker by. */
    public Set<String> hosts(ListenerIntent listener, int node) {
        var hosts = new HashSet<String>();
        listener.advertisedHost(node).ifPresent(hosts::add);
        switch (listener.type()) {
            case NODEPORT -> hosts.addAll(nodeAddresses);
            case LOADBALANCER -> {
                Optional.ofNullable(balancers.get(listener.name())).ifPresent(hosts::add);
                Optional.ofNullable(balancers.get(row(listener.name(), node))).ifPresent(hosts::add);
            }
            case INTERNAL -> {}
        }
        return hosts;
    }

    /**
     * Returns where clients outside connect first; empty if they cannot, or nobody knows yet.
     *
     * @param nodeAddress address of any node
     */
    public Optional<String> bootstrap(ListenerIntent listener, Optional<String> nodeAddress) {
        return switch (listener.type()) {
            case INTERNAL -> Optional.empty();
            case NODEPORT ->
                nodeAddress.flatMap(host ->
                        Optional.ofNullable(nodePorts.get(listener.name())).map(port -> address(host, port)));
            case LOADBALANCER ->
                Optional.ofNullable(balancers.get(listener.name())).map(host -> address(host, listener.port()));
        };
    }

    private Optional<String> advertised(ListenerIntent listener, int node) {
        var balances = listener.type() == ListenerType.LOADBALANCER;
        var row = row(listener.name(), node);
        var host = listener.advertisedHost(node)
                .or(() -> balances ? Optional.ofNullable(balancers.get(row)) : Optional.of(NODE_IP));
        var port = listener.advertisedPort(node)
                .or(() -> balances ? Optional.of(listener.port()) : Optional.ofNullable(nodePorts.get(row)));
        return host.flatMap(known -> port.map(number -> address(known, number)));
    }

    /** An IPv6 address is in brackets before a port (RFC 3986, section 3.2.2). */
    private static String address(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private interface Row {
        void of(ListenerIntent listener, int node);
    }

    private static void forEachRow(BrokerClusterIntent intent, Row row) {
        intent.listeners().stream().filter(ListenerIntent::perBroker).forEach(listener -> {
            for (int node = 0; node < intent.replicas(); node++) {
                row.of(listener, node);
            }
        });
    }
}
