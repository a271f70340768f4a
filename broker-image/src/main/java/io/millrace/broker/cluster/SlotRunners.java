package io.millrace.broker.cluster;

import io.millrace.broker.log.Logs;
import io.millrace.broker.log.SlotRecord;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The slots of this pod on their event loops, and the queues in them. */
final class SlotRunners implements SlotOwnership.SlotHost, QueueTable.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(SlotRunners.class);
    /** What a pod that has no link to a new owner yet has to make one, and tell what its sessions hold. */
    private static final int HAND_BACK_MS = 300;

    private static final int HAND_OVER_PATIENCE_SECONDS = 20;

    private final List<EventLoop> loops;
    private final Logs logs;
    private final QueueTable table;
    private final Offices offices;
    private final Retirement retirement;
    private final Clock clock;
    private final Writing writing;
    private final SlotLogWord word;
    private final EdgeAttachments attachments;
    private final Owners owners;
    private final List<SpaceReturns> spaceReturns;
    private final @Nullable SlotRunner[] runners;

    /** Told of queues that have served their time. */
    interface Retirement {
        void retire(QueueHandle queue);
    }

    /** The topology's writer is who owns its slot. */
    interface Writing {
        void become(long epoch);

        void resign();
    }

    /** What the slot log says of this pod's slots. */
    interface SlotLogWord {
        /** The floor of a queue's level that every later owner will find; -1 if there is a newer owner than that of {@code epoch}. */
        long floor(int slot, long epoch, long qid, int level);

        /** As {@link SlotOwnership#confirm}. */
        CompletionStage<Boolean> confirm(int slot, long epoch);
    }

    /** The way to owners on other pods. */
    interface Owners {
        /** Tells the owner of a slot that the sessions here have told what they hold. */
        void attached(String pod, int slot, long epoch);

        /** Tells an owner that hands a slot over that nothing more comes from here. */
        void detached(String pod, int slot, long epoch);
    }

    SlotRunners(
            List<EventLoop> loops,
            Logs logs,
            QueueTable table,
            Offices offices,
            Retirement retirement,
            Writing writing,
            SlotLogWord word,
            EdgeAttachments attachments,
            Owners owners,
            Clock clock) {
        this.attachments = attachments;
        this.owners = owners;
        this.word = word;
        this.writing = writing;
        this.loops = List.copyOf(loops);
        this.logs = logs;
        this.table = table;
        this.offices = offices;
        this.retirement = retirement;
        this.clock = clock;
        runners = new SlotRunner[logs.slotCount()];
        spaceReturns = this.loops.stream()
                .map(loop -> new SpaceReturns(loop, logs.topics()))
                .toList();
    }

    /** Who serves a slot, on its loop; null while this pod does not own it. */
    @Nullable
    SlotRunner runner(int slot) {
        return runners[slot];
    }

    EventLoop loop(int slot) {
        return loops.get(slot % loops.size());
    }

    SpaceReturns spaceReturns(int slot) {
        return spaceReturns.get(slot % loops.size());
    }

    long writtenFloor(int slot, long epoch, long qid, int level) {
        return word.floor(slot, epoch, qid, level);
    }

    CompletionStage<Boolean> confirm(int slot, long epoch) {
        return word.confirm(slot, epoch);
    }

    Logs logs() {
        return logs;
    }

    Offices offices() {
        return offices;
    }

    Clock clock() {
        return clock;
    }

    void retire(QueueHandle handle) {
        retirement.retire(handle);
    }

    @Override
    public void take(
            int slot, long epoch, boolean fromOther, boolean lettered, Map<Long, SlotReplica.Recovered> queues) {
        if (slot == TopologyWriter.SLOT) {
            writing.become(epoch);
        }
        loop(slot).execute(() -> {
            var handBacks = new CompletableFuture<Void>();
            long deliverFromMs = fromOther ? clock.millis() + EdgeAttachments.PATIENCE_MS : Long.MIN_VALUE;
            var runner = new SlotRunner(slot, epoch, new HashMap<>(queues), deliverFromMs, handBacks, this);
            runners[slot] = runner;
            runner.open(table.ofSlot(slot), lettered);
            if (fromOther) {
                Runnable all = () -> loop(slot).execute(() -> handBacks.complete(null));
                loop(slot)
                        .schedule(
                                () -> attachments.whenAttached(slot, epoch, all), HAND_BACK_MS, TimeUnit.MILLISECONDS);
            } else {
                handBacks.complete(null); // each queue to come would wait for it, and be kept by it, for ever
            }
        });
    }

    @Override
    public void ownedBy(int slot, String pod, long epoch) {
        loop(slot).execute(() -> table.ofSlot(slot).forEach(handle -> handle.ownedBy(new SlotOwner(pod, epoch))));
        tellAttached(slot, pod, epoch);
        if (slot == TopologyWriter.SLOT) {
            writing.resign();
        }
    }

    /** Tells the owner of a slot once the sessions here, which are being attached, have told it what they hold. */
    void tellAttached(int slot, String pod, long epoch) {
        loop(slot).execute(() -> afterSessions(slot, () -> owners.attached(pod, slot, epoch)));
    }

    /** Runs {@code then} on the slot's loop after all that sessions of this pod were told to do before, wherever they are, has come back to it. On that loop. */
    void afterSessions(int slot, Runnable then) {
        var left = new AtomicInteger(loops.size());
        for (var each : loops) {
            each.execute(() -> {
                if (left.decrementAndGet() == 0) {
                    loop(slot).execute(then);
                }
            });
        }
    }

    /** The owner of a slot hands it over: what sessions here want of its queues waits for the next owner. */
    void detachFrom(String pod, int slot, long epoch) {
        loop(slot).execute(() -> {
            table.ofSlot(slot).forEach(handle -> handle.detach(pod));
            owners.detached(pod, slot, epoch);
        });
    }

    @Override
    public void handOver(Set<Integer> slots) {
        if (slots.contains(TopologyWriter.SLOT)) {
            writing.resign();
        }
        var flushed = slots.stream().map(this::beginHandOver).toArray(CompletableFuture[]::new);
        try {
            // each gives up by itself, if its loop goes on
            CompletableFuture.allOf(flushed)
                    .orTimeout(HAND_OVER_PATIENCE_SECONDS + 1, TimeUnit.SECONDS)
                    .join();
        } catch (RuntimeException e) {
            LOG.warn("handed over before all was written; some messages may be delivered again", e);
        }
    }

    /** Delivers nothing more, waits until all that other pods' sessions have settled is here, and writes it down. */
    CompletableFuture<Long> beginHandOver(int slot) {
        var flushed = new CompletableFuture<Long>();
        loop(slot).execute(() -> {
            var runner = runners[slot];
            if (runner == null) {
                flushed.complete(0L);
                return;
            }
            runner.leave();
            giveUpLater(slot, runner, flushed);
            attachments.detach(slot, runner.epoch(), () -> loop(slot).execute(() -> {
                if (runner.equals(runners[slot])) {
                    runners[slot] = null;
                }
                runner.handOver(flushed);
            }));
        });
        return flushed;
    }

    /** Nobody could end a runner that waits for ever: it is not found under its slot any more. */
    private void giveUpLater(int slot, SlotRunner runner, CompletableFuture<Long> flushed) {
        var patience = loop(slot)
                .schedule(
                        () -> flushed.completeExceptionally(new TimeoutException("slot " + slot)),
                        HAND_OVER_PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        flushed.whenComplete((offset, failure) -> {
            patience.cancel(false);
            if (failure != null) {
                loop(slot).execute(() -> {
                    if (runner.equals(runners[slot])) {
                        runners[slot] = null;
                    }
                    runner.drop();
                });
            }
        });
    }

    @Override
    public void hidden(int slot, long epoch, SlotReplica.Part part, SlotRecord by) {
        loop(slot).execute(() -> {
            var runner = runners[slot];
            if (runner != null && runner.epoch() == epoch) {
                runner.writeAgain(table.byId(part.qid()), part, by);
            }
        });
    }

    @Override
    public void drop(int slot) {
        if (slot == TopologyWriter.SLOT) {
            writing.resign();
        }
        loop(slot).execute(() -> {
            var runner = runners[slot];
            runners[slot] = null;
            if (runner != null) {
                runner.drop();
            }
        });
    }

    @Override
    public void added(QueueHandle handle) {
        int slot = handle.definition().slot();
        loop(slot).execute(() -> {
            var runner = runners[slot];
            if (runner != null) {
                runner.open(List.of(handle));
            }
        });
    }

    @Override
    public void removed(QueueHandle handle) {
        int slot = handle.definition().slot();
        loop(slot).execute(() -> {
            handle.gone();
            var runner = runners[slot];
            if (runner != null) {
                runner.forget(handle);
            }
        });
    }

    /** Hands over every slot that is still here: the end of this pod. */
    void handOverAll() {
        handOver(IntStream.range(0, runners.length).boxed().collect(Collectors.toUnmodifiableSet()));
    }
}
