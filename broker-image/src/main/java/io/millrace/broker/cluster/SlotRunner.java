package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueLimits;
import io.millrace.broker.queue.QueueMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One slot that this pod owns: opens its queues, writes what they settle. Runs on the slot's event loop only. */
final class SlotRunner implements OwnedQueue.Slot {
    private static final Logger LOG = LoggerFactory.getLogger(SlotRunner.class);
    private static final int FLUSH_MS = 50;
    private static final int RETRY_MS = 500;

    private final int slot;
    private final long epoch;
    private final long deliverFromMs;
    private final CompletionStage<Void> handBacks;
    private final Map<Long, SlotReplica.Recovered> recovered;
    private final SlotRunners runners;
    private final Set<OwnedQueue> dirty = new LinkedHashSet<>();
    private final Map<QueueHandle, OwnedQueue> queues = new HashMap<>();
    private final Set<QueueHandle> opening = new LinkedHashSet<>();
    private final LetterBox letters;
    private @Nullable List<QueueHandle> untilLettersAreRead;
    private boolean flushScheduled;
    private boolean flushing;
    private boolean leaving;
    private boolean stopped;
    private boolean dropped;
    private @Nullable CompletableFuture<Long> handedOver;
    private CompletionStage<Long> lastWrite = CompletableFuture.completedStage(0L);

    /**
     * @param deliverFromMs deliver nothing earlier, unless {@code handBacks} and the sessions of this pod say so
     * @param handBacks ends, on the loop, when the sessions of all other pods have told what they hold
     */
    SlotRunner(
            int slot,
            long epoch,
            Map<Long, SlotReplica.Recovered> recovered,
            long deliverFromMs,
            CompletionStage<Void> handBacks,
            SlotRunners runners) {
        this.deliverFromMs = deliverFromMs;
        this.handBacks = handBacks;
        this.slot = slot;
        this.epoch = epoch;
        this.recovered = recovered;
        this.runners = runners;
        letters = new LetterBox(
                slot,
                runners.loop(slot),
                runners.logs().transactions(),
                runners.offices().publisher(),
                () -> runners.confirm(slot, epoch));
    }

    int slot() {
        return slot;
    }

    long epoch() {
        return epoch;
    }

    /**
     * Opens the queues of the slot.
     *
     * @param lettered whether it has to be looked up first what an earlier owner dead-lettered in transactions
     */
    void open(List<QueueHandle> handles, boolean lettered) {
        if (lettered) {
            var waiting = new ArrayList<>(handles);
            untilLettersAreRead = waiting;
            letters.readNotes(notes -> {
                notes.forEach((qid, note) -> recovered.merge(
                        qid,
                        SlotReplica.Recovered.NOTHING.withLetters(note.places()),
                        (known, _) -> known.withLetters(note.places())));
                untilLettersAreRead = null;
                open(waiting);
            });
        } else {
            open(handles);
        }
    }

    /** Opens queues, a whole slot's at once if need be. */
    void open(List<QueueHandle> handles) {
        if (untilLettersAreRead != null) {
            untilLettersAreRead.addAll(handles);
            return;
        }
        var logged = new ArrayList<QueueHandle>();
        for (var handle : handles) {
            if (queues.containsKey(handle) || !opening.add(handle)) {
                continue;
            }
            if (handle.isLogged()) {
                logged.add(handle);
            } else {
                open(handle, handle.layout(), Map.of());
            }
        }
        if (!logged.isEmpty()) {
            openLogged(logged);
        }
    }

    private void openLogged(List<QueueHandle> handles) {
        var layouts = new LinkedHashMap<QueueHandle, QueueLayout>();
        handles.forEach(handle -> layouts.put(handle, handle.layout()));
        var logs = layouts.values().stream()
                .flatMap(layout -> layout.logs().stream())
                .toList();
        runners.logs().topics().ranges(logs).whenComplete((ranges, failure) -> runners.loop(slot)
                .execute(() -> {
                    if (leaving || stopped) {
                        return;
                    }
                    if (failure != null) {
                        LOG.warn("slot {}: queues are opened again later: {}", slot, failure.toString());
                        openLater(handles);
                        return;
                    }
                    var missing = new ArrayList<QueueHandle>();
                    layouts.forEach((handle, layout) -> {
                        if (handle.isGone()) {
                            return;
                        }
                        if (ranges.keySet().containsAll(layout.logs())) {
                            open(handle, layout, ranges);
                        } else {
                            missing.add(handle);
                        }
                    });
                    if (!missing.isEmpty()) {
                        LOG.warn("slot {}: {} queues have no topic yet", slot, missing.size());
                        openLater(missing);
                    }
                }));
    }

