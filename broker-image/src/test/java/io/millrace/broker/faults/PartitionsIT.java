package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An owner that cannot reach one node of the log while all else goes on. */
@OnlyWithFaults
@PodSettings(logByProxy = true)
@NullUnmarked // what is missing fails the test
class PartitionsIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionsIT.class);
    /** Longer than any session of the log's, shorter than a producer gives up. */
    private static final Duration CUT_OFF = Duration.ofSeconds(15);

    @EachSeed
    void theOwnersWayToTheNodeThatLeadsItsPartitionsIsCut(long seed) throws Exception {
        cutOff("cut off leader", seed, LinkProxy::cut, LinkProxy::refused);
    }

    @EachSeed
    void theNodeThatLeadsItsPartitionsDoesNotAnswerTheOwner(long seed) throws Exception {
        cutOff("silent leader", seed, LinkProxy::hold, LinkProxy::heldUp);
    }

    /**
     * Edges reach the leader and go on publishing; the owner can neither read what they publish nor write down what is settled, and if the node also coordinates the
     * owners, it is replaced.
     */
    private static void cutOff(String name, long seed, Consumer<LinkProxy> fault, ToIntFunction<LinkProxy> hits)
            throws Exception {
        try (var run = run(name, seed);
                var admin = cluster.admin()) {
            run.loaded();
            var before = watch.owner(run.slot());
            int leader = LogState.leader(admin, LogState.topic(run.queue()));
            boolean isCoordinator = LogState.coordinator(admin, LogState.OWNERS) == leader;
            if (isCoordinator) {
                run.checker().zombieMayDeliver(); // it does not hear that it was replaced
            }
            var way = cluster.wayToLog(nodeOf(before.pod()), leader);
            int hit = hits.applyAsInt(way);
            long confirmed = run.checker().confirmedCount();
            long delivered = run.checker().deliveredCount();

            fault.accept(way);
            try {
                await("a node that cannot be reached")
                        .pollDelay(CUT_OFF)
                        .atMost(PATIENCE)
                        .until(() -> hits.applyAsInt(way) > hit);
                LOG.info(
                        "{} without node {} (coordinator {}): {} confirmed and {} delivered meanwhile, owner then {}",
                        before.pod(),
                        leader,
                        isCoordinator,
                        run.checker().confirmedCount() - confirmed,
                        run.checker().deliveredCount() - delivered,
                        watch.owner(run.slot()).pod());
            } finally {
                way.mend();
            }

            run.awaitTraffic();
            run.finish();
        }
    }
}
