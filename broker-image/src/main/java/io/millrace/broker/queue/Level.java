package io.millrace.broker.queue;

import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** One level of a queue, by priority, by delay, or a shard: the window of its messages in memory, and what is settled of its log. Most queues have one. */
public final class Level {
    /** What a message counts for that was settled unread. */
    static final long ASSUMED_BYTES = 1_024;

    /** What a record takes in the log beside its message, roughly. */
    private static final long RECORD_BYTES = 64;

    private final SettlementLedger ledger;
    private final ReturnCounts returns;
    final ReadyWindow window;
    final Intake intake;
    final DeliveredBound bound;
    final HandBacks handBacks;
    /** Whether its messages have to wait until the queue has been changed everywhere. */
    boolean held;

    /** The window of a shard. */
    final @Nullable KeyedWindow keyed;

    final FormerKeys former = new FormerKeys();

    private final int number;
    private final @Nullable Recall recall;
    private long settledBytes;

    /** @param room for messages behind held group keys */
    Level(
            int number,
            QueueRules rules,
            QueueLimits limits,
            ParkingRoom room,
            RecoveredLevel recovered,
            LongPredicate held) {
        this.number = number;
        ledger = recovered.ledger();
        returns = recovered.returns();
        keyed = rules.partitioning() instanceof Shards
                ? new KeyedWindow(limits, room, rules.logged(), this::awaitsHandedBack, this::isHandedBack, former)
                : null;
        recall = keyed == null ? null : new Recall(number, keyed);
        window = keyed == null ? new OffsetWindow(limits, rules.delays()) : keyed;
        bound = new DeliveredBound(number, rules.logged() ? recovered.deliveredBound() : Long.MAX_VALUE);
        intake =
                new Intake(number, rules, recovered, window, held, keyed == null ? place -> false : this::isHandedBack);
        handBacks = new HandBacks(ledger, returns, intake, keyed != null);
    }

    private boolean isHandedBack(long place) {
        return handBacks.contains(Place.offset(place));
    }

    private boolean awaitsHandedBack() {
        return handBacks.areAwaited();
    }

    /** The window of what has to be a shard. */
    KeyedWindow keys() {
        return Objects.requireNonNull(keyed, "no shard");
    }

    /** Whether deliveries of an earlier owner are to be found before anything else. */
    boolean hasToTakeBack() {
        return !handBacks.isEmpty() && (!handBacks.areAwaited() || handBacks.areRead() || !window.isFull());
    }

    /** Settles a message that was taken from the window. */
    void settle(Entry entry) {
        settle(entry.place, entry.message.sizeBytes());
        window.settled(entry);
    }

    /** Settles a message that is in no window. */
    void settle(long place, int bytes) {
        long offset = Place.offset(place);
        ledger.settle(offset);
        returns.forget(offset);
        settledBytes += bytes + RECORD_BYTES;
    }

    void settleAllReady() {
        window.drain(this::settle);
        settledBytes += ASSUMED_BYTES * intake.unread();
        intake.settleRest();
    }

    void rewind(long offset) {
        intake.rewind(offset);
        ledger.rewind(intake.nextOffset());
        returns.clear();
        window.clear();
    }

    /** The level of its places. */
    public int number() {
        return number;
    }

    /** Records that were read again, in order, from place {@code from} up to {@code next}. */
    void readAgain(long from, List<Arrival> arrivals, long next) {
        if (keyed == null || recall == null) {
            return;
        }
        long known = from;
        for (var arrival : arrivals) {
            keyed.nothingBetween(known, arrival.place(), this::settle);
            keyed.readAgain(intake.entry(arrival.place(), arrival.message()));
            known = arrival.place() + 1;
        }
        keyed.nothingBetween(known, next, this::settle);
        recall.read(from, next);
    }

    /** Begins, pauses or ends reading, as the window and the log want it. */
    void steer(long nowMs, List<QueueEffect> effects, LongConsumer wakeAt) {
        if (keyed != null && recall != null) {
            keyed.drainPassed(this::settle);
            keyed.park();
            recall.steer(effects);
        }
        intake.steer(nowMs, effects, wakeAt);
    }

    /** Whether the oldest message goes as soon as somebody takes it and {@link #bound} is written. */
    boolean oldestAwaitsBound() {
        var oldest = window.oldest();
        return oldest != null && bound.isAwaited(Place.offset(oldest.place));
    }

    /** Whether nothing can go now, and nothing that could is about to come from the log. */
    boolean isEmpty() {
        return window.head() == null && !window.awaitsBodies() && (!intake.isBehind() || (window.isFull() && !held));
    }

    /** Messages ready for delivery, in memory and in the log. */
    public long ready() {
        return window.size() + intake.unread();
    }

    long readyBodyBytes() {
        return window.bodyBytes() + intake.unreadBodyBytes();
    }

    /** What is settled; the runner writes its changes to the slot log. */
    public SettlementLedger ledger() {
        return ledger;
    }

    /** How often messages came back; the runner writes its changes too. */
    public ReturnCounts returns() {
        return returns;
    }

    /** Bytes settled by this owner, as they lie in the log: a measure, not a count. */
    public long settledBytes() {
        return settledBytes;
    }

    /** The newest delivered bound asked for: what a head record has to carry. */
    public long requestedBound() {
        return bound.requested();
    }
}
