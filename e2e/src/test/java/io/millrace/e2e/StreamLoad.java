package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionTimeoutException;

/** Keeps writing to a topic at a steady rate and reading it in a group, with clients as they come (idempotent, acks from all). */
final class StreamLoad implements AutoCloseable {
    private static final int KEYS = 10;

    private final Ledger ledger = new Ledger();
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean reading = new AtomicBoolean(true);
    private final Thread sender;
    private final Thread reader;
    private final String topic;

    StreamLoad(String topic, int perSecond) {
        this.topic = topic;
        sender = Thread.ofPlatform().name("sender").start(() -> send(perSecond));
        reader = Thread.ofPlatform().name("reader").start(this::read);
    }

    Ledger ledger() {
        return ledger;
    }

    void awaitConfirmed(long count) {
        await(count + " confirmed records").atMost(Duration.ofMinutes(2)).until(() -> ledger.confirmed() >= count);
    }

    /** Ends the writing, and returns once all that was confirmed has been read, or nothing has come for long. */
    Ledger drain() throws InterruptedException {
        sending.set(false);
        sender.join(TimeUnit.MINUTES.toMillis(3));
        try {
            await("the topic to be read to its end")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> ledger.missing().isEmpty());
        } catch (ConditionTimeoutException e) {
            // What is missing is for the test to say.
            return ledger;
        }
        return ledger;
    }

    private void send(int perSecond) {
        var pauseNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        try (var producer = Records.producer(Map.of("linger.ms", 0))) {
            for (long i = 0; sending.get(); i++) {
                var key = "key-" + i % KEYS;
                var number = i / KEYS;
                ledger.sent();
                var unused =
                        producer.send(new ProducerRecord<>(topic, key, Long.toString(number)), (metadata, failure) -> {
                            if (failure == null) {
                                ledger.confirmed(key, number);
                            } else {
                                ledger.failed();
                            }
                        });
                LockSupport.parkNanos(pauseNs);
            }
        }
    }

    private void read() {
        try (var consumer = Records.consumer(topic + "-reader", Map.of())) {
            consumer.subscribe(List.of(topic));
            while (reading.get()) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> ledger.received(record.key(), Long.parseLong(record.value())));
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