    private void openLater(List<QueueHandle> handles) {
        runners.loop(slot).schedule(() -> openLogged(handles), RETRY_MS, TimeUnit.MILLISECONDS);
    }

    private void open(QueueHandle handle, QueueLayout layout, Map<LogPart, Topics.Range> ranges) {
        opening.remove(handle);
        var found = found(handle, layout, ranges);
        var machine = new QueueMachine(
                handle.settings().rules(handle.isLogged()), QueueLimits.STANDARD, deliverFromMs, found.levels());
        var queue = new OwnedQueue(handle, machine, found, this, runners.logs(), runners.offices(), runners.clock());
        queues.put(handle, queue);
        handle.open(queue, epoch);
        if (handle.settings().delays()) { // no client ever says anything to it
            queue.accept(new QueueCommand.Tick(), null, null);
        }
        runners.afterSessions(slot, () -> handBacks.thenRun(queue::handedBack));
    }

    private OwnedLevels.Found found(QueueHandle handle, QueueLayout layout, Map<LogPart, Topics.Range> ranges) {
        var ofParts = new HashMap<QueueLayout.Part, Topics.Range>();
        layout.parts().forEach(part -> ofParts.put(part, ranges.getOrDefault(part.log(), new Topics.Range(0, 0))));
        return new OwnedLevels.Found(
                layout, ofParts, recovered.getOrDefault(handle.definition().qid(), SlotReplica.Recovered.NOTHING));
    }

    @Override
    public void lookUp(OwnedQueue queue, QueueLayout layout) {
        runners.logs().topics().ranges(layout.logs()).whenComplete((ranges, failure) -> runners.loop(slot)
                .execute(() -> {
                    if (leaving || stopped || !queue.isServed()) {
                        return;
                    }
                    if (failure == null && ranges.keySet().containsAll(layout.logs())) {
                        queue.moved(found(queue.handle(), layout, ranges));
                    } else {
                        LOG.warn(
                                "slot {}: where {} lies now is looked up again",
                                slot,
                                queue.handle().queueName());
                        runners.loop(slot)
                                .schedule(
                                        () -> lookUp(queue, queue.handle().layout()), RETRY_MS, TimeUnit.MILLISECONDS);
                    }
                }));
    }

    @Override
    public void bury(List<OwnedLevel> levels) {
        if (!levels.isEmpty()) {
            remove(OwnedLevels.tombstones(levels, epoch));
        }
    }

    /** A queue of this slot was deleted. */
    void forget(QueueHandle handle) {
        opening.remove(handle);
        var queue = queues.remove(handle);
        recovered.remove(handle.definition().qid());
        letters.forget(handle.definition().qid(), () -> {});
        if (queue != null && handle.isLogged()) {
            dirty.remove(queue);
            remove(queue.tombstones(epoch));
        }
    }

    /** What was written under a record's key is hidden by it; a queue that is not open yet writes all of it when it is. */
    void writeAgain(@Nullable QueueHandle handle, SlotReplica.Part part, SlotRecord by) {
        var queue = handle == null ? null : queues.get(handle);
        if (queue == null) {
            recovered.computeIfPresent(part.qid(), (_, known) -> known.withHidden());
        } else if (!stopped) {
            queue.writeAgain(part, by);
        }
    }

