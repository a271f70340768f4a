package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.server.Listener;
import io.millrace.broker.topology.VirtualHostTopology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Whether the pod that answers is well: 200 if it is, 503 with the reason if not. */
final class HealthRoutes {
    private static final String NO_LISTENER = "No active listener";
    private static final Set<String> FOR_CLIENTS = Set.of(Listener.AMQP, Listener.AMQP_TLS);

    /** Other names that RabbitMQ takes, of protocols that there are here. */
    private static final Map<String, String> OTHER_NAMES = otherNames();

    private final ManagedBroker broker;
    private final Supplier<List<Listener>> ofManagement;

    /** @param ofManagement where the management API is served */
    HealthRoutes(ManagedBroker broker, Supplier<List<Listener>> ofManagement) {
        this.broker = broker;
        this.ofManagement = ofManagement;
    }

    private static Map<String, String> otherNames() {
        var names = new HashMap<String, String>();
        List.of("amqp091", "amqp0.9.1", "amqp0-9-1", "amqp0_9_1").forEach(name -> names.put(name, Listener.AMQP));
        names.put("amqps", Listener.AMQP_TLS);
        List.of("http1", "http1.1", "http_api", "management", "management_ui", "ui")
                .forEach(name -> names.put(name, Listener.HTTP));
        List.of("cli", "distribution").forEach(name -> names.put(name, Listener.CLUSTERING));
        return Map.copyOf(names);
    }

    static ObjectNode ok() {
        return Shapes.object().put("status", "ok");
    }

    /** @param more adds what belongs to the reason */
    static Answer failed(String reason, Consumer<ObjectNode> more) {
        var shape = Shapes.object().put("status", "failed").put("reason", reason);
        more.accept(shape);
        return new Answer(503, shape, null);
    }

    private List<Listener> listeners() {
        var all = new ArrayList<>(broker.layer().listeners());
        all.addAll(ofManagement.get());
        return all;
    }

    /** 503 under an alarm of this pod. */
    Answer alarms(Call call) {
        var raised = broker.layer().resources().alarms();
        return raised.isEmpty()
                ? Answer.ok(ok())
                : failed(
                        "There are alarms in effect in the cluster",
                        failed -> failed.set(
                                "alarms", Shapes.array(raised.stream().map(alarm -> Shapes.object()
                                        .put("node", broker.pod())
                                        .put("resource", alarm.text())))));
    }

    /** A virtual host is no process of its own: it is served as soon as it is there. */
    Answer virtualHosts(Call call) {
        return Answer.ok(ok());
    }

    /** As healthy, for a virtual host that is there. */
    Answer alive(Call call) {
        return broker.image()
                .vhost(call.vhost())
                .flatMap(VirtualHostTopology::definition)
                .map(vhost -> Answer.ok(ok()))
                .orElseThrow(Refusal::notFound);
    }

    Answer portListener(Call call) {
        int port;
        try {
            port = Integer.parseInt(call.parameter("port"));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("Invalid port");
        }
        var ports = listeners().stream()
                .map(listener -> listener.address().getPort())
                .toList();
        return ports.contains(port)
                ? Answer.ok(ok().put("port", port))
                : failed(NO_LISTENER, failed -> {
                    var open = failed.put("missing", port).putArray("ports");
                    ports.forEach(one -> open.add(one));
                });
    }

    Answer protocolListener(Call call) {
        var name = call.parameter("protocol").toLowerCase(Locale.ROOT);
        var protocol = OTHER_NAMES.getOrDefault(name, name);
        var protocols = listeners().stream().map(Listener::protocol).toList();
        return protocols.contains(protocol)
                ? Answer.ok(ok().put("protocol", protocol))
                : failed(NO_LISTENER, failed -> failed.put("missing", protocol)
                        .set("protocols", Shapes.texts(protocols)));
    }

    Answer certificateExpiration(Call call) {
        var end = CertificateExpiry.end(broker.clock().instant(), call.parameter("within"), call.parameter("unit"));
        var expiring = CertificateExpiry.expiring(listeners(), broker.pod(), end);
        return expiring.isEmpty()
                ? Answer.ok(ok())
                : failed("Certificates expiring", failed -> failed.set("expired", Shapes.array(expiring.stream())));
    }

    /** This API is there after everything has been replayed, and ends before anything is handed over: who is answered is answered by a pod in service. */
    Answer inService(Call call) {
        return Answer.ok(ok());
    }

    /** There is no limit for a pod, as there is none for a node of RabbitMQ unless one is set. */
    Answer belowConnectionLimit(Call call) {
        return Answer.ok(
                ok().put("limit", "infinity").put("connections", broker.layer().connectionCount()));
    }

    Answer readyToServe(Call call) {
        return listeners().stream().map(Listener::protocol).anyMatch(FOR_CLIENTS::contains)
                ? Answer.ok(ok())
                : failed("no active listeners for AMQP/AMQPS", failed -> {});
    }
}
