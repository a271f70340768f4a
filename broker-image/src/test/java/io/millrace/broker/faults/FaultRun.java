package io.millrace.broker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import io.millrace.broker.faults.Checker.Serial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One queue under load while something happens, and the books of it: publishers with confirms, consumers that acknowledge, reject and give back. */
final class FaultRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FaultRun.class);
    private static final Duration PATIENCE = FaultCluster.PATIENCE;
    private static final int OPEN_AT_MOST = 200;
    private static final int PREFETCH = 50;
    private static final long PACE_NANOS = 2_000_000;
    private static final long WORK_NANOS = 1_000_000;
    private static final int RETURNED_OF = 60;
    private static final int MULTIPLE_OF = 4;

    /** How the queue sends its dead letters, and how many of its messages are rejected: one of so many. */
    enum DeadLetters {
        AT_LEAST_ONCE(40),
        EXACTLY_ONCE(3);

        private final int rejectedOf;

        DeadLetters(int rejectedOf) {
            this.rejectedOf = rejectedOf;
        }

        Map<String, Object> arguments(String letters) {
            var arguments = new HashMap<String, Object>(
                    Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", letters));
            if (this == EXACTLY_ONCE) {
                arguments.put("x-queue-type", "quorum");
                arguments.put("x-delivery-limit", -1);
                arguments.put("x-dead-letter-strategy", "exactly-once");
            }
            return arguments;
        }
    }

    private final FaultCluster cluster;
    private final SlotWatch watch;
    private final DeadLetters deadLetters;
    private final String name;
    private final long seed;
    private final String queue;
    private final String letters;
    private final int owner;
    private final Checker checker = new Checker();
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> publishers = new ArrayList<>();
    private final int sunkenBefore;
    private volatile boolean publishing = true;

    /** A queue with dead letters whose slot belongs to {@code owner} now. */
    FaultRun(FaultCluster cluster, SlotWatch watch, DeadLetters deadLetters, String name, long seed, int owner)
            throws Exception {
        this.cluster = cluster;
        this.deadLetters = deadLetters;
        this.watch = watch;
        this.name = name;
        this.seed = seed;
        this.owner = owner;
        sunkenBefore = watch.books().sunkenFloors().size();
        LOG.info("{}: seed {}", name, seed);
        var prefix = name.replace(' ', '-') + "-" + Long.toHexString(seed);
        queue = watch.queueOwnedBy(prefix, owner);
        letters = watch.queueOwnedBy(prefix + "-letters", (owner + 1) % FaultCluster.NODES);
        try (var connection = cluster.connect(edge(1));
                var channel = connection.createChannel()) {
            channel.queueDeclare(letters, true, false, false, Map.of());
            channel.queueDeclare(queue, true, false, false, deadLetters.arguments(letters));
        }
    }

    String queue() {
        return queue;
    }

    /** Where its dead letters go. */
    String letters() {
        return letters;
    }

    /** What a change of the queue must not leave out, as JSON. */
    String deadLetterArguments() {
        return "\"x-dead-letter-exchange\":\"\",\"x-dead-letter-routing-key\":\"" + letters + "\"";
    }

    int slot() {
        return SlotWatch.slotOf(queue);
    }

    Checker checker() {
        return checker;
    }

    /** One of the pods that do not own the queue when the run begins: 1 or 2. */
    int edge(int which) {
        return (owner + which) % FaultCluster.NODES;
    }

    // --- load ---

    FaultRun publishAt(int node) throws Exception {
        int number = publishers.size();
        var connection = connect(node);
        var channel = connection.createChannel();
        publishers.add(Thread.ofVirtual().start(() -> publish(channel, number)));
        return this;
    }

    /** A publisher and a consumer on each pod that does not own the queue; returns when they are at work. */
    FaultRun loaded() throws Exception {
        publishAt(edge(1)).publishAt(edge(2)).consumeAt(edge(1)).consumeAt(edge(2));
        awaitTraffic();
        return this;
    }

    private Connection connect(int node) throws Exception {
        var connection = cluster.connect(node);
        connections.add(connection);
        return connection;
    }

    private void publish(Channel channel, int number) {
        var open = new ConcurrentSkipListMap<Long, Serial>();
        try {
            channel.confirmSelect();
            channel.addConfirmListener(
                    (tag, multiple) -> answered(open, tag, multiple, true),
                    (tag, multiple) -> answered(open, tag, multiple, false));
            for (long next = 0; publishing; next++) {
                while (open.size() >= OPEN_AT_MOST && channel.isOpen()) {
                    LockSupport.parkNanos(PACE_NANOS);
                }
                var id = new Serial(number, next);
                checker.sent(id);
                open.put(channel.getNextPublishSeqNo(), id);
                channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, bytes(id));
                LockSupport.parkNanos(PACE_NANOS);
            }
            await("answers to all publishes").atMost(PATIENCE).until(open::isEmpty);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: publisher {} ended: {}", name, number, e.toString());
        }
    }

    private void answered(ConcurrentNavigableMap<Long, Serial> open, long tag, boolean multiple, boolean ack) {
        var ids = multiple ? open.headMap(tag, true) : open.subMap(tag, true, tag, true);
        ids.values().forEach(id -> {
            if (ack) {
                checker.confirmed(id);
            } else {
                checker.refused(id);
            }
        });
        ids.clear();
    }

    private static byte[] bytes(Serial id) {
        return id.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Serial id(byte[] body) {
        return Serial.of(new String(body, StandardCharsets.UTF_8));
    }

    /** A consumer that settles by chance: mostly acks, some of them multiple, some rejects and some returns. */
    FaultRun consumeAt(int node) throws Exception {
        var channel = connect(node).createChannel();
        channel.basicQos(PREFETCH);
        var consumer = "consumer-" + connections.size();
        var chance = new Random(seed + connections.size());
        channel.basicConsume(queue, false, consumer, new DefaultConsumer(channel) {
            private final ConcurrentSkipListMap<Long, Serial> held = new ConcurrentSkipListMap<>();

            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                var id = id(body);
                checker.delivered(consumer, id, envelope.isRedeliver());
                held.put(envelope.getDeliveryTag(), id);
                LockSupport.parkNanos(WORK_NANOS);
                settle(envelope.getDeliveryTag(), id, envelope.isRedeliver());
            }

            private void settle(long tag, Serial id, boolean redelivered) throws IOException {
                if (chance.nextInt(deadLetters.rejectedOf) == 0) {
                    held.remove(tag);
                    checker.rejected(id);
                    channel.basicReject(tag, false);
                } else if (!redelivered && chance.nextInt(RETURNED_OF) == 0) {
                    held.remove(tag);
                    checker.returned(id);
                    channel.basicNack(tag, false, true);
                } else if (held.size() > PREFETCH / 2 || chance.nextInt(MULTIPLE_OF) == 0) {
                    var all = held.headMap(tag, true);
                    all.values().forEach(checker::acknowledged);
                    all.clear();
                    channel.basicAck(tag, true);
                } // else it is held until a multiple one
            }
        });
        return this;
    }

    /** Waits until messages are confirmed and delivered now, and some are held: a fault at another moment would show nothing. */
    void awaitTraffic() {
        long confirmed = checker.confirmedCount();
        long delivered = checker.deliveredCount();
        await(name + ": traffic")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> checker.confirmedCount() > confirmed + 200
                        && checker.deliveredCount() > delivered + 200
                        && checker.isAnyHeld());
    }

    // --- the end ---

    /** Ends the publishers, waits until all that was confirmed has been delivered and drains what was given back; nothing may be wrong. */
    void finish() throws Exception {
        publishing = false;
        for (var publisher : publishers) {
            publisher.join(PATIENCE);
            assertThat(publisher.isAlive()).as("a publisher waits for confirms").isFalse();
        }
        await(name + ": everything delivered").atMost(PATIENCE).until(() -> checker.lost()
                .isEmpty());
        for (var connection : connections) {
            connection.abort((int) TimeUnit.SECONDS.toMillis(10));
        }
        checker.consumersEnded();
        drain();
        LOG.info("{}: seed {}: {}", name, seed, checker);
        assertThat(checker.wrong()).as("%s, seed %d", name, seed).isEmpty();
        if (deadLetters == DeadLetters.EXACTLY_ONCE) {
            assertThat(checker.duplicateLetters())
                    .as("second letters, %s, seed %d", name, seed)
                    .isZero();
        }
        assertThat(watch.books().sunkenFloors()).hasSize(sunkenBefore);
    }

    /** What consumers still held comes back, and all dead letters are there. */
    private void drain() throws Exception {
        try (var connection = cluster.connect(edge(1))) {
            var channel = connection.createChannel();
            var quiet = await(name + ": drained").atMost(PATIENCE).pollInterval(Duration.ofMillis(200));
            quiet.during(Duration.ofSeconds(3)).until(() -> !takeAll(channel));
            quiet.until(() -> {
                takeLetters(channel);
                return checker.lostLetters().isEmpty();
            });
            takeLetters(channel);
            assertThat(channel.messageCount(queue)).isZero();
            channel.queueDelete(queue);
            channel.queueDelete(letters);
        }
    }

    private boolean takeAll(Channel channel) throws IOException {
        boolean any = false;
        for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            checker.delivered("drain", id(got.getBody()), got.getEnvelope().isRedeliver());
            checker.acknowledged(id(got.getBody()));
            any = true;
        }
        return any;
    }

    private void takeLetters(Channel channel) throws IOException {
        for (var got = channel.basicGet(letters, true); got != null; got = channel.basicGet(letters, true)) {
            checker.deadLettered(id(got.getBody()));
        }
    }

    @Override
    public void close() {
        publishing = false;
        for (var connection : connections) {
            connection.abort((int) TimeUnit.SECONDS.toMillis(10));
        }
    }
}
