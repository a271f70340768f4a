package io.millrace.broker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.millrace.broker.cluster.LinkSettings;
import io.millrace.broker.cluster.QueueCluster;
import io.millrace.broker.faults.Checker.Serial;
import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import io.millrace.broker.log.kafka.KafkaLogs;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.server.AmqpLayer;
import io.millrace.broker.server.ServerSettings;
import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clock of a pod is set forward and back by an hour, the log's is not. */
@OnlyWithFaults
@Timeout(300)
@NullUnmarked // what is missing fails the test
class ClockJumpsIT {
    private static final Logger LOG = LoggerFactory.getLogger(ClockJumpsIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long TTL_MS = Duration.ofMinutes(30).toMillis();
    private static final int BATCH = 10;
    private static final int TRAFFIC = 200;
    /** How many hours the clock is ahead, one after the other; behind, for every other seed. */
    private static final List<Integer> AHEAD = List.of(1, 2, 1, 0, -1, 0);

    private static volatile Duration ahead = Duration.ZERO;
    /** The clock of the machine, set to another time. */
    private static final Clock CLOCK = ((InstantSource) () -> Instant.now().plus(ahead)).withZone(ZoneOffset.UTC);

    private static KafkaNode kafka;
    private static AmqpLayer pod;
    private static int port;

    private final Checker checker = new Checker();
    private volatile boolean publishing = true;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        kafka = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data);
        kafka.start();
        var logs = new KafkaLogs(Map.of("bootstrap.servers", kafka.bootstrap()), "pod-0", 1, 1);
        pod = new AmqpLayer(logs, "pod-0", LinkSettings.ALONE, () -> ServerSettings.DEFAULTS, CLOCK);
        letEverything(pod.start());
        port = FreePorts.next();
        pod.listen("127.0.0.1", port);
    }

    private static void letEverything(QueueCluster cluster) {
        var all = ResourcePattern.of(".*");
        var vhost = VirtualHostName.DEFAULT;
        for (var command : List.of(
                new TopologyCommand.PutVirtualHost(new VirtualHost(vhost, "")),
                new TopologyCommand.PutUser(new User("guest", PasswordHash.of("guest", new byte[4]), Set.of())),
                new TopologyCommand.PutPermission(new Permission(vhost, "guest", all, all, all)))) {
            cluster.change(command, PATIENCE);
        }
    }

    @AfterAll
    static void stop() {
        pod.close();
        kafka.close();
    }

    @EachSeed
    void onlyWhatExpiresIsTouched(long seed) throws Exception {
        LOG.info("clock jumps: seed {}", seed);
        ahead = Duration.ofHours(0);
        try (var connection = connect()) {
            var queues = new Queues(connection.createChannel(), Long.toHexString(seed));
            var holder = connection.createChannel();
            queues.publish(queues.held, "held");
            long held = holder.basicGet(queues.held, false).getEnvelope().getDeliveryTag();
            consume(connection.createChannel(), queues.busy);
            var out = connection.createChannel();
            var publisher = Thread.ofVirtual().start(() -> publish(out, queues.busy));
            awaitTraffic();

            int before = 0;
            for (int hours : AHEAD) {
                int now = seed % 2 == 0 ? hours : -hours;
                queues.jump(before, now);
                awaitTraffic();
                before = now;
            }

            publishing = false;
            publisher.join();
            await("everything delivered").atMost(PATIENCE).until(() -> checker.lost()
                    .isEmpty());
            assertThat(checker.wrong()).as("seed %d", seed).isEmpty();
            assertThat(checker.duplicates()).as("seed %d", seed).isEmpty();
            assertThat(queues.take(queues.kept)).isEqualTo(queues.bodiesKept);
            holder.basicAck(held, false); // its channel was not closed, and it did not come back
            assertThat(queues.count(queues.held)).isZero();
            LOG.info("clock jumps: seed {}: {}", seed, checker);
            queues.delete();
        }
    }

    private static Connection connect() throws Exception {
        var factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    /** Queues with and without a time to live, and what is in them. */
    private static final class Queues {
        final String busy;
        final String held;
        final String kept;
        final List<String> bodiesKept = new ArrayList<>();
        private final String expiring;
        private final String expired;
        private final Channel channel;
        private int batches;

        Queues(Channel channel, String seed) throws Exception {
            this.channel = channel;
            channel.confirmSelect();
            busy = declare("busy-" + seed, Map.of());
            held = declare("held-" + seed, Map.of());
            kept = declare("kept-" + seed, Map.of());
            expired = declare("expired-" + seed, Map.of());
            expiring = declare(
                    "expiring-" + seed,
                    Map.of(
                            "x-message-ttl",
                            TTL_MS,
                            "x-dead-letter-exchange",
                            "",
                            "x-dead-letter-routing-key",
                            expired));
        }

        private String declare(String queue, Map<String, Object> arguments) throws IOException {
            return channel.queueDeclare(queue, true, false, false, arguments).getQueue();
        }

        void publish(String queue, String body) throws Exception {
            channel.basicPublish("", queue, null, body.getBytes(StandardCharsets.UTF_8));
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        }

        /** What waits expires if an hour has passed; if the hour begins anew, it lives on, and comes in order. */
        void jump(int before, int now) throws Exception {
            var batch =
                    IntStream.range(0, BATCH).mapToObj(i -> batches + ":" + i).toList();
            batches++;
            bodiesKept.addAll(batch);
            for (var body : batch) {
                publish(kept, body);
                publish(expiring, body);
            }
            ahead = Duration.ofHours(now);
            if (now > before) {
                await("what expires").atMost(PATIENCE).until(() -> count(expiring) == 0 && count(expired) == BATCH);
                assertThat(take(expired)).isEqualTo(batch);
            } else {
                assertThat(take(expiring)).isEqualTo(batch);
                assertThat(count(expired)).isZero();
            }
            assertThat(count(kept)).isEqualTo(bodiesKept.size());
        }

        int count(String queue) throws IOException {
            return channel.queueDeclarePassive(queue).getMessageCount();
        }

        List<String> take(String queue) throws IOException {
            var taken = new ArrayList<String>();
            for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
                taken.add(new String(got.getBody(), StandardCharsets.UTF_8));
            }
            return taken;
        }

        void delete() throws IOException {
            for (var queue : List.of(busy, held, kept, expiring, expired)) {
                channel.queueDelete(queue);
            }
        }
    }

    private void publish(Channel channel, String queue) {
        try {
            channel.confirmSelect();
            for (long next = 0; publishing; next++) {
                var id = new Serial(0, next);
                checker.sent(id);
                channel.basicPublish("", queue, null, Long.toString(next).getBytes(StandardCharsets.UTF_8));
                channel.waitForConfirmsOrDie(PATIENCE.toMillis());
                checker.confirmed(id);
            }
        } catch (Exception e) {
            LOG.error("the publisher ended", e);
        }
    }

    private void consume(Channel channel, String queue) throws IOException {
        channel.basicQos(BATCH);
        channel.basicConsume(queue, false, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                    throws IOException {
                var id = new Serial(0, Long.parseLong(new String(body, StandardCharsets.UTF_8)));
                checker.delivered(queue, id, envelope.isRedeliver());
                checker.acknowledged(id);
                channel.basicAck(envelope.getDeliveryTag(), false);
            }
        });
    }

    private void awaitTraffic() {
        long confirmed = checker.confirmedCount();
        long delivered = checker.deliveredCount();
        await("traffic")
                .atMost(PATIENCE)
                .until(() -> checker.confirmedCount() > confirmed + TRAFFIC
                        && checker.deliveredCount() > delivered + TRAFFIC);
    }
}
