package io.millrace.broker.cluster;

import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.MessageRecord;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.DeliveryCount;
import io.millrace.broker.queue.Overflow;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueEffect;
import io.millrace.broker.queue.QueueMachine;
import io.millrace.broker.queue.ReturnCounts;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.queue.SettlementLedger;
import io.millrace.broker.queue.SpaceReturn;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A queue this pod owns: its machine, and the carrying out of what the machine wants. On the queue's loop only. */
final class OwnedQueue {
    /** What a queue needs of the slot it lies in. */
    interface Slot {
        /** Writes a head record now; {@code then} runs on the loop once it is replicated. */
        void writeHead(OwnedQueue queue, Runnable then);

        /** Something was settled and is to be written soon. */
        void dirty(OwnedQueue queue);

        /** The floor that every later owner will find in the slot log; -1 if there is a newer owner. */
        long writtenFloor(OwnedQueue queue);

        /** No message that was admitted is on its way to the log any more. */
        void allAdmittedArrived();

        /** It has lost its last consumer. */
        void lastConsumerGone(OwnedQueue queue);

        /** Nobody has used it for the time of its lease. */
        void leaseOver(OwnedQueue queue);
    }

    private final QueueHandle handle;
    private final QueueMachine machine;
    private final Slot slot;
    private final MessageLog log;
    private final DeadLetterOffice deadLetters;
    private final Clock clock;
    private final SpaceReturn space;
    private final Map<SessionId, QueueEvents> sessions = new HashMap<>();
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private boolean draining;
    private MessageLog.@Nullable Reading reading;
    private @Nullable ScheduledFuture<?> wakeUp;
    private long writtenFloor;
    private SettlementLedger.@Nullable Changes underWay;
    private List<ReturnCounts.Chunk> returnsUnderWay = List.of();

    OwnedQueue(
            QueueHandle handle,
            QueueMachine machine,
            long logStart,
            Slot slot,
            MessageLog log,
            DeadLetterOffice deadLetters,
            Clock clock) {
        this.handle = handle;
        this.machine = machine;
        this.slot = slot;
        this.log = log;
        this.deadLetters = deadLetters;
        this.clock = clock;
        writtenFloor = machine.ledger().floor();
        space = new SpaceReturn(logStart, writtenFloor);
    }

    QueueMachine machine() {
        return machine;
    }

    QueueHandle handle() {
        return handle;
    }

    /** Handles a command now, or after the one that is being handled: effects may come back here. */
    void accept(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (draining) {
            inbox.add(() -> handle(command, session, events));
            return;
        }
        draining = true;
        try {
            handle(command, session, events);
            for (var next = inbox.poll(); next != null; next = inbox.poll()) {
                next.run();
            }
        } finally {
            draining = false;
        }
    }

    private void handle(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (session != null && events != null) {
            sessions.put(session, events);
        }
        var effects = machine.on(command, clock.millis());
        for (int i = 0; i < effects.size(); i++) {
            carryOut(effects.get(i));
        }
        if (command instanceof QueueCommand.SessionClosed(var closed)) {
            sessions.remove(closed);
        }
        handle.crowded(machine.windowSize(), machine.hasConsumers());
        if (machine.ledger().hasChanges(writtenFloor) || machine.returns().hasChanges()) {
            slot.dirty(this);
        }
    }

    /** Takes a message if there is room for it. {@code done} hears when it is replicated, or that there is none or it could not be written. */
    void offer(Message message, Publisher.Done done) {
        if (!machine.gate().admits(machine.ready())) {
            if (handle.settings().overflow() == Overflow.REJECT_PUBLISH_DLX) {
                deadLetters.send(handle, message, DeathReason.MAXLEN, sent -> {});
            }
            done.done(false);
        } else if (handle.isLogged()) {
            log.append(handle.definition().slot(), handle.topic(), 0, message, (offset, failure) -> handle.loop()
                    .execute(() -> {
                        machine.gate().ended();
                        if (failure == null) {
                            handle.appended(offset, message);
                        }
                        done.done(failure == null || handle.isGone());
                        if (!machine.gate().isPassed()) {
                            slot.allAdmittedArrived();
                        }
                    }));
        } else {
            machine.gate().ended();
            accept(new QueueCommand.Enqueued(message), null, null);
            done.done(true);
        }
    }

