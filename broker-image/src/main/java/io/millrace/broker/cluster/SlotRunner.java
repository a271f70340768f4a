package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.queue.QueueLimits;
import io.millrace.broker.queue.QueueMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
    private final Map<Long, SlotReplica.Recovered> recovered;
    private final SlotRunners runners;
    private final Set<OwnedQueue> dirty = new LinkedHashSet<>();
    private final Map<QueueHandle, OwnedQueue> queues = new HashMap<>();
    private final Set<QueueHandle> opening = new LinkedHashSet<>();
    private boolean flushScheduled;
    private boolean stopped;
    private CompletionStage<Long> lastWrite = CompletableFuture.completedStage(0L);

    SlotRunner(
            int slot, long epoch, Map<Long, SlotReplica.Recovered> recovered, long deliverFromMs, SlotRunners runners) {
        this.deliverFromMs = deliverFromMs;
        this.slot = slot;
        this.epoch = epoch;
        this.recovered = recovered;
        this.runners = runners;
    }

    int slot() {
        return slot;
    }

    /** Opens queues, a whole slot's at once if need be. */
    void open(List<QueueHandle> handles) {
        var logged = new ArrayList<QueueHandle>();
        for (var handle : handles) {
            if (queues.containsKey(handle) || !opening.add(handle)) {
                continue;
            }
            if (handle.isLogged()) {
                logged.add(handle);
            } else {
                open(handle, new Topics.Range(0, 0));
            }
        }
        if (!logged.isEmpty()) {
            openLogged(logged);
        }
    }

    private void openLogged(List<QueueHandle> handles) {
        var topics = handles.stream().map(QueueHandle::topic).toList();
        runners.logs().topics().ranges(topics).whenComplete((ranges, failure) -> runners.loop(slot)
                .execute(() -> {
                    if (stopped) {
                        return;
                    }
                    if (failure != null) {
                        LOG.warn("slot {}: queues are opened again later: {}", slot, failure.toString());
                        var unused =
                                runners.loop(slot).schedule(() -> openLogged(handles), RETRY_MS, TimeUnit.MILLISECONDS);
                        return;
                    }
                    var missing = new ArrayList<QueueHandle>();
                    for (var handle : handles) {
                        var range = ranges.get(handle.topic());
                        if (range != null && !handle.isGone()) {
                            open(handle, range);
                        } else if (!handle.isGone()) {
                            missing.add(handle);
                        }
                    }
                    if (!missing.isEmpty()) {
                        LOG.warn("slot {}: {} queues have no topic yet", slot, missing.size());
                        runners.loop(slot).schedule(() -> openLogged(missing), RETRY_MS, TimeUnit.MILLISECONDS);
                    }
                }));
    }

    private void open(QueueHandle handle, Topics.Range range) {
        opening.remove(handle);
        var definition = handle.definition();
        var state = recovered.getOrDefault(definition.qid(), SlotReplica.Recovered.NOTHING);
        var settings = handle.settings();
        var limits = QueueLimits.standard(
                        handle.isLogged(), settings.deadLetterExchange().isPresent())
                .with(settings.maxLength().orElse(Long.MAX_VALUE), settings.singleActive());
        var machine = new QueueMachine(
                limits, state.ledger(range.start()), state.deliveredBound(), range.end(), deliverFromMs);
        var queue = new OwnedQueue(
                handle,
                machine,
                range.start(),
                this,
                runners.logs().messages(),
                runners.deadLetters(),
                () -> runners.lastConsumerGone(handle),
                runners.clock());
        queues.put(handle, queue);
        handle.open(queue);
    }

    /** A queue of this slot was deleted. */
    void forget(QueueHandle handle) {
        opening.remove(handle);
        var queue = queues.remove(handle);
        recovered.remove(handle.definition().qid());
        if (queue != null && handle.isLogged()) {
            dirty.remove(queue);
            append(queue.tombstones(epoch));
        }
    }

    @Override
    public void writeHead(OwnedQueue queue, Runnable then) {
        append(List.of(queue.head(epoch))).whenComplete((offset, failure) -> {
            if (failure == null) {
                then.run();
            } else if (!stopped) {
                LOG.warn("slot {}: a head record is written again: {}", slot, failure.toString());
                runners.loop(slot).schedule(() -> writeHead(queue, then), RETRY_MS, TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void dirty(OwnedQueue queue) {
        if (!queue.handle().isLogged()) {
            return;
        }
        dirty.add(queue);
        if (!flushScheduled) {
            flushScheduled = true;
            runners.loop(slot).schedule(this::flush, FLUSH_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public long writtenFloor(OwnedQueue queue) {
        return runners.writtenFloor(slot, epoch, queue.handle().definition().qid());
    }

    private void flush() {
        flushScheduled = false;
        if (stopped || dirty.isEmpty()) {
            return;
        }
        var records = new ArrayList<SlotRecord>();
        for (var queue : dirty) {
            records.addAll(queue.takeChanges(epoch));
            if (queue.isSpaceWorth(queue.machine().ledger().floor())) {
                runners.spaceReturns(slot).add(queue);
            }
        }
        dirty.clear();
        append(records).exceptionally(failure -> {
            LOG.warn("slot {}: settled messages could not be written: {}", slot, failure.toString());
            return -1L;
        });
    }

    private CompletionStage<Long> append(List<SlotRecord> records) {
        lastWrite = runners.logs().slots().append(slot, records);
        return lastWrite;
    }

    /** Stops work and writes what is settled; the stage ends when that is replicated. */
    CompletionStage<Long> handOver() {
        queues.forEach((handle, queue) -> {
            handle.close();
            queue.stop();
        });
        flush();
        stopped = true;
        queues.clear();
        return Objects.requireNonNull(lastWrite);
    }

    /** Stops work and writes nothing: another pod owns the slot. */
    void drop() {
        stopped = true;
        dirty.clear();
        queues.forEach((handle, queue) -> {
            handle.close();
            queue.stop();
        });
        queues.clear();
    }
}
