package io.millrace.operator.trust;

import io.millrace.api.v1alpha1.ListenerAuthentication;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A port of a node that speaks TLS.
 *
 * @param node id of the broker, or of the dedicated controller
 * @param host its name
 * @param port its port
 */
public record Door(int node, String host, int port) {

    private static final int CONTROLLER = 9090;
    private static final int REPLICATION = 9091;
    private static final int LINKS = 25_672;

    /** Whose it is, in words. */
    String owner() {
        return (ControllersIntent.isDedicated(node) ? "controller " : "broker ") + node;
    }

    /** Those where nodes and the operator show their certificates to each other. */
    public static List<Door> inner(BrokerClusterIntent intent) {
        var doors = new ArrayList<Door>();
        for (int node = 0; node < intent.replicas(); node++) {
            doors.add(of(intent, node, REPLICATION));
            if (intent.controllers().contains(node)) {
                doors.add(of(intent, node, CONTROLLER));
            }
            if (intent.queues()) {
                doors.add(of(intent, node, LINKS));
            }
        }
        intent.dedicatedNodes().forEach(node -> doors.add(of(intent, node, CONTROLLER)));
        return doors;
    }

    /** All: every one shows the certificate of its node. */
    public static List<Door> all(BrokerClusterIntent intent) {
        var doors = new ArrayList<>(inner(intent));
        intent.listeners().stream()
                .filter(listener -> listener.tls() && isServed(intent, listener))
                .forEach(listener -> doors.addAll(of(intent, listener)));
        return doors;
    }

    /** Those where users show certificates. */
    public static List<Door> ofUsers(BrokerClusterIntent intent) {
        return intent.listeners().stream()
                .filter(listener ->
                        listener.authentication() == ListenerAuthentication.TLS && isServed(intent, listener))
                .flatMap(listener -> of(intent, listener).stream())
                .toList();
    }

    private static boolean isServed(BrokerClusterIntent intent, ListenerIntent listener) {
        return intent.queues() || listener.protocol() == ListenerProtocol.KAFKA;
    }

    private static List<Door> of(BrokerClusterIntent intent, ListenerIntent listener) {
        return IntStream.range(0, intent.replicas())
                .mapToObj(node -> of(intent, node, listener.port()))
                .toList();
    }

    private static Door of(BrokerClusterIntent intent, int node, int port) {
        return new Door(node, intent.host(node), port);
    }
}