    /** Whether messages that were admitted are on their way to the log: the next owner has to find them there. */
    boolean isAdmitting() {
        return machine.gate().isPassed();
    }

    private void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.AnswerSubscribe(var consumer, var accepted) -> {
                var events = sessions.get(consumer.id().session());
                if (events != null) {
                    events.subscribed(handle, consumer.id().consumerTag(), accepted);
                }
            }
            case QueueEffect.Deliver deliver -> deliver(deliver);
            case QueueEffect.AnswerGet answer -> {
                var events = sessions.get(answer.session());
                if (events != null) {
                    events.got(
                            handle,
                            answer.requestId(),
                            answer.offset(),
                            answer.message() == null ? null : counted(answer.message(), answer.deliveryCount()),
                            answer.redelivered(),
                            answer.remaining());
                }
            }
            case QueueEffect.AnswerPurge(var session, var request, var purged) -> {
                var events = sessions.get(session);
                if (events != null) {
                    events.purged(handle, request, purged);
                }
            }
            case QueueEffect.DeadLetter(var offset, var message, var reason) ->
                deadLetters.send(
                        handle, message, reason, appended -> later(new QueueCommand.DeadLettered(offset, appended)));
            case QueueEffect.StartFetch(var offset) -> startReading(offset);
            case QueueEffect.PauseFetch() -> {
                if (reading != null) {
                    reading.pause();
                }
            }
            case QueueEffect.StopFetch() -> stopReading();
            case QueueEffect.ExtendBound(var bound) ->
                slot.writeHead(this, () -> later(new QueueCommand.BoundDurable(bound)));
            case QueueEffect.WakeAt(var when) -> wakeAt(when);
            case QueueEffect.LastConsumerGone() -> slot.lastConsumerGone(this);
            case QueueEffect.LeaseOver() -> slot.leaseOver(this);
        }
    }

    private void deliver(QueueEffect.Deliver deliver) {
        var consumer = deliver.consumer();
        var events = sessions.get(consumer.id().session());
        if (events != null) {
            events.deliver(
                    handle,
                    consumer.id().consumerTag(),
                    consumer.noAck(),
                    deliver.offset(),
                    counted(deliver.message(), deliver.deliveryCount()),
                    deliver.redelivered());
        }
    }

    private Message counted(Message message, int deliveryCount) {
        return deliveryCount > 0 && handle.settings().deliveryLimit().isPresent()
                ? DeliveryCount.in(message, deliveryCount)
                : message;
    }

    /** On a thread of the log's. */
    private void read(List<LogRecord> records, long nextOffset) {
        var arrivals = new ArrayList<QueueCommand.Arrival>(records.size());
        for (var one : records) {
            arrivals.add(new QueueCommand.Arrival(one.offset(), MessageRecord.read(one)));
        }
        later(new QueueCommand.Fetched(arrivals, nextOffset));
    }

    private void startReading(long offset) {
        if (reading == null) {
            reading = log.read(handle.topic(), 0, offset, this::read);
        } else {
            reading.resume();
        }
    }

    private void stopReading() {
        if (reading != null) {
            reading.stop();
            reading = null;
        }
    }

    private void wakeAt(long whenMs) {
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
        long delayMs = Math.clamp(whenMs - clock.millis(), 1, 3_600_000);
        wakeUp = handle.loop().schedule(() -> later(new QueueCommand.Tick()), delayMs, TimeUnit.MILLISECONDS);
    }

    /** Nobody holds deliveries of an earlier owner without having said so. */
    void handedBack() {
        if (isServed()) {
            accept(new QueueCommand.HandedBack(), null, null);
        }
    }

    /** What comes back for this life of the queue; it must never reach a later owner of the same pod, whose window begins elsewhere. */
    private void later(QueueCommand command) {
        handle.loop().execute(() -> {
            if (isServed()) {
                accept(command, null, null);
            }
        });
    }

    /** The records that carry what changed since the last call, for the slot log; {@link #written} tells what became of them. */
    List<SlotRecord> takeChanges(long epoch) {
        var ledger = machine.ledger();
        var changes = ledger.takeChanges();
        underWay = changes;
        returnsUnderWay = machine.returns().takeChanges(ledger.floor());
        var records = new ArrayList<SlotRecord>(2);
        long qid = handle.definition().qid();
        for (var changed : changes.changed()) {
            records.add(new SlotRecord.Acks(qid, 0, changed.number(), epoch, changed.chunk()));
        }
        for (var returned : returnsUnderWay) {
            var change = new SlotRecord.Returns(qid, 0, epoch, returned);
            records.add(returned.counts().isEmpty() ? new SlotRecord.Removed(change) : change);
        }
        records.add(head(epoch));
        for (long number : changes.obsolete()) {
            records.add(new SlotRecord.Removed(new SlotRecord.Acks(qid, 0, number, epoch, new AckChunk())));
        }
        writtenFloor = ledger.floor();
        return records;
    }

    /** What the last {@link #takeChanges} gave was replicated, or is to be written again. */
    void written(boolean replicated) {
        if (!replicated && underWay != null) {
            machine.ledger().putBack(underWay);
            machine.returns().putBack(returnsUnderWay);
            writtenFloor = -1;
        }
        underWay = null;
        returnsUnderWay = List.of();
    }

    /** Records that remove all that was written of this queue. */
    List<SlotRecord> tombstones(long epoch) {
        var records = new ArrayList<SlotRecord>();
        long qid = handle.definition().qid();
        for (long number : machine.ledger().writtenChunks()) {
            records.add(new SlotRecord.Removed(new SlotRecord.Acks(qid, 0, number, epoch, new AckChunk())));
        }
        for (long number : machine.returns().writtenChunks()) {
            var chunk = new ReturnCounts.Chunk(number, Map.of());
            records.add(new SlotRecord.Removed(new SlotRecord.Returns(qid, 0, epoch, chunk)));
        }
        records.add(new SlotRecord.Removed(head(epoch)));
        return records;
    }

    // --- disk space ---

    /** Whether giving disk space back below {@code floor} is worth a request. */
    boolean isSpaceWorth(long floor) {
        return space.isWorth(floor, machine.settledBytes());
    }

    boolean isSpaceUrgent() {
        return space.isUrgent(machine.ledger().floor(), machine.settledBytes());
    }

    long settledBytes() {
        return machine.settledBytes();
    }

    void spaceReturned(long floor, long settledBytes) {
        space.returned(floor, settledBytes);
    }

    /** The floor that every later owner will find; -1 if there is a newer owner. */
    long writtenFloor() {
        return slot.writtenFloor(this);
    }

    /** Whether this pod still serves it, in this life. */
    boolean isServed() {
        return Objects.equals(handle.owned(), this);
    }

    SlotRecord.Head head(long epoch) {
        return new SlotRecord.Head(
                handle.definition().qid(), 0, epoch, machine.ledger().floor(), machine.requestedBound());
    }

    /** Stops work: the slot goes to another pod. */
    void stop() {
        stopReading();
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
    }

    /** The queue was deleted: consumers are told. */
    void deleted() {
        stop();
        for (var consumer : machine.consumers()) {
            var events = sessions.get(consumer.id().session());
            if (events != null) {
                events.cancelled(handle, consumer.id().consumerTag());
            }
        }
    }
}
