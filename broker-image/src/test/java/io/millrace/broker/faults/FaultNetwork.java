package io.millrace.broker.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Names and addresses of pods, on loopback addresses that belong to one cluster alone. Links between queue layers lead through proxies; what queue layers say to the log
 * does where that is wished; what the log's nodes say to each other does not.
 */
final class FaultNetwork implements AutoCloseable {
    static final int KAFKA_PORT = 9092;
    static final int REPLICATION_PORT = 9091;
    static final int LINK_PORT = 25672;

    /** From a queue layer to another pod. */
    private record Way(int from, int to) {}

    private final String network = free();
    private final boolean logByProxy;
    private final Map<Way, LinkProxy> links = new HashMap<>();
    private final Map<Way, LinkProxy> logs = new HashMap<>();

    /** @param logByProxy whether queue layers reach the log, that of their own pods too, through proxies */
    FaultNetwork(boolean logByProxy) {
        this.logByProxy = logByProxy;
    }

    /** Other runs of these tests on this machine use other networks. */
    private static String free() {
        for (long pid = ProcessHandle.current().pid(); ; pid++) {
            var network = "127." + (100 + pid / 250 % 100) + "." + pid % 250 + ".";
            try (var socket = new ServerSocket(KAFKA_PORT, 1, InetAddress.getByName(network + 1))) {
                return socket.isBound() ? network : "";
            } catch (IOException e) {
                // taken
            }
        }
    }

    String address(int node) {
        return network + (node + 1);
    }

    /** A node of the log as the others know it. */
    static String host(int node) {
        return FaultCluster.pod(node) + ".orders-nodes.shop.svc";
    }

    /** A pod as the other queue layers know it. */
    static String linkHost(int node) {
        return FaultCluster.pod(node) + ".links";
    }

    /** The file of names for nodes of the log. */
    String hosts() {
        return IntStream.range(0, FaultCluster.NODES)
                .mapToObj(node -> address(node) + " " + host(node) + "\n")
                .collect(Collectors.joining());
    }

    /** The file of names for the queue layer of a pod, whose proxies listen from now on. */
    String hosts(int edge) throws IOException {
        var lines = new StringBuilder();
        for (int owner = 0; owner < FaultCluster.NODES; owner++) {
            var address = address(owner);
            var proxied = network + (10 * (edge + 1) + owner);
            boolean isOther = owner != edge;
            if (isOther) {
                links.put(new Way(edge, owner), new LinkProxy(proxied, LINK_PORT, address));
            }
            if (isOther || logByProxy) {
                logs.put(new Way(edge, owner), new LinkProxy(proxied, REPLICATION_PORT, address));
            }
            lines.append(logByProxy ? proxied : address)
                    .append(' ')
                    .append(host(owner))
                    .append('\n');
            lines.append(isOther || logByProxy ? proxied : address)
                    .append(' ')
                    .append(linkHost(owner))
                    .append('\n');
        }
        return lines.toString();
    }

    /** The links between two pods, in both directions. */
    List<LinkProxy> linksBetween(int one, int other) {
        return List.of(
                Objects.requireNonNull(links.get(new Way(one, other))),
                Objects.requireNonNull(links.get(new Way(other, one))));
    }

    /** The way of a pod's queue layer to a node of the log. */
    LinkProxy wayToLog(int edge, int node) {
        return Objects.requireNonNull(logs.get(new Way(edge, node)));
    }

    @Override
    public void close() throws IOException {
        for (var link : links.values()) {
            link.close();
        }
        for (var log : logs.values()) {
            log.close();
        }
    }
}
