package io.millrace.broker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.broker.faults.Checker.Serial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients as they are usually written, each on a connection of its own: they know the addresses of all pods, leave it to the library to connect again, to consume again
 * and to find its way to another pod, and publish again what was not confirmed.
 */
final class RecoveringClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveringClients.class);
    /** What is not confirmed so long after it was first published has failed. */
    static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final int PREFETCH = 20;

    private final FaultCluster cluster;
    private final List<String> queues;
    private final Checker checker = new Checker();
    private final ConnectionFactory factory = new ConnectionFactory();
    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService heartbeats = Executors.newScheduledThreadPool(1);
    private final List<RecoveringPublisher> publishers = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final AtomicInteger recovered = new AtomicInteger();

    /** All of them work on these queues, which it declares. */
    RecoveringClients(FaultCluster cluster, List<String> queues) throws IOException, TimeoutException {
        this.cluster = cluster;
        this.queues = queues;
        factory.setAutomaticRecoveryEnabled(true);
        factory.setTopologyRecoveryEnabled(true);
        factory.setNetworkRecoveryInterval(500);
        factory.setRequestedHeartbeat(10);
        factory.setConnectionTimeout(5_000);
        factory.setHandshakeTimeout(20_000);
        factory.setChannelRpcTimeout(60_000);
        factory.setSharedExecutor(work);
        factory.setHeartbeatExecutor(heartbeats);
        factory.setThreadFactory(Thread.ofVirtual().factory());
        try (var connection = cluster.connect(0);
                var channel = connection.createChannel()) {
            for (var queue : queues) {
                channel.queueDeclare(queue, true, false, false, Map.of());
            }
        }
    }

    /** Begins to publish, and to consume, with so many. */
    void start(int publishing, int consuming) throws IOException, TimeoutException {
        for (int number = 0; number < consuming; number++) {
            consume(connect().createChannel(), number);
        }
        for (int number = 0; number < publishing; number++) {
            publishers.add(new RecoveringPublisher(connect(), queueOf(number), number, checker));
        }
        publishers.forEach(RecoveringPublisher::start);
    }

    /** To any pod. */
    private Connection connect() throws IOException, TimeoutException {
        var connection = factory.newConnection(cluster.amqpAddresses());
        connections.add(connection);
        ((Recoverable) connection).addRecoveryListener(new RecoveryListener() {
            @Override
            public void handleRecovery(Recoverable recoverable) {
                recovered.incrementAndGet();
            }

            @Override
            public void handleRecoveryStarted(Recoverable recoverable) {
                // what counts is the end
            }
        });
        return connection;
    }

    private String queueOf(int number) {
        return queues.get(number % queues.size());
    }

    /** How often a client's connection has come back. */
    int recovered() {
        return recovered.get();
    }

    private void consume(Channel channel, int number) throws IOException {
        channel.basicQos(PREFETCH);
        channel.basicConsume(queueOf(number), false, "consumer-" + number, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                var id = Serial.of(new String(body, StandardCharsets.UTF_8));
                checker.delivered(tag, id, envelope.isRedeliver());
                try {
                    channel.basicAck(envelope.getDeliveryTag(), false);
                    checker.acknowledged(id);
                } catch (IOException | ShutdownSignalException e) {
                    checker.returned(id);
                }
            }
        });
    }

    /** Waits until messages are confirmed and delivered now, as many as there are publishers. */
    void awaitTraffic() {
        long confirmed = checker.confirmedCount();
        long delivered = checker.deliveredCount();
        await("traffic of recovering clients")
                .atMost(PATIENCE)
                .until(() -> checker.confirmedCount() > confirmed + publishers.size()
                        && checker.deliveredCount() > delivered + publishers.size());
    }

    /** Ends the publishers, and waits until all that was confirmed has come; no send may have failed, and nothing be wrong. */
    void finish(String name) throws InterruptedException {
        for (var publisher : publishers) {
            publisher.end();
        }
        await("everything delivered").atMost(PATIENCE).until(() -> checker.lost()
                .isEmpty());
        var failed = publishers.stream().mapToInt(RecoveringPublisher::failed).sum();
        LOG.info(
                "{}: {} clients, {} recoveries, {} failed sends, {} sent again, the longest took {} ms; {}",
                name,
                connections.size(),
                recovered,
                failed,
                publishers.stream().mapToInt(RecoveringPublisher::again).sum(),
                publishers.stream()
                        .mapToLong(RecoveringPublisher::longestMs)
                        .max()
                        .orElse(0),
                checker);
        assertThat(failed).as(name).isZero();
        assertThat(checker.wrong()).as(name).isEmpty();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        for (var connection : connections) {
            connection.abort(1_000);
        }
        work.close();
        heartbeats.shutdownNow();
        try (var connection = cluster.connect(0);
                var channel = connection.createChannel()) {
            for (var queue : queues) {
                channel.queueDelete(queue);
            }
        }
    }
}
