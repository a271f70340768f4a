package io.millrace.broker.cluster;

import io.millrace.broker.log.TopologyLog;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which claim this pod writes the topology, if it does: it begins when the claim was read back here, and with it all that writers before it have written. A claim is
 * tried again, and takes effect, only for as long as it is wanted; one that comes into the log later than that, even after a newer one of this pod, is nothing to it.
 * On the writer's thread.
 */
final class WriterClaim {
    private static final Logger LOG = LoggerFactory.getLogger(WriterClaim.class);
    private static final long NONE = -1;
    private static final int RETRY_MS = 500;

    /** Told that this pod writes from now on; its replica has applied the log up to {@code offset}. */
    interface Begun {
        void begun(long offset);
    }

    private final Executor thread;
    private final TopicDeletions.Later later;
    private final TopologyLog log;
    private final TopologyReplica replica;
    private final Begun begun;
    private long wanted = NONE;
    private long epoch = NONE;

    WriterClaim(Executor thread, TopicDeletions.Later later, TopologyLog log, TopologyReplica replica, Begun begun) {
        this.thread = thread;
        this.later = later;
        this.log = log;
        this.replica = replica;
        this.begun = begun;
    }

    /** The slot is this pod's, by the claim at offset {@code claimed}: the log is claimed too. */
    void take(String pod, long claimed) {
        epoch = NONE;
        wanted = claimed;
        readBack(claimed, () -> log.claim(pod, claimed));
    }

    /** The slot is this pod's no more. */
    void giveUp() {
        epoch = NONE;
        wanted = NONE;
    }

    /** Whether this pod decides changes now. */
    boolean decides() {
        return epoch != NONE;
    }

    /** Whether this pod writes by the claim of this epoch. */
    boolean writes(long claimed) {
        return claimed != NONE && epoch == claimed;
    }

    /** What this pod writes under, while it does. */
    long epoch() {
        return epoch;
    }

    private void readBack(long claimed, Supplier<CompletionStage<Long>> mark) {
        mark.get().whenComplete((offset, failure) -> {
            if (failure == null) {
                replica.whenApplied(offset, counted -> whileWanted(claimed, () -> applied(claimed, offset, counted)));
            } else {
                LOG.warn("the topology is claimed again, by {}: {}", claimed, failure.toString());
                later.after(RETRY_MS, () -> whileWanted(claimed, () -> readBack(claimed, mark)));
            }
        });
    }

    private void whileWanted(long claimed, Runnable then) {
        thread.execute(() -> {
            if (wanted == claimed) {
                then.run();
            }
        });
    }

    private void applied(long claimed, long offset, boolean counted) {
        if (counted) {
            epoch = claimed;
            begun.begun(offset);
        } else {
            giveUp(); // there is a newer one in the log: a claim that did not count never will
        }
    }
}
