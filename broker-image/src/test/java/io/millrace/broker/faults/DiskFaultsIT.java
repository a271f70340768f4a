package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.faults.FaultCluster.Part;
import java.io.IOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The disk of one of three pods fills up. Only with {@code -Dfaults=all}; see {@link FaultsIT}. */
@EnabledIfSystemProperty(named = FaultsIT.FAULTS, matches = FaultsIT.ALL)
@PodSettings(queues = "millrace.queues.disk.free.limit.bytes=1") // the share alone counts: the whole disk is small
@Timeout(600)
@NullUnmarked // what is missing fails the test
class DiskFaultsIT {
    private static final String SEEDS = "io.millrace.broker.faults.FaultsIT#seeds";
    private static final int MEGABYTES = 512;
    private static final int FULL = 0;

    private static FaultCluster cluster;
    private static SmallDisk disk;
    private static SlotWatch watch;

    @BeforeAll
    static void start(TestInfo test) throws Exception {
        cluster = FaultCluster.inTarget(test.getTestClass().orElseThrow().getAnnotation(PodSettings.class));
        disk = new SmallDisk(cluster.disk(FULL), MEGABYTES);
        cluster.start();
        watch = new SlotWatch(cluster.bootstrap());
    }

    @AfterAll
    static void stop() throws Exception {
        watch.close();
        disk.close();
        cluster.close();
    }

    @BeforeEach
    void everythingIsWell() {
        cluster.startWhatEnded();
        cluster.awaitReady();
        watch.awaitSpread();
    }

    @AfterEach
    void makeRoom() throws IOException {
        disk.clear();
    }

    /** What Kafka does about it is Kafka's: it ends. */
    @ParameterizedTest
    @MethodSource(SEEDS)
    void theNodeOfAFullDiskEndsAndTheOthersServe(long seed) throws Exception {
        try (var run = loaded("full disk", seed)) {
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

    private static FaultRun loaded(String name, long seed) throws Exception {
        int owner = Math.floorMod(seed, NODES);
        var run = new FaultRun(cluster, watch, FaultRun.DeadLetters.AT_LEAST_ONCE, name, seed, owner);
        run.publishAt(run.edge(1)).publishAt(run.edge(2)).consumeAt(run.edge(1)).consumeAt(run.edge(2));
        run.awaitTraffic();
        return run;
    }
}
