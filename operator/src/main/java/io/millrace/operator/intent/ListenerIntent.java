package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Listener;
import io.millrace.api.v1alpha1.ListenerAuthentication;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.api.v1alpha1.ListenerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A listener with all defaults filled in.
 *
 * @param name its name
 * @param protocol what it speaks
 * @param port port of container and Service
 * @param nodePort whether it is reachable at the nodes' addresses
 * @param tls whether clients speak TLS
 * @param authentication how clients say who they are
 */
public record ListenerIntent(
        String name,
        ListenerProtocol protocol,
        int port,
        boolean nodePort,
        boolean tls,
        ListenerAuthentication authentication) {

    /** Reads spec.listeners; what is opened without them depends on whether there is a queue layer. */
    public static List<ListenerIntent> of(@Nullable List<Listener> listeners, boolean queues) {
        if (listeners != null) {
            return listeners.stream().map(ListenerIntent::of).toList();
        }
        var usual = new ArrayList<ListenerIntent>();
        usual.add(usual("kafka", ListenerProtocol.KAFKA, 9092));
        if (queues) {
            usual.add(usual("amqp", ListenerProtocol.AMQP, 5672));
            usual.add(usual("management", ListenerProtocol.MANAGEMENT, 15672));
        }
        return usual;
    }

    /** Reads one listener. */
    public static ListenerIntent of(Listener listener) {
        return new ListenerIntent(
                listener.name(),
                listener.protocol(),
                listener.port(),
                listener.type() == ListenerType.NODEPORT,
                Boolean.TRUE.equals(listener.tls()),
                Objects.requireNonNullElse(listener.authentication(), usually(listener.protocol())));
    }

    private static ListenerIntent usual(String name, ListenerProtocol protocol, int port) {
        return new ListenerIntent(name, protocol, port, false, false, usually(protocol));
    }

    private static ListenerAuthentication usually(ListenerProtocol protocol) {
        return protocol == ListenerProtocol.KAFKA ? ListenerAuthentication.NONE : ListenerAuthentication.SCRAM;
    }

    /** Returns whether clients must say who they are. */
    public boolean authenticated() {
        return authentication != ListenerAuthentication.NONE;
    }

    /** Returns whether each broker needs an address of its own, known before it starts. */
    public boolean perBroker() {
        return protocol == ListenerProtocol.KAFKA && nodePort;
    }
}
