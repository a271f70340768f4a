package io.millrace.broker.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.broker.faults.Checker.Serial;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A publisher on a channel that the library recovers. What was not confirmed before is published again then, in the order of its numbers, before anything new. */
final class RecoveringPublisher implements RecoveryListener {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveringPublisher.class);
    private static final long PACE_NANOS = Duration.ofMillis(500).toNanos();
    private static final int OPEN_AT_MOST = 20;

    /** A message, and when it was published first. */
    private record Sent(Serial id, long beganNanos) {}

    private final Channel channel;
    private final String queue;
    private final int number;
    private final Checker checker;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);

    // --- under the lock ---

    /** What waits for a confirm, by its sequence number on the channel as it is now. */
    private final TreeMap<Long, Sent> open = new TreeMap<>();

    /** What is to be published next. */
    private final ArrayDeque<Sent> outbox = new ArrayDeque<>();

    private boolean recovering;
    private int again;
    private int late;
    private long longestNanos;

    private volatile boolean publishing = true;

    RecoveringPublisher(Connection connection, String queue, int number, Checker checker) throws IOException {
        channel = connection.createChannel();
        this.queue = queue;
        this.number = number;
        this.checker = checker;
        channel.confirmSelect();
        channel.addConfirmListener(
                (tag, multiple) -> answered(tag, multiple, true), (tag, multiple) -> answered(tag, multiple, false));
        ((Recoverable) connection).addRecoveryListener(this);
    }

    void start() {
        thread.start();
    }

    private void run() {
        for (long next = 0; publishing; next++) {
            var sent = new Sent(new Serial(number, next), System.nanoTime());
            checker.sent(sent.id());
            synchronized (this) {
                outbox.add(sent);
            }
            awaitMore();
            while (waiting() >= OPEN_AT_MOST && publishing) {
                awaitMore();
            }
        }
        long ended = System.nanoTime();
        while (waiting() > 0 && System.nanoTime() - ended < RecoveringClients.PATIENCE.toNanos()) {
            awaitMore();
        }
    }

    private void awaitMore() {
        send();
        LockSupport.parkNanos(PACE_NANOS);
    }

    private synchronized int waiting() {
        return open.size() + outbox.size();
    }

    /** Sends what there is to send, if the channel is there. */
    private synchronized void send() {
        try {
            for (var next = outbox.peek(); next != null && isThere(); next = outbox.peek()) {
                open.put(channel.getNextPublishSeqNo(), next);
                outbox.remove();
                channel.basicPublish(
                        "",
                        queue,
                        MessageProperties.PERSISTENT_BASIC,
                        next.id().toString().getBytes(UTF_8));
            }
        } catch (IOException | ShutdownSignalException e) {
            LOG.debug("publisher {}: {}", number, e.toString());
        }
    }

    private boolean isThere() {
        return !recovering && channel.isOpen();
    }

    private synchronized void answered(long tag, boolean multiple, boolean ack) {
        var known = multiple ? open.headMap(tag, true) : open.subMap(tag, true, tag, true);
        known.values().forEach(sent -> {
            if (ack) {
                confirmed(sent);
            } else {
                checker.refused(sent.id());
                sendAgain(sent);
            }
        });
        known.clear();
    }

    private void confirmed(Sent sent) {
        checker.confirmed(sent.id());
        long took = System.nanoTime() - sent.beganNanos();
        longestNanos = Math.max(longestNanos, took);
        late += took > RecoveringClients.PATIENCE.toNanos() ? 1 : 0;
    }

    private void sendAgain(Sent sent) {
        checker.sentAgain(sent.id());
        again++;
        outbox.add(sent);
    }

    /** Sequence numbers begin anew. */
    @Override
    public synchronized void handleRecoveryStarted(Recoverable connection) {
        recovering = true;
        var later = new ArrayDeque<>(outbox);
        outbox.clear();
        open.values().forEach(this::sendAgain);
        open.clear();
        outbox.addAll(later);
    }

    @Override
    public synchronized void handleRecovery(Recoverable connection) {
        recovering = false;
    }

    // --- the end ---

    /** Publishes nothing new; returns when all was confirmed, or nothing more is to be hoped for. */
    void end() throws InterruptedException {
        publishing = false;
        thread.join();
    }

    /** Messages that were not confirmed in time. */
    synchronized int failed() {
        return late + open.size() + outbox.size();
    }

    synchronized int again() {
        return again;
    }

    synchronized long longestMs() {
        return Duration.ofNanos(longestNanos).toMillis();
    }
}
