package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.faults.FaultCluster.Part;
import org.jspecify.annotations.NullUnmarked;

/** The disk of one of three pods fills up. */
@OnlyWithFaults
@PodSettings(
        diskMegabytes = 512,
        queues = "millrace.queues.disk.free.limit.bytes=1") // the share alone counts: the whole disk is small
@NullUnmarked // what is missing fails the test
class DiskFaultsIT extends ThreePods {
    private static final int FULL = 0;

    /** What Kafka does about it is Kafka's: it ends. */
    @EachSeed
    void theNodeOfAFullDiskEndsAndTheOthersServe(long seed) throws Exception {
        try (var run = run("full disk", seed)) {
            run.loaded();
            disk.fill();
            await("a node that ends").atMost(PATIENCE).until(() -> !cluster.isAlive(Part.LOG, FULL));

            run.awaitTraffic();
            disk.clear();
            cluster.start(Part.LOG, FULL);
            cluster.awaitReady(Part.LOG, FULL);
            run.awaitTraffic();
            run.finish();
        }
    }
}
