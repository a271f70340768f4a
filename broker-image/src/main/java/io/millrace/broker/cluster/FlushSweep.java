package io.millrace.broker.cluster;

import io.millrace.broker.log.Topics;
import io.netty.channel.EventLoop;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether the topics of the queues and streams of this pod are flushed as their arguments and policies say now. Only the owner of a queue does; a new owner
 * does not rely on what the one before has done.
 */
final class FlushSweep {
    private static final Logger LOG = LoggerFactory.getLogger(FlushSweep.class);
    private static final int SECONDS = 1;
    private static final int TOPICS_AT_ONCE = 256;

    /** What an owner that was just replaced may yet take away is put back within a minute. */
    private static final int ROUNDS_UNTIL_AGAIN = 60;

    /** Who wants how a topic is flushed. */
    private record Wish(boolean flushed, SlotOwner owner) {}

    private final EventLoop loop;
    private final Topics topics;
    private final Supplier<List<QueueHandle>> owned;
    private final Map<String, Wish> granted = new HashMap<>();
    private int round;

    /** @param owned the queues and streams this pod owns */
    FlushSweep(EventLoop loop, Topics topics, Supplier<List<QueueHandle>> owned) {
        this.loop = loop;
        this.topics = topics;
        this.owned = owned;
    }

    /** Looks, and again after a while, for as long as the loop lives. */
    void start() {
        loop.schedule(this::look, SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        var wishes = new HashMap<String, Wish>();
        for (var queue : owned.get()) {
            if (queue.definition().topic() != null) {
                wishes.put(queue.topic(), new Wish(queue.settings().flushed(), queue.owner()));
            }
        }
        granted.keySet().retainAll(wishes.keySet());
        if (++round % ROUNDS_UNTIL_AGAIN == 0) {
            granted.values().removeIf(Wish::flushed);
        }
        var asked = wishes.entrySet().stream()
                .filter(wish -> !wish.getValue().equals(granted.get(wish.getKey())))
                .sorted(Comparator.comparing(wish -> !wish.getValue().flushed()))
                .limit(TOPICS_AT_ONCE)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        if (asked.isEmpty()) {
            start();
            return;
        }
        var request = new HashMap<String, Boolean>();
        asked.forEach((topic, wish) -> request.put(topic, wish.flushed()));
        topics.flush(request)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    looked(asked, failure == null ? done : Set.of());
                    start();
                }));
    }

    private void looked(Map<String, Wish> asked, Set<String> done) {
        var missed = new HashSet<>(asked.keySet());
        missed.removeAll(done);
        if (!missed.isEmpty()) {
            LOG.warn("whether messages are flushed to disk is set again later for topics {}", missed);
        }
        done.forEach(topic -> granted.put(topic, asked.get(topic)));
    }
}
