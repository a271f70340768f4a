package io.millrace.broker.log.kafka;

import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.MessageLog.AppendListener;
import io.millrace.broker.model.Message;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jctools.queues.MpscBlockingConsumerArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer and the thread that feeds it: {@code send} may block (metadata of a new topic, a full buffer), event loops must not. What goes through one
 * lane to one partition keeps its order.
 */
final class PublishLane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishLane.class);

    private static final int INBOX = 1 << 16;
    private static final long CONGESTED_BYTES = 32L << 20;
    private static final long CONGESTED_MESSAGES = 20_000;

    private static final Append STOP =
            new Append(LogTarget.of("", 0), new Message("", "", new byte[0], new byte[0], 0, 0), (_, _) -> {});

    private record Append(LogTarget target, Message message, AppendListener listener) {}

    private final KafkaProducer<byte[], byte[]> producer;
    private final MpscBlockingConsumerArrayQueue<Append> inbox = new MpscBlockingConsumerArrayQueue<>(INBOX);
    private final AtomicLong bytesUnderWay = new AtomicLong();
    private final AtomicLong messagesUnderWay = new AtomicLong();
    private final Thread thread;

    PublishLane(int number, KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
        thread = Thread.ofPlatform().name("publish-" + number).start(this::run);
    }

    void append(LogTarget target, Message message, AppendListener listener) {
        bytesUnderWay.addAndGet(message.sizeBytes());
        messagesUnderWay.incrementAndGet();
        if (!inbox.offer(new Append(target, message, listener))) {
            done(message);
            listener.appended(-1, "too much is on its way to the log");
        }
    }

    boolean isCongested() {
        return bytesUnderWay.get() > CONGESTED_BYTES || messagesUnderWay.get() > CONGESTED_MESSAGES;
    }

    /** Waits until the producer knows the topic; to be called on a thread that may block. */
    void prepare(String topic) {
        producer.partitionsFor(topic);
    }

    private void run() {
        try {
            for (var next = inbox.take(); !next.target().topic().isEmpty(); next = inbox.take()) {
                send(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Append append) {
        var message = append.message();
        try {
            producer.send(KafkaRecords.of(append.target(), message), (metadata, failure) -> {
                done(message);
                if (failure == null) {
                    append.listener().appended(metadata.hasOffset() ? metadata.offset() : -1, null);
                } else {
                    append.listener().appended(-1, failure.toString());
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("cannot append to {}: {}", append.target().topic(), e.toString());
            done(message);
            append.listener().appended(-1, e.toString());
        }
    }

    private void done(Message message) {
        bytesUnderWay.addAndGet(-message.sizeBytes());
        messagesUnderWay.decrementAndGet();
    }

    /** Sends what is in the inbox and waits for the answers. */
    @Override
    public void close() {
        if (inbox.offer(STOP)) {
            join();
        }
        producer.close();
    }

    private void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
