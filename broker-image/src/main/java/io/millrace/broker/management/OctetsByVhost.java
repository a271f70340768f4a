package io.millrace.broker.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.model.Meter;
import java.util.List;

/** What went over the sockets of clients, by virtual host, as several pods tell it. */
record OctetsByVhost(List<JsonNode> ofPods) {
    /** Adds what all pods have counted of a virtual host, and how fast that goes. */
    ObjectNode put(String vhost, ObjectNode shape) {
        for (var field : List.of("recv_oct", "send_oct")) {
            var sum = ofPods.stream()
                    .map(pod -> pod.path(vhost))
                    .map(octets -> new Meter(
                            octets.path(field).asLong(),
                            octets.path(field + "_details").path("rate").asDouble()))
                    .reduce(Meter.ZERO, Meter::plus);
            Shapes.meter(shape, field, sum);
        }
        return shape;
    }
}