    /** What stays of a deleted queue in the slot log stays in the memory of every pod. */
    private void remove(List<SlotRecord> tombstones) {
        append(tombstones).whenComplete((offset, failure) -> {
            if (failure != null && !stopped) {
                runners.loop(slot).schedule(() -> remove(tombstones), RETRY_MS, TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void writeHead(OwnedLevel level, Runnable then) {
        append(List.of(level.head(epoch))).whenComplete((offset, failure) -> {
            if (failure == null) {
                then.run();
            } else if (!stopped) {
                LOG.warn("slot {}: a head record is written again: {}", slot, failure.toString());
                runners.loop(slot).schedule(() -> writeHead(level, then), RETRY_MS, TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void dirty(OwnedQueue queue) {
        if (!queue.handle().isLogged()) {
            return;
        }
        dirty.add(queue);
        flushIn(FLUSH_MS);
    }

    @Override
    public long writtenFloor(OwnedQueue queue, int level) {
        return runners.writtenFloor(slot, epoch, queue.qid(), level);
    }

    @Override
    public LetterBox letters() {
        return letters;
    }

    @Override
    public void allArrived() {
        goOnHandingOver();
    }

    @Override
    public void lastConsumerGone(OwnedQueue queue) {
        if (queue.handle().definition().autoDelete()) {
            runners.retire(queue.handle());
        }
    }

    @Override
    public void leaseOver(OwnedQueue queue) {
        runners.retire(queue.handle());
    }

    private void flushIn(int ms) {
        if (!flushScheduled) {
            flushScheduled = true;
            runners.loop(slot).schedule(this::flush, ms, TimeUnit.MILLISECONDS);
        }
    }

    /** One at a time: what one could not write is among what the next one writes. */
    private void flush() {
        flushScheduled = false;
        if (dropped || flushing || dirty.isEmpty()) {
            return;
        }
        var records = new ArrayList<SlotRecord>();
        var flushed = List.copyOf(dirty);
        for (var queue : flushed) {
            records.addAll(queue.takeChanges(epoch));
            letters.writing(queue.qid(), queue::isSettled);
            queue.levels().stream().filter(OwnedLevel::isSpaceWorth).forEach(runners.spaceReturns(slot)::add);
        }
        dirty.clear();
        flushing = true;
        append(records).whenComplete((offset, failure) -> runners.loop(slot).execute(() -> flushed(flushed, failure)));
    }

    private void flushed(List<OwnedQueue> queuesOfIt, @Nullable Throwable failure) {
        flushing = false;
        for (var queue : queuesOfIt) {
            queue.written(failure == null);
            letters.written(queue.qid(), failure == null);
            if (failure != null && queue.equals(queues.get(queue.handle()))) {
                dirty.add(queue);
            }
        }
        if (failure != null && !dropped) {
            LOG.warn("slot {}: settled messages are written again: {}", slot, failure.toString());
        }
        if (!dirty.isEmpty() && !isGivenUp()) {
            flushIn(failure == null ? FLUSH_MS : RETRY_MS);
        }
        goOnHandingOver();
    }

    private CompletionStage<Long> append(List<SlotRecord> records) {
        lastWrite = runners.logs().slots().append(slot, records);
        return lastWrite;
    }

    /** The slot will be handed over: nothing is delivered any more, but what is settled counts. */
    void leave() {
        leaving = true;
        queues.values().forEach(queue -> queue.accept(new QueueCommand.Leaving(), null, null));
    }

    /**
     * Waits for what is forwarded to other queues, stops work, waits for messages that were admitted, and writes what is settled.
     *
     * @param done completed here when that is replicated; if it completes otherwise, the rest is given up
     */
    void handOver(CompletableFuture<Long> done) {
        handedOver = done;
        goOnHandingOver();
    }

    private boolean isGivenUp() {
        return dropped || (handedOver != null && handedOver.isDone());
    }

    private void goOnHandingOver() {
        var done = handedOver;
        if (done == null || (!stopped && queues.values().stream().anyMatch(OwnedQueue::isForwarding))) {
            return;
        }
        if (!stopped) {
            stop();
            flush();
        }
        if (!flushing && dirty.isEmpty() && queues.values().stream().noneMatch(OwnedQueue::isAdmitting)) {
            queues.clear();
            lastWrite.whenComplete((offset, failure) -> {
                if (failure == null) {
                    done.complete(offset);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        }
    }

    private void stop() {
        queues.forEach((handle, queue) -> {
            handle.close(queue);
            queue.stop();
        });
        letters.close();
        stopped = true;
    }

    /** Stops work and writes nothing: another pod owns the slot. */
    void drop() {
        dropped = true;
        dirty.clear();
        stop();
        queues.clear();
    }
}
