package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** tx.commit to a queue of each pod, again and again, by clients that open another channel when a commit fails; a consumer of each queue keeps the books. */
final class CommitRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitRun.class);
    private static final int CHANNELS = 4;
    private static final int MORE = 20;

    private final FaultCluster cluster;
    private final long seed;
    private final Connection publishing;
    private final Connection consuming;
    private final List<String> queues = new ArrayList<>();
    private final List<Checker> books = new ArrayList<>();
    private final List<Set<Serial>> found = new ArrayList<>();
    private final List<Thread> publishers = new ArrayList<>();
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile boolean over;

    /** Commits through {@code pod}, consumes through the next one. */
    CommitRun(FaultCluster cluster, SlotWatch watch, long seed, int pod) throws Exception {
        this.cluster = cluster;
        this.seed = seed;
        LOG.info("commits: seed {}", seed);
        publishing = cluster.connect(pod);
        consuming = cluster.connect((pod + 1) % FaultCluster.NODES);
        for (int owner = 0; owner < FaultCluster.NODES; owner++) {
            var queue = watch.queueOwnedBy("aborted-" + Long.toHexString(seed), owner);
            var checker = new Checker();
            var ids = ConcurrentHashMap.<Serial>newKeySet();
            var channel = consuming.createChannel();
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.basicConsume(queue, false, reader(channel, queue, checker, ids));
            queues.add(queue);
            books.add(checker);
            found.add(ids);
        }
        for (int number = 0; number < CHANNELS; number++) {
            int mine = number;
            publishers.add(Thread.ofVirtual().start(() -> commit(mine)));
        }
    }

    /** Holds all it is given, so that the log keeps it. */
    private static DefaultConsumer reader(Channel channel, String queue, Checker checker, Set<Serial> ids) {
        return new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                var parts = new String(body, StandardCharsets.UTF_8).split(":", 2);
                var id = new Serial(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
                checker.delivered(queue, id, envelope.isRedeliver());
                ids.add(id);
            }
        };
    }

    private void commit(int number) {
        try {
            var channel = publishing.createChannel();
            channel.txSelect();
            for (long next = 0; !over; next++) {
                if (!channel.isOpen()) {
                    channel = publishing.createChannel();
                    channel.txSelect();
                }
                commit(channel, new Serial(number, next));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("publisher {} ended", number, e);
        }
    }

    private void commit(Channel channel, Serial id) {
        books.forEach(checker -> checker.sent(id));
        try {
            for (var queue : queues) {
                channel.basicPublish(
                        "",
                        queue,
                        MessageProperties.PERSISTENT_BASIC,
                        id.toString().getBytes(StandardCharsets.UTF_8));
            }
            channel.txCommit();
            books.forEach(checker -> checker.confirmed(id));
            committed.incrementAndGet();
        } catch (IOException | RuntimeException e) {
            LOG.debug("commit of {} failed: {}", id, e.toString());
            books.forEach(checker -> checker.refused(id));
            failed.incrementAndGet();
        }
    }

    /** Commits that were answered with an error; each may have been made all the same. */
    int failed() {
        return failed.get();
    }

    /** The topics that are committed to. */
    List<String> topics() {
        return queues.stream().map(LogState::topic).toList();
    }

    /** Waits until more has been committed, and read from every queue. */
    void awaitMore() {
        int before = committed.get();
        await("commits").atMost(PATIENCE).until(() -> committed.get() >= before + MORE);
        await("all that is committed").atMost(PATIENCE).until(this::isAllRead);
    }

    /** But for what has just been committed. */
    private boolean isAllRead() {
        return books.stream().allMatch(checker -> checker.lost().size() <= CHANNELS);
    }

    private boolean isTheSameEverywhere() {
        return books.stream().allMatch(checker -> checker.lost().isEmpty())
                && found.stream().distinct().count() == 1;
    }

    /** Nothing that was committed is missing anywhere, nothing came twice or out of order, and what is in one queue is in all. */
    void finish() throws InterruptedException {
        over = true;
        for (var publisher : publishers) {
            assertThat(publisher.join(PATIENCE))
                    .as("a commit is never answered")
                    .isTrue();
        }
        await("the same in all queues").atMost(PATIENCE).until(this::isTheSameEverywhere);
        LOG.info("commits: seed {}: {} failed; {}", seed, failed, books.getFirst());
        assertThat(publishing.isOpen()).isTrue();
        for (var checker : books) {
            assertThat(checker.wrong()).as("seed %d", seed).isEmpty();
            assertThat(checker.duplicates()).as("seed %d", seed).isEmpty();
        }
    }

    @Override
    public void close() throws IOException, TimeoutException {
        over = true;
        publishing.abort((int) PATIENCE.toMillis());
        consuming.abort((int) PATIENCE.toMillis());
        try (var connection = cluster.connect(0);
                var channel = connection.createChannel()) {
            for (var queue : queues) {
                channel.queueDelete(queue);
            }
        }
    }
}
