package io.millrace.broker.faults;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Three pods as processes for the tests of a class, and somebody who watches who owns which slot. */
@Timeout(600)
@NullUnmarked // a fixture: what is missing fails the test
abstract class ThreePods {
    static FaultCluster cluster;
    static SlotWatch watch;

    @BeforeAll
    static void start(TestInfo test) throws Exception {
        var wish = test.getTestClass().orElseThrow().getAnnotation(PodSettings.class);
        cluster = wish == null ? FaultCluster.inTarget() : FaultCluster.inTarget(wish);
        cluster.start();
        watch = new SlotWatch(cluster.bootstrap());
    }

    @AfterAll
    static void stop() throws Exception {
        watch.close();
        cluster.close();
    }
}
