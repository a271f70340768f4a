package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import io.millrace.broker.faults.FaultCluster.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** tx.commit to several queues of several owners, on three pods as processes: wholly there or not at all, though the pod that commits is killed. */
@OnlyWithFaults
class CommitsIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(CommitsIT.class);
    private static final int KILLED = 0;
    private static final int CHANNELS = 8;
    private static final int COMMITS = 200;

    private final List<String> queues = new ArrayList<>();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();

    @EachSeed
    void aCommitIsThereWhollyOrNotAtAllThoughItsPodIsKilled(long seed) throws Exception {
        try (var others = cluster.connect(1)) {
            declare(others.createChannel(), seed);
            var committing = cluster.connect(KILLED);
            var publishers = new ArrayList<Thread>();
            for (int number = 0; number < CHANNELS; number++) {
                publishers.add(publisher(committing, number));
            }
            await("commits").atMost(PATIENCE).until(() -> answered.size() >= COMMITS);
            int underWay = open.get();

            cluster.kill(Part.QUEUES, KILLED);

            for (var publisher : publishers) {
                publisher.join();
            }
            assertThat(underWay).as("void: no commit was under way").isPositive();
            cluster.startWhatEnded();
            cluster.awaitReady();
            var found = new ArrayList<Set<String>>();
            for (var queue : queues) {
                found.add(drained(others.createChannel(), queue));
            }
            LOG.info(
                    "{} commits answered, {} under way, {} there",
                    answered.size(),
                    underWay,
                    found.getFirst().size());
            assertThat(found.getFirst()).containsAll(answered);
            assertThat(found).allSatisfy(one -> assertThat(one).isEqualTo(found.getFirst()));
            committing.abort((int) PATIENCE.toMillis());
        }
    }

    /** One queue of each pod. */
    private void declare(Channel channel, long seed) throws Exception {
        for (int node = 0; node < FaultCluster.NODES; node++) {
            var queue = watch.queueOwnedBy("together-" + Long.toHexString(seed), node);
            channel.queueDeclare(queue, true, false, false, Map.of());
            queues.add(queue);
        }
    }

    private Thread publisher(Connection connection, int number) throws IOException {
        var channel = connection.createChannel();
        channel.txSelect();
        return Thread.ofVirtual().start(() -> {
            try {
                for (int next = 0; ; next++) {
                    var id = number + ":" + next;
                    for (var queue : queues) {
                        channel.basicPublish(
                                "", queue, MessageProperties.PERSISTENT_BASIC, id.getBytes(StandardCharsets.UTF_8));
                    }
                    open.incrementAndGet();
                    channel.txCommit();
                    open.decrementAndGet();
                    answered.add(id);
                }
            } catch (IOException | RuntimeException e) {
                LOG.debug("publisher {} ended: {}", number, e.toString());
            }
        });
    }

    /** All that is in the queue, or will be: what a transaction left open holds back comes when it ends. */
    private static Set<String> drained(Channel channel, String queue) throws Exception {
        var found = new TreeSet<String>();
        await(queue + " drained")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .during(Duration.ofSeconds(3))
                .until(() -> !takeAll(channel, queue, found));
        channel.queueDelete(queue);
        return found;
    }

    private static boolean takeAll(Channel channel, String queue, Set<String> found) throws IOException {
        boolean any = false;
        for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            found.add(new String(got.getBody(), StandardCharsets.UTF_8));
            any = true;
        }
        return any;
    }
}
