package io.millrace.broker.cluster;

import io.millrace.broker.log.TopologyLog;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which claim this pod writes the topology, if it does, and whether it knows all that is in the log: only then it decides. It knows that when its claim was read back
 * here, and with it all that writers before it have written. When an append fails it does not know any more: a producer may give up what is in the log nevertheless, and
 * what was sent after that is still on its way. A mark that is sent then is taken by the log after all of this, or not at all, so once the mark is read back all is known
 * again.
 *
 * <p>A claim or a mark is tried again, and takes effect, only for as long as the claim is wanted; a claim that comes into the log later than that, even after a newer one of
 * this pod, is nothing to it. On the writer's thread.
 */
final class WriterClaim {
    private static final Logger LOG = LoggerFactory.getLogger(WriterClaim.class);
    private static final long NONE = -1;
    private static final int RETRY_MS = 500;

    /**
     * Every release passes over it, and compaction leaves nothing of it. Not one more claim: compaction keeps the newest of those, and if this pod has been replaced,
     * that would be one that does not count, in place of the one that does.
     */
    private static final TopologyLog.Entry MARK = new TopologyLog.Entry("mark/writer", null);

    /** Told that this pod decides from now on: its replica has applied the log up to {@code offset}, and nothing else is on its way. */
    interface Ready {
        void ready(long offset);
    }

    private final Executor thread;
    private final TopicDeletions.Later later;
    private final TopologyLog log;
    private final TopologyReplica replica;
    private final Ready ready;
    private long wanted = NONE;
    private long epoch = NONE;
    private boolean knowsAll;

    WriterClaim(Executor thread, TopicDeletions.Later later, TopologyLog log, TopologyReplica replica, Ready ready) {
        this.thread = thread;
        this.later = later;
        this.log = log;
        this.replica = replica;
        this.ready = ready;
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

    /** An append under this epoch failed: nothing is decided until it is known what became of that, and of all that was sent since. */
    void doubt(long claimed) {
        if (writes(claimed) && knowsAll) {
            knowsAll = false;
            readBack(claimed, () -> log.append(claimed, List.of(MARK)));
        }
    }

    /** Whether this pod has the slot by the claim of this epoch, though it may not write yet. */
    boolean wants(long claimed) {
        return claimed != NONE && wanted == claimed;
    }

    /** Whether this pod decides changes now. */
    boolean decides() {
        return epoch != NONE && knowsAll;
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
                LOG.warn("it is not known yet what is in the topology log; tried again: {}", failure.toString());
                later.after(RETRY_MS, () -> whileWanted(claimed, () -> readBack(claimed, mark)));
            }
        });
    }

    private void whileWanted(long claimed, Runnable then) {
        thread.execute(() -> {
            if (wants(claimed)) {
                then.run();
            }
        });
    }

    private void applied(long claimed, long offset, boolean counted) {
        if (counted) {
            epoch = claimed;
            knowsAll = true;
            ready.ready(offset);
        } else {
            giveUp(); // there is a newer claim in the log: nothing that is written by this one counts any more
        }
    }
}
