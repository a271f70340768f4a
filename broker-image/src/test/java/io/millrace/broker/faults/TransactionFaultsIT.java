package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.faults.FaultCluster.Part;
import io.millrace.broker.faults.FaultRun.DeadLetters;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of the log that are aborted again and again, and one whose owner never hears that it was committed.
 */
@OnlyWithFaults
@PodSettings(stoppable = true)
@NullUnmarked // what is missing fails the test
class TransactionFaultsIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionFaultsIT.class);
    private static final String COMMITTER = "io.millrace.broker.log.kafka.KafkaCommitter";
    private static final String AFTER_THE_COMMIT = "offsets";
    private static final int ABORTED = 20;
    private static final Duration BETWEEN_ABORTS = Duration.ofMillis(500);

    /** What ends a transaction is what its timeout would do, or another producer of its name. */
    private static void abort(Admin admin, List<String> names) throws Exception {
        admin.fenceProducers(names).all().get();
    }

    @EachSeed
    void deadLettersComeOnceThoughTheirTransactionsAreAbortedAgainAndAgain(long seed) throws Exception {
        try (var run = run(DeadLetters.EXACTLY_ONCE, "aborted letters", seed);
                var admin = cluster.admin()) {
            run.loaded();
            var letters = LogState.topic(run.letters());
            var committer = List.of("amqp.dl." + run.slot());

            await("aborted letters")
                    .atMost(PATIENCE)
                    .pollInterval(BETWEEN_ABORTS)
                    .until(() -> {
                        abort(admin, committer);
                        return LogState.aborted(cluster.bootstrap(), letters) >= ABORTED;
                    });

            run.awaitTraffic();
            LOG.info("aborted letters in the log: {}", LogState.aborted(cluster.bootstrap(), letters));
            run.finish();
        }
    }

    /** It stands still between the end of a commit and its own first word about it, and is killed there: only the log knows. */
    @EachSeed
    void theOwnerIsKilledBeforeItHearsThatItsDeadLettersAreCommitted(long seed) throws Exception {
        try (var run = run(DeadLetters.EXACTLY_ONCE, "unheard commit", seed)) {
            run.loaded();
            var before = watch.owner(run.slot());
            int owner = nodeOf(before.pod());

            int unheard;
            try (var stopped = new StoppedAt(cluster.debugger(owner))) {
                unheard = stopped.callWithElements(COMMITTER, AFTER_THE_COMMIT, PATIENCE);
                cluster.kill(Part.QUEUES, owner);
            }

            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            cluster.start(Part.QUEUES, owner);
            LOG.info("killed with {} letters committed that it had not heard of", unheard);
            run.finish();
        }
    }
}
