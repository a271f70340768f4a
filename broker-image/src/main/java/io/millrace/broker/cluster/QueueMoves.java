package io.millrace.broker.cluster;

import io.millrace.broker.topology.LeftTopic;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of topics when queues change or go.
 *
 * @param left topics that no queue needs any more
 * @param begun queues that write to another topic from now on
 */
record QueueMoves(List<Left> left, List<QueueHandle> begun) {
    /**
     * A topic that is to be deleted, and the queue that wrote to it.
     *
     * @param queue absent if this pod has not read of it yet
     */
    record Left(LeftTopic topic, @Nullable QueueHandle queue) {
        /** Runs {@code then} once all that this pod published there has arrived. */
        void afterPublishes(Runnable then) {
            if (queue == null) {
                then.run();
            } else {
                queue.afterPublishes(then);
            }
        }
    }

    /** @param image the topology before the events */
    static QueueMoves of(List<TopologyEvent> events, Topology image, QueueTable table) {
        var moves = new QueueMoves(new ArrayList<>(), new ArrayList<>());
        for (var event : events) {
            switch (event) {
                case TopologyEvent.Put(QueueDefinition queue) ->
                    moves.changed(image.queue(queue.key()).orElse(queue), queue, table);
                case TopologyEvent.Delete(var key) ->
                    image.queueOf(key).ifPresent(queue -> moves.leave(queue, queue.topics(), table));
                default -> {
                    // nothing that lies in a topic
                }
            }
        }
        return moves;
    }

    private void changed(QueueDefinition before, QueueDefinition after, QueueTable table) {
        var gone = new ArrayList<>(before.topics());
        gone.removeAll(after.topics());
        leave(before, gone, table);
        var handle = table.byId(after.qid());
        if (handle != null && before.history().switched() && !after.history().switched()) {
            begun.add(handle);
        }
    }

    private void leave(QueueDefinition queue, List<String> topics, QueueTable table) {
        var handle = table.byId(queue.qid());
        topics.forEach(topic -> left.add(new Left(LeftTopic.by(queue, topic), handle)));
    }
}
