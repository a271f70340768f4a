package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.faults.FaultCluster.Part;
import io.millrace.broker.faults.FaultRun.DeadLetters;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to owners of queues. */
@NullUnmarked // what is missing fails the test
class FaultsIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(FaultsIT.class);
    private static final Duration FROZEN = Duration.ofSeconds(20);
    private static final int TRIES = 4;
    private static final int KILLS = 3;

    @EachSeed
    void theOwnerIsKilledWhileItDelivers(long seed) throws Exception {
        try (var run = run("killed owner", seed)) {
            run.loaded();
            var before = watch.owner(run.slot());
            long killed = System.nanoTime();

            cluster.kill(Part.QUEUES, ownerOf(run));

            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            LOG.info(
                    "traffic again after {} ms",
                    Duration.ofNanos(System.nanoTime() - killed).toMillis());
            cluster.start(Part.QUEUES, nodeOf(before.pod()));
            run.finish();
        }
    }

    /** One after the other, each amid its transactions; now and then with the log's node beside it, which coordinates some of them. */
    @EachSeed
    @OnlyWithFaults
    void deadLettersInTransactionsComeOnceThoughTheirOwnersAreKilled(long seed) throws Exception {
        try (var run = run(DeadLetters.EXACTLY_ONCE, "killed in transactions", seed)) {
            for (int node = 0; node < FaultCluster.NODES; node++) {
                run.publishAt(node).consumeAt(node);
            }
            for (int kills = 0; kills < KILLS; kills++) {
                run.awaitTraffic();
                var before = watch.owner(run.slot());
                int node = nodeOf(before.pod());

                cluster.kill(Part.QUEUES, node);
                if (kills == 1) {
                    cluster.kill(Part.LOG, node);
                }

                watch.awaitNewOwner(run.slot(), before);
                run.awaitTraffic();
                cluster.startWhatEnded();
                cluster.awaitReady();
                watch.awaitSpread();
                run.publishAt(node).consumeAt(node); // those that were there went with the pod
            }
            run.finish();
        }
    }

    @EachSeed
    @OnlyWithFaults
    void anOwnerThatWakesUpAfterItWasReplacedCommitsNothing(long seed) throws Exception {
        try (var run = run(DeadLetters.EXACTLY_ONCE, "zombie in transactions", seed)) {
            freezeTheOwner(run);
        }
    }

    /** A consumer is connected to the frozen pod too, and what it acknowledges is what the zombie tries to settle when it wakes up. */
    @EachSeed
    void anOwnerThatWakesUpAfterItWasReplacedSettlesNothing(long seed) throws Exception {
        int stale = watch.books().staleRecords();
        for (int tries = 0; watch.books().staleRecords() == stale; tries++) {
            assertThat(tries)
                    .as("void: the zombie was never seen to try to settle")
                    .isLessThan(TRIES);
            watch.awaitSpread();
            try (var run = run("zombie", seed + tries)) {
                freezeTheOwner(run);
            }
        }
        LOG.info("records of zombies: {}", watch.books().staleRecords() - stale);
    }

    private static void freezeTheOwner(FaultRun run) throws Exception {
        int owner = ownerOf(run);
        run.checker().zombieMayDeliver();
        run.publishAt(run.edge(1)).consumeAt(owner).consumeAt(run.edge(1)).consumeAt(run.edge(2));
        run.awaitTraffic();
        var before = watch.owner(run.slot());

        cluster.freeze(Part.QUEUES, owner);
        try {
            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            await("a frozen pod").pollDelay(FROZEN).atMost(PATIENCE).until(() -> !watch.owner(run.slot())
                    .pod()
                    .equals(before.pod()));
        } finally {
            cluster.thaw(Part.QUEUES, owner);
        }
        run.awaitTraffic();
        run.finish();
    }

    @EachSeed
    void theLinkBetweenEdgeAndOwnerIsCutWhileKafkaIsUp(long seed) throws Exception {
        try (var run = run("cut link", seed)) {
            int edge = run.edge(1);
            var links = cluster.linksBetween(edge, ownerOf(run));
            run.publishAt(edge).consumeAt(edge);
            run.awaitTraffic();
            var before = watch.owner(run.slot());
            int ended = links.stream().mapToInt(LinkProxy::ended).sum();
            int refused = links.stream().mapToInt(LinkProxy::refused).sum();

            links.forEach(LinkProxy::cut);
            await("tries to link again")
                    .atMost(PATIENCE)
                    .until(() -> links.stream().mapToInt(LinkProxy::refused).sum() > refused + 3);
            links.forEach(LinkProxy::mend);

            run.awaitTraffic();
            assertThat(links.stream().mapToInt(LinkProxy::ended).sum()).isGreaterThan(ended);
            assertThat(watch.owner(run.slot())).isEqualTo(before);
            run.finish();
        }
    }

    @EachSeed
    @OnlyWithFaults
    void aPodThatIsOwnerAndCoordinatorOfTheOwnersIsKilled(long seed) throws Exception {
        int node;
        try (var admin = cluster.admin()) {
            node = LogState.coordinator(admin, LogState.OWNERS);
        }
        try (var run = run(DeadLetters.AT_LEAST_ONCE, "killed coordinator", seed, node)) {
            run.loaded();
            var before = watch.owner(run.slot());
            long killed = System.nanoTime();

            cluster.kill(Part.QUEUES, node);
            cluster.kill(Part.LOG, node);

            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            LOG.info(
                    "traffic again after {} ms",
                    Duration.ofNanos(System.nanoTime() - killed).toMillis());
            try (var admin = cluster.admin()) {
                await("another coordinator")
                        .atMost(PATIENCE)
                        .until(() -> LogState.coordinator(admin, LogState.OWNERS) != node);
            }
            cluster.start(Part.LOG, node);
            cluster.start(Part.QUEUES, node);
            run.finish();
        }
    }

    /** A pod leaves in order and comes back: its slots move twice. */
    @EachSeed
    @OnlyWithFaults
    void slotsMoveUnderLoad(long seed) throws Exception {
        try (var run = run("moved slots", seed)) {
            int node = ownerOf(run);
            run.loaded();
            int claims = watch.books().claims();
            var before = watch.owner(run.slot());

            cluster.terminate(Part.QUEUES, node);
            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            var duplicatesAfterLeaving = run.checker().duplicates();
            cluster.start(Part.QUEUES, node);
            cluster.awaitReady(Part.QUEUES, node);
            watch.awaitSpread();
            run.awaitTraffic();

            assertThat(watch.books().claims()).isGreaterThan(claims + 1);
            run.finish();
            assertThat(duplicatesAfterLeaving)
                    .as("an orderly move delivers nothing twice but what was on its way to the dead-letter queue")
                    .doesNotContainKeys(Checker.Cause.HELD, Checker.Cause.ACKNOWLEDGED);
        }
    }

    @EachSeed
    @OnlyWithFaults
    void theOwnerIsKilledAgainWhileTheNextOneTakesOver(long seed) throws Exception {
        try (var run = run("killed twice", seed)) {
            var first = watch.owner(run.slot());
            int left = run.edge(1);
            run.publishAt(left).consumeAt(left);
            run.awaitTraffic();

            cluster.kill(Part.QUEUES, nodeOf(first.pod()));
            var second = watch.awaitNewOwner(run.slot(), first);
            if (nodeOf(second.pod()) != left) {
                cluster.kill(Part.QUEUES, nodeOf(second.pod()));
                watch.awaitNewOwner(run.slot(), second);
                cluster.start(Part.QUEUES, nodeOf(second.pod()));
            }
            run.awaitTraffic();
            cluster.start(Part.QUEUES, nodeOf(first.pod()));
            run.finish();
        }
    }

    /** Whatever the change has come to by then: the next owner serves both topics, and nothing is lost, doubled or out of order because of it. */
    @EachSeed
    @OnlyWithFaults
    void theOwnerIsKilledWhileItsQueueMovesToAnotherTopic(long seed) throws Exception {
        try (var run = run("moved queue", seed)) {
            run.loaded();
            var before = watch.owner(run.slot());
            var change = new LiveChange(cluster, run.edge(1), run.queue());
            change.make("{\"x-max-priority\":5," + run.deadLetterArguments() + "}");

            cluster.kill(Part.QUEUES, ownerOf(run));

            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            cluster.start(Part.QUEUES, nodeOf(before.pod()));
            cluster.awaitReady(Part.QUEUES, nodeOf(before.pod()));
            change.awaitEnd("x-max-priority");
            run.finish();
        }
    }
}
