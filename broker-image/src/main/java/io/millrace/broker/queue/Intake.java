package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * How messages come from the log into the window, each offset once and in order: handed over when they are appended (tail delivery) as long as nothing is
 * missing between, else read. What does not fit is read later.
 */
final class Intake {
    /** How long the log is read on after somebody else wrote to it: every new read costs a round trip more. */
    private static final long FOREIGN_PATIENCE_MS = 10_000;

    private final boolean logged;
    private final SettlementLedger ledger;
    private final ReturnCounts returns;
    private final ReadyWindow window;
    private final TailOrder tail = new TailOrder();
    private final long redeliveredBelow;
    private long logEnd;
    private long nextOffset;
    private boolean reading;
    private boolean behindTail;
    private long foreignUntil;

    /** @param redeliveredBelow messages below this offset may have been delivered by an earlier owner */
    Intake(
            boolean logged,
            SettlementLedger ledger,
            ReturnCounts returns,
            ReadyWindow window,
            long redeliveredBelow,
            long logEnd) {
        this.returns = returns;
        this.logged = logged;
        this.ledger = ledger;
        this.window = window;
        this.redeliveredBelow = redeliveredBelow;
        nextOffset = ledger.floor();
        this.logEnd = Math.max(logEnd, nextOffset);
        behindTail = nextOffset < this.logEnd;
    }

    void appended(long offset, Message message) {
        logEnd = Math.max(logEnd, offset + 1);
        if (behindTail || offset < nextOffset) {
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
        arrived(logEnd, message);
    }

    void fetched(List<Arrival> arrivals, long next) {
        for (var arrival : arrivals) {
            if (arrival.offset() >= nextOffset) {
                ledger.settleRange(nextOffset, arrival.offset());
                arrived(arrival.offset(), arrival.message());
            }
        }
        if (next > nextOffset) {
            ledger.settleRange(nextOffset, next);
            nextOffset = next;
        }
        logEnd = Math.max(logEnd, nextOffset);
    }

    private void arrived(long offset, Message message) {
        nextOffset = offset + 1;
        logEnd = Math.max(logEnd, nextOffset);
        if (!ledger.isSettled(offset)) {
            window.addFresh(new Entry(offset, message, offset < redeliveredBelow, returns.of(offset)));
        }
    }

    /** The log reaches up to {@code end}, and others write to it. */
    void logEnd(long end, long nowMs) {
        if (end > logEnd) {
            logEnd = end;
            foreignUntil = nowMs + FOREIGN_PATIENCE_MS;
        }
    }

    long logEnd() {
        return logEnd;
    }

    /** A neighbour that was waited for has had its time: what is missing is somebody else's and is read. */
    void giveUpWaiting() {
        tail.clear();
    }

    /** Settles everything that is not in the window yet. */
    void settleRest() {
        ledger.settleRange(nextOffset, logEnd);
        nextOffset = logEnd;
        tail.clear();
    }

    /** Whether the message at this offset has come from the log. */
    boolean hasRead(long offset) {
        return offset < nextOffset;
    }

    /** Whether messages lie in the log that are not in the window yet. */
    boolean isBehind() {
        return nextOffset < logEnd;
    }

    /** Messages that lie in the log only. */
    long unread() {
        return Math.max(0, logEnd - nextOffset - ledger.settledBetween(nextOffset, logEnd));
    }

    /** Begins, pauses or ends reading, as the window and the log want it. */
    void steer(long nowMs, List<QueueEffect> effects, LongConsumer wakeAt) {
        boolean behind = logged && isBehind();
        behindTail &= behind;
        if (reading && !behind && nowMs < foreignUntil) {
            wakeAt.accept(foreignUntil);
        } else if (reading && !behind) {
            reading = false;
            effects.add(new QueueEffect.StopFetch());
        } else if (reading && window.isFull()) {
            reading = false;
            effects.add(new QueueEffect.PauseFetch());
        } else if (!reading && behind && tail.isEmpty() && window.isLow()) {
            reading = true;
            behindTail = true;
            effects.add(new QueueEffect.StartFetch(nextOffset));
        } else if (!tail.isEmpty()) {
            wakeAt.accept(nowMs + TailOrder.PATIENCE_MS);
        }
    }
}
