package io.millrace.broker.topology;

import io.millrace.broker.model.AmqpError;
import java.util.List;

/** The answer to a {@link TopologyCommand}. */
public sealed interface Decision {
    /**
     * The command may be done: append the events in order, then answer. Without events nothing changes.
     */
    record Accepted(List<TopologyEvent> events, Reply reply) implements Decision {
        public Accepted {
            events = List.copyOf(events);
        }
    }

    /** The command is refused; nothing changes. */
    record Refused(AmqpError error) implements Decision {}

    /** What the answer says. */
    sealed interface Reply {
        /** It is so now. */
        record Done() implements Reply {}

        /** The queue that was declared. */
        record Declared(QueueDefinition queue, boolean isNew) implements Reply {}

        /** The queues that are gone; none if there was nothing to remove. */
        record Removed(List<QueueDefinition> queues) implements Reply {
            public Removed {
                queues = List.copyOf(queues);
            }
        }
    }
}
