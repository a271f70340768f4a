package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.millrace.broker.faults.FaultCluster.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue with group keys on three pods as processes, whose consumers and owner are lost while the number of its shards changes: of each key one message at a time, in
 * order, none lost.
 */
@NullUnmarked // what is missing fails the test
class GroupKeysIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(GroupKeysIT.class);
    private static final int OWNER = 1;
    private static final int KEYS = 200;
    private static final int OPEN_AT_MOST = 2_000;
    private static final int CONSUMERS = 8;
    private static final int RETURNED_OF = 40;
    private static final long PACE_NANOS = 2_000_000;

    private final KeyChecker checker = new KeyChecker();
    private final List<Worker> workers = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final AtomicIntegerArray published = new AtomicIntegerArray(KEYS);
    private volatile boolean publishing = true;

    @BeforeAll
    static void everyPodOwnsSlots() throws Exception {
        watch.awaitSpread();
    }

    private Connection connect(int node) throws Exception {
        var connection = cluster.connect(node);
        connections.add(connection);
        return connection;
    }

    /** The pods that do not own the queue when the test begins, in turn. */
    private static int edge(int number) {
        return (OWNER + 1 + number % 2) % NODES;
    }

    /** A consumer on a connection of its own, which takes its time, and gives some back. */
    private final class Worker extends DefaultConsumer {
        private final Random chance;
        private volatile boolean lost;

        Worker(Channel channel, long seed) {
            super(channel);
            chance = new Random(seed);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                throws IOException {
            int key =
                    Integer.parseInt(properties.getHeaders().get("x-group-key").toString());
            int number = Integer.parseInt(new String(body, StandardCharsets.US_ASCII));
            synchronized (this) {
                if (lost) {
                    return;
                }
                checker.delivered(this, key, number, envelope.isRedeliver());
            }
            LockSupport.parkNanos(PACE_NANOS);
            synchronized (this) {
                if (lost) {
                    return;
                }
                if (chance.nextInt(RETURNED_OF) == 0) {
                    checker.returns(key);
                    getChannel().basicNack(envelope.getDeliveryTag(), false, true);
                } else {
                    checker.settles(key, number);
                    getChannel().basicAck(envelope.getDeliveryTag(), false);
                }
            }
        }

        /** The client dies with what it holds. */
        synchronized void lose() {
            lost = true;
            checker.loses(this);
            getChannel().getConnection().abort();
        }
    }

    private void work(String queue, int number) throws Exception {
        var channel = connect(edge(number)).createChannel();
        channel.basicQos(5);
        var worker = new Worker(channel, number);
        workers.add(worker);
        channel.basicConsume(queue, worker);
    }

    /** Publishes keys of one publisher, each in order, not far ahead of the consumers, until it is enough; then waits for the confirms. */
    private CompletableFuture<Void> publish(String queue, int publisher) throws Exception {
        var channel = connect(edge(publisher)).createChannel();
        channel.confirmSelect();
        var chance = new Random(publisher);
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        while (publishing) {
                            int key = 2 * chance.nextInt(KEYS / 2) + publisher;
                            var properties = new AMQP.BasicProperties.Builder()
                                    .deliveryMode(2)
                                    .headers(Map.of("x-group-key", key))
                                    .build();
                            var body = Integer.toString(published.getAndIncrement(key))
                                    .getBytes(StandardCharsets.US_ASCII);
                            channel.basicPublish("", queue, properties, body);
                            do {
                                LockSupport.parkNanos(PACE_NANOS);
                            } while (publishing && allPublished() > checker.messages() + OPEN_AT_MOST);
                        }
                        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    private int allPublished() {
        return IntStream.range(0, KEYS).map(published::get).sum();
    }

    private void awaitMore(int messages) {
        int before = checker.messages();
        await("messages").atMost(PATIENCE).until(() -> checker.messages() >= before + messages);
    }

    @Test
    void ofEachKeyOneMessageIsWithAConsumerAtATimeInOrderWhoeverIsLost() throws Exception {
        var queue = watch.queueOwnedBy("keys", OWNER);
        connect(edge(0)).createChannel().queueDeclare(queue, true, false, false, Map.of("x-shards", 8));
        for (int i = 0; i < CONSUMERS; i++) {
            work(queue, i);
        }
        var publishers = CompletableFuture.allOf(publish(queue, 0), publish(queue, 1));
        awaitMore(500);

        workers.getFirst().lose();
        work(queue, 0);
        awaitMore(500);

        var before = watch.owner(SlotWatch.slotOf(queue));
        var change = new LiveChange(cluster, edge(0), queue);
        change.make("{\"x-shards\":3}");
        cluster.kill(Part.QUEUES, OWNER);
        watch.awaitNewOwner(SlotWatch.slotOf(queue), before);
        awaitMore(500);
        change.make("{\"x-shards\":12}");
        awaitMore(500);
        publishing = false;
        publishers.join();
        await("all messages").atMost(PATIENCE).until(() -> checker.messages() == allPublished());

        LOG.info(
                "{} messages, {} of them twice, {} keys at once",
                checker.messages(),
                checker.duplicates(),
                checker.mostAtOnce());
        change.awaitEnd("\"x-shards\":12");
        assertThat(checker.violations()).isEmpty();
        for (int key = 0; key < KEYS; key++) {
            assertThat(checker.settled().getOrDefault(key, 0))
                    .as("of key %d", key)
                    .isEqualTo(published.get(key));
        }
        assertThat(checker.mostAtOnce()).isGreaterThanOrEqualTo(CONSUMERS);
        connections.forEach(Connection::abort);
    }
}
