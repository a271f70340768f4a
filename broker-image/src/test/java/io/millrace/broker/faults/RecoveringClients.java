package io.millrace.broker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.broker.faults.Checker.Serial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients as they are usually written, each on a connection of its own: they know the addresses of all pods, connect to another one when their connection ends, and
 * publish again what was not confirmed.
 */
final class RecoveringClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveringClients.class);
    /** An operation that takes longer, all its tries together, has failed. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration CONFIRM_PATIENCE = Duration.ofSeconds(20);
    private static final long PACE_NANOS = Duration.ofMillis(500).toNanos();
    private static final long AGAIN_NANOS = Duration.ofMillis(200).toNanos();
    private static final int PREFETCH = 20;

    private final FaultCluster cluster;
    private final List<String> queues;
    private final Checker checker = new Checker();
    private final ConnectionFactory factory = new ConnectionFactory();
    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> publishers = new ArrayList<>();
    private final List<CompletableFuture<Void>> consumers = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean publishing = true;
    private volatile boolean consuming = true;

    /** All of them work on these queues, which it declares. */
    RecoveringClients(FaultCluster cluster, List<String> queues) throws Exception {
        this.cluster = cluster;
        this.queues = queues;
        factory.setAutomaticRecoveryEnabled(false);
        factory.setRequestedHeartbeat(10);
        factory.setConnectionTimeout(5_000);
        factory.setHandshakeTimeout(20_000);
        factory.setChannelRpcTimeout(30_000);
        factory.setSharedExecutor(work);
        try (var connection = cluster.connect(0);
                var channel = connection.createChannel()) {
            for (var queue : queues) {
                channel.queueDeclare(queue, true, false, false, Map.of());
            }
        }
    }

    /** Begins to publish, or to consume, with so many. */
    void start(int publishing, int consuming) {
        for (int number = 0; number < consuming; number++) {
            int mine = number;
            consumers.add(CompletableFuture.runAsync(() -> consume(mine), Thread::startVirtualThread));
        }
        for (int number = 0; number < publishing; number++) {
            int mine = number;
            publishers.add(Thread.ofVirtual().start(() -> publish(mine)));
        }
    }

    /** Connections there have been. */
    int connected() {
        return connected.get();
    }

    /** To any pod that lets it, in an order of its own. */
    private Connection connect(Random chance) throws IOException, TimeoutException {
        var addresses = new ArrayList<>(cluster.amqpAddresses());
        Collections.shuffle(addresses, chance);
        var connection = factory.newConnection(addresses);
        connected.incrementAndGet();
        return connection;
    }

    private String queueOf(int number) {
        return queues.get(number % queues.size());
    }

    // --- publishers ---

    private void publish(int number) {
        var chance = new Random(number);
        var client = new Publishing(number, chance);
        for (long next = 0; publishing; next++) {
            client.publish(new Serial(number, next));
            LockSupport.parkNanos(PACE_NANOS);
        }
        client.end();
    }

    private final class Publishing {
        private final String queue;
        private final Random chance;
        private @Nullable Channel channel;

        Publishing(int number, Random chance) {
            queue = queueOf(number);
            this.chance = chance;
        }

        void publish(Serial id) {
            checker.sent(id);
            long began = System.nanoTime();
            while (!isConfirmed(id)) {
                if (System.nanoTime() - began > PATIENCE.toNanos()) {
                    failed.add("%s was not confirmed within %s".formatted(id, PATIENCE));
                    return;
                }
                checker.sentAgain(id);
                LockSupport.parkNanos(AGAIN_NANOS);
            }
            checker.confirmed(id);
            longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        }

        private boolean isConfirmed(Serial id) {
            try {
                var open = channel();
                open.basicPublish(
                        "",
                        queue,
                        MessageProperties.PERSISTENT_BASIC,
                        id.toString().getBytes(StandardCharsets.UTF_8));
                return open.waitForConfirms(CONFIRM_PATIENCE.toMillis());
            } catch (IOException | TimeoutException | ShutdownSignalException e) {
                LOG.debug("{}: {}", id, e.toString());
                end();
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private Channel channel() throws IOException, TimeoutException {
            var open = channel;
            if (open == null) {
                open = connect(chance).createChannel();
                channel = open;
                open.confirmSelect();
            }
            return open;
        }

        void end() {
            if (channel != null) {
                channel.getConnection().abort(1_000);
                channel = null;
            }
        }
    }

    // --- consumers ---

    private void consume(int number) {
        var chance = new Random(-1 - number);
        while (consuming) {
            try {
                consume(connect(chance), number);
            } catch (IOException | TimeoutException | ShutdownSignalException e) {
                LOG.debug("consumer {}: {}", number, e.toString());
            }
            LockSupport.parkNanos(AGAIN_NANOS);
        }
    }

    /** Until the connection ends, or the queue. */
    private void consume(Connection connection, int number) throws IOException {
        try {
            var ended = new CompletableFuture<String>();
            begin(connection.createChannel(), number, ended);
            ended.join();
        } finally {
            connection.abort(1_000);
        }
    }

    private void begin(Channel channel, int number, CompletableFuture<String> ended) throws IOException {
        channel.basicQos(PREFETCH);
        channel.addShutdownListener(cause -> ended.complete("closed"));
        channel.basicConsume(queueOf(number), false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                var parts = new String(body, StandardCharsets.UTF_8).split(":", 2);
                var id = new Serial(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
                checker.delivered("consumer-" + number, id, envelope.isRedeliver());
                checker.acknowledged(id);
                channel.basicAck(envelope.getDeliveryTag(), false);
            }

            @Override
            public void handleCancel(String tag) {
                ended.complete("cancelled");
            }
        });
    }

    // --- the end ---

    /** Waits until messages are confirmed and delivered now, by many of them. */
    void awaitTraffic() {
        long confirmed = checker.confirmedCount();
        long delivered = checker.deliveredCount();
        await("traffic of recovering clients")
                .atMost(PATIENCE)
                .until(() -> checker.confirmedCount() > confirmed + publishers.size()
                        && checker.deliveredCount() > delivered + publishers.size());
    }

    /** Ends the publishers, and waits until all that was confirmed has come; no operation may have failed, and nothing be wrong. */
    void finish(String name) throws Exception {
        publishing = false;
        for (var publisher : publishers) {
            assertThat(publisher.join(PATIENCE.multipliedBy(2)))
                    .as("a publisher waits")
                    .isTrue();
        }
        await("everything delivered").atMost(PATIENCE).until(() -> checker.lost()
                .isEmpty());
        LOG.info(
                "{}: {} clients, {} connections, {} failed operations, the longest took {} ms; {}",
                name,
                publishers.size() + consumers.size(),
                connected,
                failed.size(),
                Duration.ofNanos(longestNanos.get()).toMillis(),
                checker);
        assertThat(failed).as(name).isEmpty();
        assertThat(checker.wrong()).as(name).isEmpty();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        publishing = false;
        consuming = false;
        try (var connection = cluster.connect(0);
                var channel = connection.createChannel()) {
            for (var queue : queues) {
                channel.queueDelete(queue); // which cancels consumers
            }
        }
        CompletableFuture.allOf(consumers.toArray(CompletableFuture[]::new))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        work.close();
    }
}
