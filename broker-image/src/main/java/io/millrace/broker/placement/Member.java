package io.millrace.broker.placement;

import io.millrace.broker.model.PodName;
import java.util.OptionalInt;

/**
 * A pod that may own slots.
 *
 * @param id unique among the members
 * @param node the node of Kafka in the same pod; empty if there is none
 */
public record Member(String id, OptionalInt node) {
    /** A member in a pod of this name. */
    public static Member inPod(String id, String pod) {
        var name = PodName.of(pod);
        return new Member(id, name.isPresent() ? OptionalInt.of(name.get().nodeId()) : OptionalInt.empty());
    }
}
