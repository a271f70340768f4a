package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.faults.FaultCluster.Part;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All pods are restarted in order, one after the other. */
@OnlyWithFaults
@NullUnmarked // what is missing fails the test
class RollingRestartIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(RollingRestartIT.class);
    private static final int PUBLISHERS = 150;
    private static final int CONSUMERS = 50;
    private static final int QUEUES_PER_POD = 5;

    /** As the operator does it: queue layer and log of one pod, and the next one when every replica is there again. */
    @EachSeed
    void allPodsAreRestartedWhileTwoHundredClientsRecover(long seed) throws Exception {
        LOG.info("rolling restart: seed {}", seed);
        int sunken = watch.books().sunkenFloors().size();
        try (var clients = new RecoveringClients(cluster, queues(seed));
                var admin = cluster.admin()) {
            clients.start(PUBLISHERS, CONSUMERS);
            clients.awaitTraffic();
            int claims = watch.books().claims();

            for (int step = 0; step < NODES; step++) {
                restart(Seeds.pod(seed + step), admin);
                clients.awaitTraffic();
            }

            assertThat(clients.recovered())
                    .as("void: a client was never cut off")
                    .isGreaterThanOrEqualTo(PUBLISHERS + CONSUMERS);
            assertThat(watch.books().claims()).as("void: no slot moved").isGreaterThan(claims + NODES);
            clients.finish("rolling restart: seed " + seed);
            assertThat(watch.books().sunkenFloors()).hasSize(sunken);
        }
    }

    private static void restart(int node, Admin admin) throws Exception {
        cluster.terminate(Part.QUEUES, node);
        cluster.terminate(Part.LOG, node);
        cluster.start(Part.LOG, node);
        cluster.awaitReady(Part.LOG, node);
        cluster.start(Part.QUEUES, node);
        cluster.awaitReady(Part.QUEUES, node);
        await("every replica").atMost(PATIENCE).ignoreExceptions().until(() -> LogState.isWhole(admin));
        watch.awaitSpread();
    }

    private static List<String> queues(long seed) {
        var queues = new ArrayList<String>();
        for (int node = 0; node < NODES; node++) {
            for (int number = 0; number < QUEUES_PER_POD; number++) {
                queues.add(watch.queueOwnedBy("restarted-" + Long.toHexString(seed) + "-" + number, node));
            }
        }
        return queues;
    }
}
