package io.millrace.broker.log.kafka;

import io.millrace.broker.log.Header;
import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.MessageLog.ReadListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with one consumer that reads the partitions it is told to. Its kick partition is always among them: a byte appended there ends the long poll
 * that a new partition would otherwise have to wait for (up to fetch.max.wait.ms).
 */
final class Fetcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
    private static final byte[] NO_VALUE = {};
    private static final Duration POLL = Duration.ofSeconds(1);

    /**
     * Kafka's consumer asks a node for nothing while an answer of that node is due. A partition whose leader it has yet to learn would wait for the end of a long poll that
     * began before, so the first polls after a start are short, each twice as long as the one before, and each ends with a kick.
     */
    private static final int EAGER_POLLS = 5;

    private static final Duration FIRST_EAGER_POLL = Duration.ofMillis(5);

    private sealed interface Order {
        record Start(TopicPartition partition, long offset, ReadListener listener) implements Order {}

        record Pause(TopicPartition partition, ReadListener listener, boolean paused) implements Order {}

        record Stop(TopicPartition partition, ReadListener listener) implements Order {}
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition kickPartition;
    private final Runnable kick;
    private final ConcurrentLinkedQueue<Order> orders = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, ReadListener> listeners = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private final Thread thread;
    private final Set<TopicPartition> started = new HashSet<>();
    private int eagerPolls;
    private volatile boolean closed;

    /**
     * @param kickPartition the fetcher's own partition of the kick topic
     * @param kick appends a byte there
     */
    Fetcher(String name, KafkaConsumer<byte[], byte[]> consumer, TopicPartition kickPartition, Runnable kick) {
        this.consumer = consumer;
        this.kickPartition = kickPartition;
        this.kick = kick;
        thread = Thread.ofPlatform().name(name).start(this::run);
    }

    void start(TopicPartition partition, long offset, ReadListener listener) {
        order(new Order.Start(partition, offset, listener));
        kick.run();
    }

    /**
     * A paused partition stays assigned, so that what the consumer has fetched ahead is not fetched again. Meanwhile its node is asked for the others only, in a long poll
     * that has to end before it is asked for this one again.
     */
    void pause(TopicPartition partition, ReadListener listener, boolean paused) {
        order(new Order.Pause(partition, listener, paused));
        if (!paused) {
            kick.run();
        }
    }

    void stop(TopicPartition partition, ReadListener listener) {
        order(new Order.Stop(partition, listener));
    }

    private void order(Order order) {
        orders.add(order);
        consumer.wakeup();
    }

    private void run() {
        try (consumer) {
            consumer.assign(List.of(kickPartition));
            consumer.seekToEnd(List.of(kickPartition));
            while (!closed) {
                carryOutOrders();
                poll();
            }
        } catch (RuntimeException e) {
            LOG.error("a fetcher ended; its queues are not read any more", e);
        }
    }

    private void carryOutOrders() {
        var starts = new HashMap<TopicPartition, Long>();
        boolean changed = false;
        for (var order = orders.poll(); order != null; order = orders.poll()) {
            switch (order) {
                case Order.Start(var partition, var offset, var listener) -> {
                    changed = true;
                    listeners.put(partition, listener);
                    starts.put(partition, offset);
                    paused.remove(partition);
                }
                case Order.Pause(var partition, var listener, var pause) -> {
                    if (listener.equals(listeners.get(partition))) {
                        setPaused(partition, pause, starts.containsKey(partition));
                    }
                }
                case Order.Stop(var partition, var listener) -> {
                    if (listeners.remove(partition, listener)) {
                        changed = true;
                        starts.remove(partition);
                        paused.remove(partition);
                    }
                }
            }
        }
        if (changed) {
            var assignment = new ArrayList<>(listeners.keySet());
            assignment.add(kickPartition);
            consumer.assign(assignment);
            starts.forEach(consumer::seek);
            started.addAll(starts.keySet());
            started.retainAll(listeners.keySet());
            eagerPolls = starts.isEmpty() ? eagerPolls : 0;
            consumer.pause(paused);
        }
    }

    private void setPaused(TopicPartition partition, boolean pause, boolean onlyWanted) {
        if (pause) {
            paused.add(partition);
        } else {
            paused.remove(partition);
        }
        if (onlyWanted) {
            return; // not assigned yet; the assignment below pauses it
        }
        if (pause) {
            consumer.pause(List.of(partition));
        } else {
            consumer.resume(List.of(partition));
        }
    }

    private void poll() {
        try {
            boolean eager = !started.isEmpty() && eagerPolls < EAGER_POLLS;
            var records = consumer.poll(eager ? FIRST_EAGER_POLL.multipliedBy(1L << eagerPolls++) : POLL);
            var next = records.nextOffsets();
            started.removeAll(next.keySet());
            if (eager && !started.isEmpty()) {
                kick.run();
            }
            for (var partition : next.keySet()) {
                var listener = listeners.get(partition);
                var position = next.get(partition);
                if (listener != null && position != null) {
                    listener.read(convert(records.records(partition)), position.offset());
                }
            }
        } catch (WakeupException e) {
            // new orders
        } catch (OffsetOutOfRangeException e) {
            consumer.seekToBeginning(e.partitions());
        } catch (KafkaException e) {
            LOG.warn("cannot read: {}", e.toString());
        }
    }

    private static List<LogRecord> convert(List<ConsumerRecord<byte[], byte[]>> records) {
        var converted = new ArrayList<LogRecord>(records.size());
        for (var one : records) {
            var headers = new ArrayList<Header>(3);
            for (var header : one.headers()) {
                headers.add(new Header(header.key(), header.value() == null ? NO_VALUE : header.value()));
            }
            converted.add(new LogRecord(one.offset(), one.timestamp(), one.key(), one.value(), headers));
        }
        return converted;
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
