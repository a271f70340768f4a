package io.millrace.broker.cluster;

import io.millrace.broker.log.LagMark;
import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.MessageRecord;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.Level;
import io.millrace.broker.queue.Place;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.ReturnCounts;
import io.millrace.broker.queue.SettlementLedger;
import io.millrace.broker.queue.SpaceReturn;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one level of an owned queue has to do with logs: it is read from its partition, and what is settled of it is written to the slot log. On the queue's loop. */
final class OwnedLevel {
    private static final int RETRY_MS = 500;

    private final OwnedQueue queue;
    private final Level level;
    private final QueueLayout.Part part;
    private final SpaceReturn space;
    private MessageLog.@Nullable Reading reading;
    private MessageLog.@Nullable Reading recall;
    private @Nullable ScheduledFuture<?> recallLater;
    private long writtenFloor;
    private SettlementLedger.@Nullable Changes underWay;
    private List<ReturnCounts.Chunk> returnsUnderWay = List.of();

    OwnedLevel(OwnedQueue queue, Level level, QueueLayout.Part part, long logStart) {
        this.queue = queue;
        this.level = level;
        this.part = part;
        writtenFloor = level.ledger().floor();
        space = new SpaceReturn(logStart, writtenFloor);
    }

    int number() {
        return part.level();
    }

    OwnedQueue queue() {
        return queue;
    }

    /** Where its messages lie. */
    LogPart part() {
        return part.log();
    }

    // --- reading ---

    void startReading(MessageLog log, long offset, Consumer<QueueCommand> fetched) {
        if (reading == null) {
            reading = log.read(
                    part().topic(),
                    part().partition(),
                    offset,
                    new Batches(offset, fetched, QueueCommand.Fetched::new));
        } else {
            reading.resume();
        }
    }

    void pauseReading() {
        if (reading != null) {
            reading.pause();
        }
    }

    void stopReading() {
        if (reading != null) {
            reading.stop();
            reading = null;
        }
    }

    /** Nothing of it is read any more. */
    void stop() {
        stopReading();
        stopRecall();
    }

