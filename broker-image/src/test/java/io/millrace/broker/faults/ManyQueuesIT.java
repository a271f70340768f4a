package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queues that come and go by the thousand. */
@OnlyWithFaults
@NullUnmarked // what is missing fails the test
class ManyQueuesIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(ManyQueuesIT.class);
    private static final int QUEUES = Integer.getInteger("faults.queues", 1_000);
    private static final int WORKERS = 4 * NODES;
    /** As many of each worker are there at once. */
    private static final int AT_ONCE = 20;

    @EachSeed
    void queuesAreDeclaredUsedAndDeletedWhileAnotherWorks(long seed) throws Exception {
        var prefix = "many-" + Long.toHexString(seed) + "-";
        try (var run = run("many queues", seed).loaded();
                var api = new PodApi(cluster);
                var admin = cluster.admin()) {
            long confirmed = run.checker().confirmedCount();
            long delivered = run.checker().deliveredCount();
            long begun = System.nanoTime();

            try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
                var all = IntStream.range(0, WORKERS)
                        .<Callable<Integer>>mapToObj(worker -> () -> comeAndGo(prefix, worker))
                        .toList();
                int used = 0;
                for (var worker : workers.invokeAll(all)) {
                    used += worker.get();
                }
                assertThat(used).isGreaterThanOrEqualTo(QUEUES);
                LOG.info(
                        "{} queues declared, used and deleted in {} s; beside them {} confirmed, {} delivered",
                        used,
                        Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
                        run.checker().confirmedCount() - confirmed,
                        run.checker().deliveredCount() - delivered);
            }

            run.awaitTraffic();
            for (int node = 0; node < NODES; node++) {
                assertThat(api.get(node, "/api/definitions").get("queues").findValuesAsText("name"))
                        .as("pod %d", node)
                        .noneMatch(name -> name.startsWith(prefix));
            }
            await("no topics").atMost(PATIENCE).until(() -> LogState.topics(admin, prefix)
                    .isEmpty());
            run.finish();
        }
    }

    /** Declares some, has a message in each and out again, deletes them, until its share is done; returns how many. */
    private static int comeAndGo(String prefix, int worker) throws Exception {
        int done = 0;
        try (var connection = cluster.connect(worker % NODES);
                var channel = connection.createChannel()) {
            channel.confirmSelect();
            while (done * WORKERS < QUEUES) {
                var first = prefix + worker + "-" + done;
                var queues = IntStream.range(0, AT_ONCE)
                        .mapToObj(number -> first + "-" + number)
                        .toList();
                use(channel, queues);
                done += AT_ONCE;
            }
        }
        return done;
    }

    private static void use(Channel channel, List<String> queues) throws Exception {
        for (var queue : queues) {
            channel.queueDeclare(queue, true, false, false, Map.of());
        }
        for (var queue : queues) {
            channel.basicPublish(
                    "", queue, true, MessageProperties.PERSISTENT_BASIC, queue.getBytes(StandardCharsets.UTF_8));
        }
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        for (var queue : queues) {
            await(queue).atMost(PATIENCE).until(() -> takes(channel, queue));
            channel.queueDelete(queue);
        }
    }

    private static boolean takes(Channel channel, String queue) throws IOException {
        var got = channel.basicGet(queue, true);
        return got != null && queue.equals(new String(got.getBody(), StandardCharsets.UTF_8));
    }
}
