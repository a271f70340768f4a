package io.millrace.broker.topology;

import java.util.Optional;
import java.util.stream.Stream;

/** Which queues an event may give other rules. */
public final class PolicyReach {
    private PolicyReach() {}

    /** The queue that was put, or those that the policy of the event matches, as it was or as it is. */
    public static Stream<QueueDefinition> of(TopologyEvent event, Topology before, Topology after) {
        if (event instanceof TopologyEvent.Put(QueueDefinition queue)) {
            return Stream.of(queue);
        }
        if (!(event.key() instanceof TopologyKey.OfPolicy key)) {
            return Stream.empty();
        }
        var old = policy(before, key);
        var now = policy(after, key);
        return after.in(key.vhost()).queues().stream().filter(queue -> matches(old, queue) || matches(now, queue));
    }

    private static Optional<Policy> policy(Topology image, TopologyKey.OfPolicy key) {
        return image.in(key.vhost()).policy(key);
    }

    private static boolean matches(Optional<Policy> policy, QueueDefinition queue) {
        return policy.isPresent() && policy.get().matches(queue);
    }
}