    /** Reads again from {@code offset} on, beside the other reading. */
    void startRecall(MessageLog log, long offset, Consumer<QueueCommand> read) {
        var batches = new Batches(offset, read, QueueCommand.ReadAgain::new);
        try {
            recall = log.follow(part().topic(), part().partition(), offset, batches);
        } catch (IllegalStateException e) { // too many are reading
            recallLater = queue.handle()
                    .loop()
                    .schedule(() -> startRecall(log, offset, read), RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    void stopRecall() {
        if (recall != null) {
            recall.stop();
            recall = null;
        }
        if (recallLater != null) {
            recallLater.cancel(false);
            recallLater = null;
        }
    }

    /** Makes a command of records from one place up to another. */
    private interface Read {
        QueueCommand command(long from, List<QueueCommand.Arrival> arrivals, long next);
    }

    /** What is read, batch by batch, each beginning where the one before ended. On a thread of the log's. */
    private final class Batches implements MessageLog.ReadListener {
        private final Consumer<QueueCommand> fetched;
        private final Read read;
        private long from;

        Batches(long from, Consumer<QueueCommand> fetched, Read read) {
            this.from = from;
            this.fetched = fetched;
            this.read = read;
        }

        @Override
        public void read(List<LogRecord> records, long nextOffset) {
            var arrivals = new ArrayList<QueueCommand.Arrival>(records.size());
            for (var one : records) {
                arrivals.add(new QueueCommand.Arrival(
                        Place.of(part.level(), one.offset()), MessageRecord.read(part(), one)));
            }
            fetched.accept(read.command(Place.of(part.level(), from), arrivals, Place.of(part.level(), nextOffset)));
            from = nextOffset;
        }
    }

    // --- what is settled ---

    boolean isSettled(long offset) {
        return level.ledger().isSettled(offset);
    }

    boolean hasChanges() {
        return level.ledger().hasChanges(writtenFloor) || level.returns().hasChanges();
    }

    /** Adds the records that carry what changed since the last call; {@link #written} tells what became of them. */
    void takeChanges(long epoch, List<SlotRecord> records) {
        var ledger = level.ledger();
        var changes = ledger.takeChanges();
        underWay = changes;
        returnsUnderWay = level.returns().takeChanges(ledger.floor());
        for (var changed : changes.changed()) {
            records.add(new SlotRecord.Acks(queue.qid(), part.level(), changed.number(), epoch, changed.chunk()));
        }
        for (var returned : returnsUnderWay) {
            var change = new SlotRecord.Returns(queue.qid(), part.level(), epoch, returned);
            records.add(returned.counts().isEmpty() ? new SlotRecord.Removed(change) : change);
        }
        records.add(head(epoch));
        for (long chunk : changes.obsolete()) {
            records.add(removedAcks(epoch, chunk));
        }
        writtenFloor = ledger.floor();
    }

    /** What the last {@link #takeChanges} gave was replicated, or is to be written again. */
    void written(boolean replicated) {
        if (!replicated && underWay != null) {
            level.ledger().putBack(underWay);
            level.returns().putBack(returnsUnderWay);
            writtenFloor = -1;
        }
        underWay = null;
        returnsUnderWay = List.of();
    }

    /** What was written under a record's key is hidden by it: it is among the next changes. */
    void writeAgain(SlotRecord by) {
        switch (by) {
            case SlotRecord.Head _ -> writtenFloor = -1;
            case SlotRecord.Acks acks -> level.ledger().writeAgain(acks.chunkNumber());
            case SlotRecord.Returns returned ->
                level.returns().writeAgain(returned.chunk().number());
            case SlotRecord.Removed(SlotRecord.Head _) -> writeAllAgain(); // who reads it forgets the level
            case SlotRecord.Removed(var last) -> writeAgain(last);
            case SlotRecord.Claim _, SlotRecord.Lettered _ -> {
                // hides nothing of a level
            }
        }
    }

    void writeAllAgain() {
        writtenFloor = -1;
        level.ledger().writtenChunks().forEach(level.ledger()::writeAgain);
        level.returns().writtenChunks().forEach(level.returns()::writeAgain);
    }

    /** Adds the records that remove all that was written. */
    void bury(long epoch, List<SlotRecord> records) {
        for (long chunk : level.ledger().writtenChunks()) {
            records.add(removedAcks(epoch, chunk));
        }
        for (long chunk : level.returns().writtenChunks()) {
            var nothing = new ReturnCounts.Chunk(chunk, Map.of());
            records.add(new SlotRecord.Removed(new SlotRecord.Returns(queue.qid(), part.level(), epoch, nothing)));
        }
        records.add(new SlotRecord.Removed(head(epoch)));
    }

    private SlotRecord removedAcks(long epoch, long chunk) {
        return new SlotRecord.Removed(new SlotRecord.Acks(queue.qid(), part.level(), chunk, epoch, new AckChunk()));
    }

    SlotRecord.Head head(long epoch) {
        return new SlotRecord.Head(
                queue.qid(), part.level(), epoch, level.ledger().floor(), level.requestedBound());
    }

    /** Messages ready for delivery. */
    long ready() {
        return level.ready();
    }

    /** What Kafka's tools are shown of it. */
    LagMark mark(long epoch) {
        return LagMark.of(epoch, level.ready(), level.ledger());
    }

    /** Whether all below {@code end} is settled, and every later owner will know. */
    boolean isDone(long end) {
        return level.ledger().floor() >= end && writtenFloor() >= end;
    }

    // --- disk space ---

    /** Whether giving disk space back below {@code floor} is worth a request. */
    boolean isSpaceWorth(long floor) {
        return queue.handle().settings().keptMs().isEmpty() && space.isWorth(floor, level.settledBytes());
    }

    /** Whether it is worth it as far as is settled here, written or not. */
    boolean isSpaceWorth() {
        return isSpaceWorth(level.ledger().floor());
    }

    boolean isSpaceUrgent() {
        return space.isUrgent(level.ledger().floor(), level.settledBytes());
    }

    long settledBytes() {
        return level.settledBytes();
    }

    void spaceReturned(long floor, long settledBytes) {
        space.returned(floor, settledBytes);
    }

    /** The floor that every later owner will find; -1 if there is a newer owner. */
    long writtenFloor() {
        return queue.writtenFloor(part.level());
    }
}
