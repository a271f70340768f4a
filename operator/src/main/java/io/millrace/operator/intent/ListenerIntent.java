package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Advertised;
import io.millrace.api.v1alpha1.Listener;
import io.millrace.api.v1alpha1.ListenerAuthentication;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.api.v1alpha1.ListenerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A listener with all defaults filled in.
 *
 * @param name its name
 * @param protocol what it speaks
 * @param port port of container and Service
 * @param type from where it can be reached
 * @param tls whether clients speak TLS
 * @param authentication how clients say who they are
 * @param advertised where clients outside reach each broker, as far as the spec says
 * @param annotations of its Services, if they are load balancers
 */
public record ListenerIntent(
        String name,
        ListenerProtocol protocol,
        int port,
        ListenerType type,
        boolean tls,
        ListenerAuthentication authentication,
        Advertised advertised,
        Map<String, String> annotations) {

    private static final Advertised AS_KUBERNETES_SAYS = new Advertised(null, null);

    public ListenerIntent {
        annotations = Map.copyOf(annotations);
    }

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
                Objects.requireNonNullElse(listener.type(), ListenerType.INTERNAL),
                Boolean.TRUE.equals(listener.tls()),
                Objects.requireNonNullElse(listener.authentication(), usually(listener.protocol())),
                Objects.requireNonNullElse(listener.advertised(), AS_KUBERNETES_SAYS),
                Objects.requireNonNullElse(listener.annotations(), Map.of()));
    }

    private static ListenerIntent usual(String name, ListenerProtocol protocol, int port) {
        return new ListenerIntent(
                name, protocol, port, ListenerType.INTERNAL, false, usually(protocol), AS_KUBERNETES_SAYS, Map.of());
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
        return protocol == ListenerProtocol.KAFKA && type != ListenerType.INTERNAL;
    }

    /** Returns the host the spec gives a broker, if it does. */
    public Optional<String> advertisedHost(int node) {
        return filled(advertised.hostTemplate(), node);
    }

    /** Returns the port the spec gives a broker, if it does. */
    public Optional<Integer> advertisedPort(int node) {
        return filled(advertised.portTemplate(), node).map(Integer::valueOf);
    }

    /** Returns what is wrong with the addresses that the spec gives brokers: each needs one of its own, which is one. */
    Optional<String> addressProblem(int brokers) {
        for (int node = 0; node < brokers; node++) {
            var port = filled(advertised.portTemplate(), node);
            if (port.filter(ListenerIntent::isNoPort).isPresent()) {
                return Optional.of("listener %s: advertised.portTemplate %s makes %s of broker %d, which is no port"
                        .formatted(name, advertised.portTemplate(), port.get(), node));
            }
        }
        return brokers == 1
                        || !perBroker()
                        || differsByNode(advertised.hostTemplate(), type == ListenerType.LOADBALANCER)
                        || differsByNode(advertised.portTemplate(), type == ListenerType.NODEPORT)
                ? Optional.empty()
                : Optional.of(
                        "listener %s: advertised gives all brokers the same address; have {node} in hostTemplate or portTemplate"
                                .formatted(name));
    }

    private static boolean isNoPort(String port) {
        return port.length() > 5 || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535;
    }

    private static boolean differsByNode(@Nullable String template, boolean withoutOne) {
        return template == null ? withoutOne : template.contains(Advertised.NODE);
    }

    private static Optional<String> filled(@Nullable String template, int node) {
        return Optional.ofNullable(template).map(text -> text.replace(Advertised.NODE, Integer.toString(node)));
    }
}
