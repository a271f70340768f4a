package io.millrace.broker.faults;

import io.millrace.broker.faults.FaultRun.DeadLetters;
import java.io.IOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Three pods as processes for the tests of a class, well when each begins, and somebody who watches who owns which slot. */
@Timeout(600)
@NullUnmarked // a fixture: what is missing fails the test
abstract class ThreePods {
    static FaultCluster cluster;
    static SlotWatch watch;
    /** That of the first pod, if the class wishes it to be small. */
    static SmallDisk disk;

    @BeforeAll
    static void start(TestInfo test) throws Exception {
        var wish = test.getTestClass().orElseThrow().getAnnotation(PodSettings.class);
        cluster = wish == null ? FaultCluster.inTarget() : FaultCluster.inTarget(wish);
        disk = wish == null || wish.diskMegabytes() == 0 ? null : new SmallDisk(cluster.disk(0), wish.diskMegabytes());
        cluster.start();
        watch = new SlotWatch(cluster.bootstrap());
    }

    @AfterAll
    static void stop() throws Exception {
        watch.close();
        if (disk != null) {
            disk.close();
        }
        cluster.close();
    }

    /** Whatever the test before has done. */
    @BeforeEach
    void everythingIsWell() {
        cluster.startWhatEnded();
        cluster.awaitReady();
        watch.awaitSpread();
    }

    @AfterEach
    void makeRoom() throws IOException {
        if (disk != null) {
            disk.clear();
        }
    }

    /** A run on a queue of the seed's pod. */
    static FaultRun run(String name, long seed) throws Exception {
        return run(DeadLetters.AT_LEAST_ONCE, name, seed);
    }

    static FaultRun run(DeadLetters deadLetters, String name, long seed) throws Exception {
        return run(deadLetters, name, seed, Seeds.pod(seed));
    }

    /** A run on a queue whose slot belongs to {@code owner} now. */
    static FaultRun run(DeadLetters deadLetters, String name, long seed, int owner) throws Exception {
        return new FaultRun(cluster, watch, deadLetters, name, seed, owner);
    }

    /** The pod that owns the run's queue now. */
    static int ownerOf(FaultRun run) {
        return FaultCluster.nodeOf(watch.owner(run.slot()).pod());
    }
}
