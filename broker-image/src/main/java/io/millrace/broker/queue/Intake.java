package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * How messages of one level come from the log into the window, each offset once and in order: handed over when they are appended (tail delivery) as long as
 * nothing is missing between, else read. What does not fit is read later. A queue whose bytes are limited is first read to its end once, to know them.
 */
final class Intake {
    /** How long the log is read on after somebody else wrote to it: every new read costs a round trip more. */
    private static final long FOREIGN_PATIENCE_MS = 10_000;

    private final int level;
    private final boolean logged;
    private final SettlementLedger ledger;
    private final ReturnCounts returns;
    private final ReadyWindow window;
    private final TailOrder tail = new TailOrder();
    private final UnreadBytes unreadBytes = new UnreadBytes();
    private final LongPredicate held;
    private final LongPredicate handedBack;
    private long redeliveredBelow;
    private long heldBelow;
    private final long firstEnd;
    private long logEnd;
    private long nextOffset;
    private long newestMs;
    private boolean reading;
    private boolean behindTail;
    private boolean ahead;
    private boolean countsBytes;
    private long measureUntil;
    private long foreignUntil;

    /**
     * @param held whether a consumer has the message at a place, or it is on its way to a dead-letter exchange
     * @param handedBack whether the message at a place has to come although it is settled
     */
    Intake(
            int level,
            QueueRules rules,
            RecoveredLevel recovered,
            ReadyWindow window,
            LongPredicate held,
            LongPredicate handedBack) {
        this.held = held;
        this.handedBack = handedBack;
        this.level = level;
        this.window = window;
        logged = rules.logged();
        ledger = recovered.ledger();
        returns = recovered.returns();
        redeliveredBelow = Math.min(recovered.deliveredBound(), recovered.logEnd());
        nextOffset = ledger.floor();
        logEnd = Math.max(recovered.logEnd(), nextOffset);
        firstEnd = logEnd;
        behindTail = nextOffset < logEnd;
        if (rules.limitsBytes()) {
            countBytes();
        }
    }

    /** The bytes in the log matter from now on. */
    void countBytes() {
        countsBytes = true;
        unreadBytes.begin();
        if (nextOffset < logEnd) {
            unreadBytes.unknown(nextOffset, logEnd);
            measureUntil = logEnd;
        }
    }

    void appended(long offset, Message message) {
        logEnd = Math.max(logEnd, offset + 1);
        if (offset < nextOffset) {
            return;
        }
        unreadBytes.appended(offset, message);
        if (behindTail) {
            return;
        }
        if (offset > nextOffset && reading) {
            behindTail = true; // somebody else's record lies between, and is being read
        } else if (offset > nextOffset) {
            tail.hold(offset, message);
        } else if (window.isFull()) {
            behindTail = true;
            tail.clear();
        } else {
            arrived(offset, message);
            for (var next = tail.take(nextOffset); next != null; next = tail.take(nextOffset)) {
                arrived(nextOffset, next);
            }
        }
    }

    void enqueued(Message message) {
        unreadBytes.appended(logEnd, message);
        arrived(logEnd, message);
    }

    /** Records read in one go from offset {@code from} up to {@code next}. */
    void fetched(long from, List<Arrival> arrivals, long next) {
        if (from > nextOffset && !ahead) {
            return; // the rest of a read that ran ahead: it is read again
        }
        for (var arrival : arrivals) {
            long offset = Place.offset(arrival.place());
            if (offset < nextOffset) {
                continue;
            }
            if (measureUntil > 0 && (ahead || window.isFull())) {
                ahead = true;
                if (!ledger.isSettled(offset)) {
                    unreadBytes.measured(offset, arrival.message().bodyBytes());
                }
            } else {
                ledger.settleRange(nextOffset, offset);
                arrived(offset, arrival.message());
            }
        }
        if (next > nextOffset && !ahead) {
            ledger.settleRange(nextOffset, next);
            nextOffset = next;
        }
        logEnd = Math.max(logEnd, nextOffset);
        if (next >= measureUntil) {
            unreadBytes.known(measureUntil);
            measureUntil = 0;
        }
    }

