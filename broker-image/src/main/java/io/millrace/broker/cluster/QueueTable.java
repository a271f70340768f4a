package io.millrace.broker.cluster;

import io.millrace.broker.topology.QueueDefinition;
import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The handles of all queues of the topology, by queue id. Changed by the topology's replay thread, read by any. */
final class QueueTable {
    /** Told of queues that come and go, on the replay thread. */
    interface Listener {
        /** Nobody wants to know. */
        Listener NOBODY = new Listener() {
            @Override
            public void added(QueueHandle handle) {}

            @Override
            public void removed(QueueHandle handle) {}
        };

        void added(QueueHandle handle);

        void removed(QueueHandle handle);
    }

    private final Map<Long, QueueHandle> handles = new ConcurrentHashMap<>();
    private final AtomicLong newestId = new AtomicLong();
    private final List<EventLoop> loops;

    /** Makes the handle of a new queue. */
    interface Maker {
        QueueHandle handle(QueueDefinition definition, EventLoop loop);
    }

    QueueTable(List<EventLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /** All queues and streams. */
    Collection<QueueHandle> all() {
        return handles.values();
    }

    /** Queues whose slot this pod claimed last. */
    List<QueueHandle> ownedBy(String pod) {
        return handles.values().stream()
                .filter(handle -> handle.ownerPod().equals(pod))
                .toList();
    }

    @Nullable
    QueueHandle byId(long qid) {
        return handles.get(qid);
    }

    /** The newest id of a queue that this pod has ever heard of; ids only grow. */
    long newestId() {
        return newestId.get();
    }

    /** Whether a queue was here and is gone; else one that is not here is yet to come. */
    boolean isGone(long qid) {
        return qid <= newestId() && !handles.containsKey(qid);
    }

    /** The queues that the owner of a slot serves: all but streams. */
    List<QueueHandle> ofSlot(int slot) {
        return handles.values().stream()
                .filter(handle -> handle.definition().slot() == slot && !Streams.isStream(handle))
                .toList();
    }

    /** Adds a queue, unless it is here: then it is returned. */
    @Nullable
    QueueHandle put(QueueDefinition definition, Maker maker, Listener listener) {
        var known = handles.get(definition.qid());
        if (known == null) {
            var handle = maker.handle(definition, loops.get(definition.slot() % loops.size()));
            handles.put(definition.qid(), handle);
            newestId.accumulateAndGet(definition.qid(), Math::max);
            listener.added(handle);
        }
        return known;
    }

    void remove(QueueDefinition definition, Listener listener) {
        var handle = handles.remove(definition.qid());
        if (handle != null) {
            listener.removed(handle);
        }
    }
}
