package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.MessageProperties;
import io.millrace.broker.wire.FuzzedSession;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Damaged sessions against three running pods, beside a client that means well. {@code -Dfuzz.seconds} says how long, {@code -Dfuzz.seed} begins with a seed:
 * each session's is one more than that of the one before.
 */
class WireFuzzIT {
    private static final Logger LOG = LoggerFactory.getLogger(WireFuzzIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int WORKERS = 6;
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 12);
    private static final long SEED =
            Long.getLong("fuzz.seed", ThreadLocalRandom.current().nextInt(1_000_000_000));
    private static final int LINGER_MS = 15;
    private static final int INTERNAL_ERROR = 541;
    private static final long TOLERATED_BYTES = 64L << 20;
    private static final long PACE_NANOS = 2_000_000;

    private final AtomicLong next = new AtomicLong(SEED);
    private final AtomicLong sentBytes = new AtomicLong();
    private final Map<Integer, Integer> codes = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** What a broker must never have to say. */
    private final AppenderBase<ILoggingEvent> complaints = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            var text = event.getFormattedMessage();
            var logger = event.getLoggerName();
            if (!logger.startsWith("io.millrace") && !logger.startsWith("io.netty")) {
                return; // Kafka has its own worries on a busy machine
            }
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)
                    || text.contains("LEAK")
                    || (event.getThrowableProxy() != null && event.getLevel().isGreaterOrEqual(Level.WARN))) {
                wrong.add(logger + ": " + text + ": " + event.getThrowableProxy());
            }
        }
    };

    @Test
    void damagedSessionsHarmNobodyAndLeaveNothing() throws Exception {
        LOG.info("seed {}, {} s", SEED, SECONDS);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        var root = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        complaints.start();
        root.addAppender(complaints);
        try (var pods = new ThreePods()) {
            pods.start();
            declareQueues(pods);
            fuzz(pods, 2); // what is allocated once is allocated
            purge(pods);
            var before = memoryBytes();

            long sessions = fuzz(pods, SECONDS);

            await().atMost(PATIENCE).failFast(this::nothingIsWrong).until(() -> pods.connections() == 0);
            await().atMost(PATIENCE).failFast(this::nothingIsWrong).untilAsserted(() -> assertThat(consumers(pods))
                    .containsOnly(0));
            purge(pods);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(memoryBytes()).isLessThan(before + TOLERATED_BYTES));
            LOG.info(
                    "seed {}: {} sessions, {} bytes, closed with {}; memory before {} after {} MiB",
                    SEED,
                    sessions,
                    sentBytes,
                    codes,
                    before >> 20,
                    memoryBytes() >> 20);
        } finally {
            root.detachAppender(complaints);
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        }
        nothingIsWrong();
    }

    /** Looked at beside everything else: what is left behind mostly has its cause here. */
    private void nothingIsWrong() {
        assertThat(wrong).isEmpty();
    }

    private static Connection connect(ThreePods pods, int pod) throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(pods.amqpPort(pod));
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private static void declareQueues(ThreePods pods) throws Exception {
        try (var connection = connect(pods, 0);
                var channel = connection.createChannel()) {
            for (var queue : FuzzedSession.QUEUES) {
                channel.queueDeclare(queue, true, false, false, Map.of());
            }
        }
    }

    private static void purge(ThreePods pods) throws Exception {
        try (var connection = connect(pods, 0);
                var channel = connection.createChannel()) {
            for (var queue : FuzzedSession.QUEUES) {
                channel.queuePurge(queue);
            }
        }
    }

    private static List<Integer> consumers(ThreePods pods) throws Exception {
        try (var connection = connect(pods, 0);
                var channel = connection.createChannel()) {
            return FuzzedSession.QUEUES.stream()
                    .map(queue -> {
                        try {
                            return channel.queueDeclare(queue, true, false, false, Map.of())
                                    .getConsumerCount();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        }
    }

    /** Heap and direct buffers in use once garbage is collected. */
    private static long memoryBytes() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Runs workers beside the client that means well; returns the number of sessions. */
    private long fuzz(ThreePods pods, int seconds) throws Exception {
        over = false;
        long first = next.get();
        var meaningWell = new Steady(pods, wrong);
        var workers = IntStream.range(0, WORKERS)
                .mapToObj(worker -> Thread.ofVirtual().start(() -> work(pods, worker % 3)))
                .toList();
        await().pollDelay(Duration.ofSeconds(seconds))
                .atMost(Duration.ofSeconds(seconds + 5))
                .until(() -> true);
        over = true;
        for (var worker : workers) {
            worker.join();
        }
        meaningWell.end();
        nothingIsWrong();
        return next.get() - first;
    }

    private void work(ThreePods pods, int pod) {
        while (!over) {
            long seed = next.getAndIncrement();
            try {
                var session = FuzzedSession.of(seed);
                var answered = play(session, pods.amqpPort(pod));
                sentBytes.addAndGet(session.bytes().length);
                FuzzedSession.closeCodes(answered).forEach(code -> {
                    codes.merge(code, 1, Integer::sum);
                    if (code == INTERNAL_ERROR) {
                        wrong.add("seed " + seed + " was answered with 541");
                    }
                });
            } catch (IOException e) {
                wrong.add("seed " + seed + ": the pod took no connection: " + e);
            } catch (RuntimeException e) {
                wrong.add("seed " + seed + ": " + e);
            }
        }
    }

    /** Sends it all, and hears what comes until nothing more does. */
    private static byte[] play(FuzzedSession session, int port) throws IOException {
        var answered = new ByteArrayOutputStream();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LINGER_MS);
            try {
                var bytes = session.bytes();
                for (int at = 0; at < bytes.length; at += session.pieceBytes()) {
                    socket.getOutputStream().write(bytes, at, Math.min(session.pieceBytes(), bytes.length - at));
                }
                socket.getInputStream().transferTo(answered);
            } catch (SocketTimeoutException e) {
                // nothing more comes
            } catch (IOException e) {
                // the broker has hung up
            }
        }
        return answered.toByteArray();
    }

    /** A client on two pods that publishes and consumes all the time. */
    private static final class Steady {
        private final Connection publisher;
        private final Connection consumer;
        private final Thread thread;
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong received = new AtomicLong();
        private final Queue<String> wrong;
        private volatile boolean over;
        private volatile boolean deleting;

        Steady(ThreePods pods, Queue<String> wrong) throws Exception {
            this.wrong = wrong;
            publisher = connect(pods, 0);
            consumer = connect(pods, 1);
            var out = publisher.createChannel();
            var queue = "steady-" + System.nanoTime();
            out.queueDeclare(queue, true, false, false, Map.of());
            out.confirmSelect();
            var in = consumer.createChannel();
            in.basicQos(20);
            in.basicConsume(
                    queue,
                    false,
                    (DeliverCallback) (tag, delivery) -> {
                        long number = ByteBuffer.wrap(delivery.getBody()).getLong();
                        if (number != received.getAndIncrement()) {
                            wrong.add("beside it, " + number + " came as number " + (received.get() - 1));
                        }
                        in.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {
                        if (!deleting) {
                            wrong.add("beside it, the consumer was cancelled");
                        }
                    });
            thread = Thread.ofVirtual().start(() -> publish(out, queue));
        }

        private void publish(com.rabbitmq.client.Channel out, String queue) {
            try {
                while (!over) {
                    var body = ByteBuffer.allocate(Long.BYTES).putLong(sent.getAndIncrement());
                    out.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body.array());
                    out.waitForConfirmsOrDie(PATIENCE.toMillis());
                    LockSupport.parkNanos(PACE_NANOS);
                }
                await().atMost(PATIENCE).until(() -> received.get() == sent.get());
                deleting = true;
                out.queueDelete(queue);
            } catch (IOException | InterruptedException | java.util.concurrent.TimeoutException | RuntimeException e) {
                wrong.add("beside it, the publisher ended by " + e);
            }
        }

        void end() throws Exception {
            over = true;
            thread.join();
            publisher.close();
            consumer.close();
            assertThat(sent.get()).isPositive();
            LOG.info("beside it, {} messages published, confirmed and consumed one by one", sent);
        }
    }
}