    private void arrived(long offset, Message message) {
        newestMs = message.timestampMs();
        nextOffset = offset + 1;
        logEnd = Math.max(logEnd, nextOffset);
        long place = Place.of(level, offset);
        if ((!ledger.isSettled(offset) || handedBack.test(place)) && !(offset < heldBelow && held.test(place))) {
            unreadBytes.read(offset, message);
            window.addFresh(entry(place, message));
        }
    }

    /** A message as it comes from the log. */
    Entry entry(long place, Message message) {
        long offset = Place.offset(place);
        return new Entry(place, message, offset < redeliveredBelow, returns.of(offset));
    }

    /** The log reaches up to {@code end}, and others write to it. */
    void logEnd(long end, long nowMs) {
        if (end > logEnd) {
            unreadBytes.unknown(logEnd, end);
            logEnd = end;
            foreignUntil = nowMs + FOREIGN_PATIENCE_MS;
        }
    }

    /** A neighbour that was waited for has had its time: what is missing is somebody else's and is read. */
    void giveUpWaiting() {
        tail.clear();
    }

    /** Settles everything that is not in the window yet. */
    void settleRest() {
        ledger.settleRange(nextOffset, logEnd);
        nextOffset = logEnd;
        measureUntil = 0;
        unreadBytes.nothing();
        tail.clear();
    }

    /** Reads from {@code offset} on, whatever was read before; what had come before then counts as redelivered. */
    void rewind(long offset) {
        redeliveredBelow = Math.max(redeliveredBelow, nextOffset);
        heldBelow = Math.max(heldBelow, nextOffset);
        nextOffset = Math.min(offset, logEnd);
        tail.clear();
        behindTail = isBehind();
        ahead = reading;
        measureUntil = 0;
        if (countsBytes) {
            countBytes();
        }
    }

    /** Whether the message at this offset has come from the log. */
    boolean hasRead(long offset) {
        return offset < nextOffset;
    }

    /** The timestamp of the last message that came from the log. */
    long newestMs() {
        return newestMs;
    }

    /** Whether messages lie in the log that are not in the window yet. */
    boolean isBehind() {
        return nextOffset < logEnd;
    }

    /** Whether it is not known yet how many bytes lie in the log. */
    boolean isMeasuring() {
        return measureUntil > 0;
    }

    /** Where the log ends, as far as is known. */
    long end() {
        return logEnd;
    }

    /** Where the rest of the log begins that is not in the window yet. */
    long nextOffset() {
        return nextOffset;
    }

    /** Records that came since the level was opened. */
    long published() {
        return logEnd - firstEnd;
    }

    /** Messages that lie in the log only. */
    long unread() {
        return Math.max(0, logEnd - nextOffset - ledger.settledBetween(nextOffset, logEnd));
    }

    /** Bytes of the bodies of messages that lie in the log only; without what strangers wrote. */
    long unreadBodyBytes() {
        return isBehind() ? unreadBytes.bytes() : 0;
    }

    /** Begins, pauses or ends reading, as the window and the log want it. */
    void steer(long nowMs, List<QueueEffect> effects, LongConsumer wakeAt) {
        boolean behind = logged && isBehind();
        behindTail &= behind;
        if (ahead && !isMeasuring()) {
            stop(effects);
        }
        if (reading && !behind && nowMs < foreignUntil) {
            wakeAt.accept(foreignUntil);
        } else if (reading && !behind) {
            stop(effects);
        } else if (reading && window.isFull() && !isMeasuring()) {
            reading = false;
            effects.add(new QueueEffect.PauseFetch(level));
        } else if (!reading && behind && tail.isEmpty() && (window.isLow() || isMeasuring())) {
            reading = true;
            behindTail = true;
            effects.add(new QueueEffect.StartFetch(Place.of(level, nextOffset)));
        } else if (!tail.isEmpty()) {
            wakeAt.accept(nowMs + TailOrder.PATIENCE_MS);
        }
    }

    private void stop(List<QueueEffect> effects) {
        reading = false;
        ahead = false;
        effects.add(new QueueEffect.StopFetch(level));
    }
}
