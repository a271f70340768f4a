package io.millrace.e2e;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Messages published to a queue with confirms and consumed with acks, as a recovering client does: a lost connection is opened again, and what was not confirmed is
 * published again.
 */
final class QueueTraffic implements Load.Traffic {
    static final String KEY = "only";
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final Way way;
    private final String queue;
    private final int perSecond;
    private final Map<Long, Long> unconfirmed = new ConcurrentSkipListMap<>();
    private long next;

    /** How a connection is opened. */
    interface Way {
        Connection open() throws IOException, TimeoutException;
    }

    QueueTraffic(String queue, int perSecond) {
        this(Messages::connect, queue, perSecond);
    }

    /** The same on another cluster than the one that tests share. */
    QueueTraffic(Way way, String queue, int perSecond) {
        this.way = way;
        this.queue = queue;
        this.perSecond = perSecond;
    }

    @Override
    public void send(Load load) {
        again(() -> load.isSending() || (load.isReading() && !unconfirmed.isEmpty()), () -> publish(load));
    }

    @Override
    public void read(Load load) {
        again(load::isReading, () -> consume(load));
    }

    /** Nothing waits in the queue, and nothing that a consumer still held came up again. */
    @Override
    public boolean isDrained(Load load) throws IOException, TimeoutException {
        if (load.ledger().sinceLastReceived().compareTo(QUIET) < 0) {
            return false;
        }
        try (var connection = way.open();
                var channel = connection.createChannel()) {
            return channel.messageCount(queue) == 0;
        }
    }

    /** A piece of work that ends when its connection does. */
    private interface Session {
        void run() throws IOException, TimeoutException, InterruptedException;
    }

    private static void again(BooleanSupplier wanted, Session session) {
        while (wanted.getAsBoolean()) {
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

    private void publish(Load load) throws IOException, TimeoutException, InterruptedException {
        var pace = new Pace(perSecond);
        try (var connection = way.open();
                var channel = connection.createChannel()) {
            channel.confirmSelect();
            var open = new ConcurrentSkipListMap<Long, Long>();
            channel.addConfirmListener(
                    (tag, multiple) -> confirmed(load.ledger(), open, tag, multiple),
                    (tag, multiple) -> answered(open, tag, multiple).clear());
            for (long number : new ArrayList<>(unconfirmed.values())) {
                send(channel, open, number);
            }
            while (load.isSending()) {
                long number = next++;
                unconfirmed.put(number, number);
                load.ledger().sent();
                send(channel, open, number);
                pace.await();
            }
            channel.waitForConfirms(Duration.ofMinutes(1).toMillis());
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

    private void confirmed(Ledger ledger, ConcurrentSkipListMap<Long, Long> open, long tag, boolean multiple) {
        var answered = answered(open, tag, multiple);
        answered.values().forEach(number -> {
            if (unconfirmed.remove(number) != null) {
                ledger.confirmed(KEY, number);
            }
        });
        answered.clear();
    }

    /** What an ack or a nack is about; a message with a nack stays unconfirmed and goes out with the next connection. */
    private static Map<Long, Long> answered(ConcurrentSkipListMap<Long, Long> open, long tag, boolean multiple) {
        return multiple ? open.headMap(tag, true) : open.subMap(tag, true, tag, true);
    }

    private void consume(Load load) throws IOException, TimeoutException, InterruptedException {
        try (var connection = way.open();
                var channel = connection.createChannel()) {
            channel.basicQos(50);
            channel.basicConsume(
                    queue,
                    false,
                    (tag, delivery) -> {
                        load.ledger().received(KEY, Long.parseLong(Messages.text(delivery)));
                        channel.basicAck(Messages.tag(delivery), false);
                    },
                    tag -> channel.abort());
            while (load.isReading() && channel.isOpen()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }
}
