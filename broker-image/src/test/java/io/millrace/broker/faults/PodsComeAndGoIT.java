package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.faults.FaultCluster.Part;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pods that leave in order and come back. */
@OnlyWithFaults
@NullUnmarked // what is missing fails the test
class PodsComeAndGoIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(PodsComeAndGoIT.class);
    private static final int MOVES = 6;

    /** Two pods go and come in turn, while clients of the third work. */
    @EachSeed
    void slotsMoveAgainAndAgainUnderLoad(long seed) throws Exception {
        try (var run = run("slots on the move", seed)) {
            int stays = run.edge(2);
            run.publishAt(stays).publishAt(stays).consumeAt(stays).consumeAt(stays);
            run.awaitTraffic();
            int claims = watch.books().claims();
            int moved = 0;
            for (int move = 0; move < MOVES; move++) {
                int goes = (stays + 1 + move % 2) % NODES;
                var before = watch.owner(run.slot());

                cluster.terminate(Part.QUEUES, goes);
                if (nodeOf(before.pod()) == goes) {
                    watch.awaitNewOwner(run.slot(), before);
                    moved++;
                }
                run.awaitTraffic();
                cluster.start(Part.QUEUES, goes);
                cluster.awaitReady(Part.QUEUES, goes);
                watch.awaitSpread();
                run.awaitTraffic();
            }
            LOG.info(
                    "{} claims, the queue's own slot left {} times",
                    watch.books().claims() - claims,
                    moved);
            assertThat(watch.books().claims()).isGreaterThan(claims + 2 * MOVES);
            assertThat(moved).as("void: the queue's slot never moved").isPositive();
            run.finish();
        }
    }
}
