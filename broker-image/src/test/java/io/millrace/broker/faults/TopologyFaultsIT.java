package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.faults.FaultCluster.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many changes of the topology at once, whose writer is killed. */
@OnlyWithFaults
@NullUnmarked // what is missing fails the test
class TopologyFaultsIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyFaultsIT.class);
    private static final int WRITER_SLOT = 0;
    private static final int IMPORTED = 200;
    private static final int NO_ANSWER = 0;

    /** Asked of every pod in turn, the writer too: then nobody answers. Whatever was answered, it is made again through another pod. */
    @EachSeed
    void anImportWhoseWriterIsKilledIsWholeOnEveryPodWhenItIsMadeAgain(long seed) throws Exception {
        var vhost = "imported-" + Long.toHexString(seed);
        var file = new Definitions(vhost, IMPORTED);
        var before = watch.owner(WRITER_SLOT);
        int writer = nodeOf(before.pod());
        int importer = Seeds.pod(seed);
        int witness = (writer + 1) % NODES;
        try (var api = new PodApi(cluster);
                var admin = cluster.admin()) {
            var importing =
                    CompletableFuture.supplyAsync(() -> imported(api, importer, file), Thread::startVirtualThread);
            await("a part of the import")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> importing.isDone() || queues(api, witness, vhost) >= IMPORTED / 4);
            int part = queues(api, witness, vhost);

            cluster.kill(Part.QUEUES, writer);

            assertThat(part).as("void: it was over").isLessThan(IMPORTED);
            watch.awaitNewOwner(WRITER_SLOT, before);
            int answer = importing.join();
            int then = queues(api, witness, vhost);
            await("the import once more").atMost(PATIENCE).until(() -> imported(api, witness, file) == 204);
            cluster.start(Part.QUEUES, writer);
            cluster.awaitReady(Part.QUEUES, writer);
            LOG.info(
                    "import at {}, writer {}: seed {}: {} of {} queues when it was killed, answer {}, {} then",
                    importer,
                    writer,
                    seed,
                    part,
                    IMPORTED,
                    answer,
                    then);
            await("the same on every pod").atMost(PATIENCE).untilAsserted(() -> requireWhole(api, file));
            requireUsable(vhost);
            requireDeleted(api, witness, "/api/vhosts/" + vhost);
            requireDeleted(api, witness, "/api/users/" + file.user());
            await("no topics").atMost(PATIENCE).until(() -> LogState.topics(admin, "q." + vhost + ".")
                    .isEmpty());
        }
    }

    /** The status of the answer. */
    private static int imported(PodApi api, int node, Definitions file) {
        try {
            return api.send(node, "POST", "/api/definitions", file.json()).statusCode();
        } catch (IOException e) {
            return NO_ANSWER;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int queues(PodApi api, int node, String vhost) throws Exception {
        return api.get(node, "/api/definitions/" + vhost).get("queues").size();
    }

    private static void requireWhole(PodApi api, Definitions file) throws Exception {
        var first = api.get(0, "/api/definitions");
        for (int node = 0; node < NODES; node++) {
            var all = api.get(node, "/api/definitions");
            assertThat(all).isEqualTo(first);
            assertThat(file.differencesTo(all)).as("pod %d", node).isEmpty();
        }
    }

    /** What is published to each exchange through one pod is in its queue on the next one. */
    private static void requireUsable(String vhost) throws Exception {
        try (var connection = cluster.connect(0, vhost);
                var other = cluster.connect(1, vhost)) {
            var out = connection.createChannel();
            out.confirmSelect();
            for (int i = 0; i < IMPORTED; i++) {
                out.basicPublish("exchange-" + i, "key-" + i, true, null, new byte[1]);
            }
            out.waitForConfirmsOrDie(PATIENCE.toMillis());
            var in = other.createChannel();
            for (int i = 0; i < IMPORTED; i++) {
                var queue = "queue-" + i;
                await(queue).atMost(PATIENCE).until(() -> in.basicGet(queue, true) != null);
            }
        }
    }

    private static void requireDeleted(PodApi api, int node, String path) throws Exception {
        assertThat(api.send(node, "DELETE", path, "").statusCode()).isEqualTo(204);
    }
}
