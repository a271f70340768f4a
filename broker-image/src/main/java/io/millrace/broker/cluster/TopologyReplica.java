package io.millrace.broker.cluster;

import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.topology.LeftTopic;
import io.millrace.broker.topology.PolicyReach;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyEvent;
import io.millrace.broker.topology.TopologyJson;
import io.millrace.broker.topology.TopologyKey;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This pod's image of the topology: the log replayed, one volatile write per change. Start-up and live traffic take the same path. */
final class TopologyReplica implements TopologyLog.Replay {
    private static final int UNCOUNTED_AT_MOST = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(TopologyReplica.class);

    /** Told that the log was applied up to an offset; {@code counted} is false if the record there came from a writer that had been replaced. */
    interface Applied {
        void applied(boolean counted);
    }

    /** Told how far the log was applied. */
    interface Progress {
        void applied(long offset);

        /** A queue writes elsewhere from an offset of the topology on; told before that is applied. */
        void moved(QueueHandle queue, long offset);
    }

    /** Told of keys that a replaced writer wrote, and of the epoch of the writer that was the newest by then. */
    interface Shadowed {
        void shadowed(TopologyKey key, long newest);
    }

    /** Told of topics that are to be deleted, and again when they are. */
    interface Leaving {
        void left(LeftTopic topic);
    }

    /** Told of what is in the image no more, after that. */
    interface Removed {
        void removed(TopologyKey key);
    }

    /** Told that the image lacks something: an entry that this release does not know how to read. */
    interface Unreadable {
        void unreadable();
    }

    private record Waiting(long offset, Applied then) {}

    private final QueueTable table;
    private final QueueTable.Maker maker;
    private QueueTable.Listener queues = QueueTable.Listener.NOBODY;
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::offset));
    private volatile Topology image = Topology.EMPTY;
    private Shadowed shadowed = (key, newest) -> {};
    private Leaving leaving = topic -> {};
    private Unreadable unreadable = () -> {};
    private volatile Removed removed = key -> {};
    private @Nullable Progress progress;
    private final Map<String, LeftTopic> left = new ConcurrentHashMap<>();
    private long applied = -1;
    private long writerEpoch;

    /** Offsets of records that did not count, the newest ones: somebody may yet ask. */
    private final TreeSet<Long> uncounted = new TreeSet<>();

    TopologyReplica(QueueTable table, QueueTable.Maker maker) {
        this.table = table;
        this.maker = maker;
    }

    /** Who is told of queues that come and go; set before the replay begins. */
    void tell(
            QueueTable.Listener listener,
            Shadowed ofShadowed,
            Leaving ofLeaving,
            Unreadable ofUnreadable,
            Progress ofProgress) {
        leaving = ofLeaving;
        unreadable = ofUnreadable;
        progress = ofProgress;
        queues = listener;
        shadowed = ofShadowed;
    }

    /** Somebody else who is told of what is removed, from now on. */
    void whenRemoved(Removed listener) {
        removed = listener;
    }

    Topology image() {
        return image;
    }

    /** The topics that are still to be deleted. */
    Collection<LeftTopic> left() {
        return left.values();
    }

    @Override
    public void claimed(long offset, long epoch) {
        boolean counts = epoch >= writerEpoch;
        writerEpoch = Math.max(writerEpoch, epoch);
        arrived(offset, counts);
    }

    @Override
    public void entry(long offset, long epoch, TopologyLog.Entry entry) {
        boolean counts = epoch >= writerEpoch;
        try {
            var event = TopologyJson.event(entry.key(), entry.value());
            if (counts) {
                LeftTopic.topicOf(entry.key()).ifPresent(topic -> note(topic, entry.value()));
                event.ifPresent(known -> apply(known, offset));
            } else {
                event.ifPresent(stale -> shadowed.shadowed(stale.key(), writerEpoch));
            }
        } catch (IllegalArgumentException e) {
            LOG.error("topology offset {}: {}", offset, e.getMessage());
            if (counts) {
                unreadable.unreadable();
            }
        }
        arrived(offset, counts);
    }

    private void note(String topic, @Nullable String value) {
        var known = value == null ? left.remove(topic) : LeftTopic.of(topic, value);
        if (value != null && known != null) {
            left.put(topic, known);
        }
        if (known != null) {
            leaving.left(known);
        }
    }

    private void apply(TopologyEvent event, long offset) {
        var before = image;
        var queue = event instanceof TopologyEvent.Put(var entry) ? entry.queue() : Optional.<QueueDefinition>empty();
        before.queueOf(event.key())
                .filter(old -> queue.isEmpty() || queue.get().qid() != old.qid())
                .ifPresent(old -> table.remove(old, queues));
        queue.ifPresent(present -> {
            var known = table.put(present, maker, queues);
            if (known != null && known.redefine(present) && progress != null) {
                progress.moved(known, offset);
            }
        });
        image = before.apply(event);
        PolicyReach.of(event, before, image).forEach(this::settle);
        if (event instanceof TopologyEvent.Delete(var key)) {
            removed.removed(key);
        }
    }

    /** A queue does what its arguments and policies say now. */
    private void settle(QueueDefinition queue) {
        var handle = table.byId(queue.qid());
        if (handle != null) {
            handle.change(QueueSettings.of(queue, image.effectiveArguments(queue)));
        }
    }

    private void arrived(long offset, boolean counts) {
        if (progress != null) {
            progress.applied(offset);
        }
        while (true) {
            Applied then;
            synchronized (waiting) {
                applied = offset;
                if (!counts) {
                    remember(offset);
                }
                var first = waiting.peek();
                if (first == null || first.offset() > offset) {
                    return;
                }
                then = waiting.remove().then();
            }
            then.applied(counts);
        }
    }

    /** The offset up to which the log was applied; -1 if nothing was. */
    long applied() {
        synchronized (waiting) {
            return applied;
        }
    }

    private void remember(long offset) {
        uncounted.add(offset);
        if (uncounted.size() > UNCOUNTED_AT_MOST) {
            uncounted.pollFirst();
        }
    }

    /** Runs {@code then} once the log has been applied up to {@code offset}: now, or on the replay thread. */
    void whenApplied(long offset, Applied then) {
        boolean counted;
        synchronized (waiting) {
            counted = !uncounted.contains(offset);
            if (applied < offset) {
                waiting.add(new Waiting(offset, then));
                return;
            }
        }
        then.applied(counted);
    }
}
