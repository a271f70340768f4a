package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Keeps publishing to a queue with confirms and consuming from it, as a recovering client does: a lost connection is opened again, and what was not confirmed is
 * published again.
 */
final class QueueLoad implements AutoCloseable {
    private static final String KEY = "only";

    private final Ledger ledger = new Ledger();
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean reading = new AtomicBoolean(true);
    private final String queue;
    private final Map<Long, Long> unconfirmed = new ConcurrentSkipListMap<>();
    private final Thread sender;
    private final Thread reader;
    private long next;

    QueueLoad(String queue, int perSecond) {
        this.queue = queue;
        sender = Thread.ofPlatform().name("publisher").start(() -> again(sending, () -> publish(perSecond)));
        reader = Thread.ofPlatform().name("consumer").start(() -> again(reading, this::consume));
    }

    Ledger ledger() {
        return ledger;
    }

    void awaitConfirmed(long count) {
        await(count + " confirmed messages").atMost(Duration.ofMinutes(3)).until(() -> ledger.confirmed() >= count);
    }

    /** Ends the publishing, and returns once all that was confirmed has been consumed, or nothing has come for long. */
    Ledger drain() throws InterruptedException {
        sending.set(false);
        sender.join(TimeUnit.MINUTES.toMillis(3));
        try {
            await("the queue to be drained").atMost(Duration.ofMinutes(2)).until(() -> ledger.missing()
                    .isEmpty());
        } catch (ConditionTimeoutException e) {
            return ledger; // what is missing is for the test to say
        }
        return ledger;
    }

    /** A piece of work that ends when its connection does. */
    private interface Session {
        void run() throws IOException, TimeoutException, InterruptedException;
    }

    private static void again(AtomicBoolean wanted, Session session) {
        while (wanted.get()) {
            try {
                session.run();
            } catch (IOException | TimeoutException | RuntimeException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void publish(int perSecond) throws IOException, TimeoutException, InterruptedException {
        var pauseNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.confirmSelect();
            var open = new ConcurrentSkipListMap<Long, Long>();
            channel.addConfirmListener(
                    (tag, multiple) -> confirmed(open, tag, multiple), (tag, multiple) -> refused(open, tag, multiple));
            for (long number : new ArrayList<>(unconfirmed.values())) {
                send(channel, open, number);
            }
            while (sending.get()) {
                long number = next++;
                unconfirmed.put(number, number);
                ledger.sent();
                send(channel, open, number);
                LockSupport.parkNanos(pauseNs);
            }
            channel.waitForConfirms(Duration.ofMinutes(1).toMillis());
        }
        if (!sending.get() && !unconfirmed.isEmpty()) {
            throw new IOException(unconfirmed.size() + " are not confirmed");
        }
    }

    private void send(Channel channel, Map<Long, Long> open, long number) throws IOException {
        open.put(channel.getNextPublishSeqNo(), number);
        channel.basicPublish(
                "",
                queue,
                MessageProperties.PERSISTENT_TEXT_PLAIN,
                Long.toString(number).getBytes(StandardCharsets.UTF_8));
    }

    private void confirmed(ConcurrentSkipListMap<Long, Long> open, long tag, boolean multiple) {
        var answered = multiple ? open.headMap(tag, true) : open.subMap(tag, true, tag, true);
        answered.values().forEach(number -> {
            if (unconfirmed.remove(number) != null) {
                ledger.confirmed(KEY, number);
            }
        });
        answered.clear();
    }

    /** A nack: it stays unconfirmed and goes out with the next connection. */
    private static void refused(ConcurrentSkipListMap<Long, Long> open, long tag, boolean multiple) {
        var answered = multiple ? open.headMap(tag, true) : open.subMap(tag, true, tag, true);
        answered.clear();
    }

    private void consume() throws IOException, TimeoutException, InterruptedException {
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.basicQos(50);
            channel.basicConsume(
                    queue,
                    false,
                    (tag, delivery) -> {
                        ledger.received(KEY, Long.parseLong(new String(delivery.getBody(), StandardCharsets.UTF_8)));
                        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> channel.abort());
            while (reading.get() && channel.isOpen()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    @Override
    public void close() {
        sending.set(false);
        reading.set(false);
        try {
            sender.join(TimeUnit.SECONDS.toMillis(30));
            reader.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
