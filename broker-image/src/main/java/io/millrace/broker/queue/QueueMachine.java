package io.millrace.broker.queue;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One queue (one partition of its log): the window of messages in memory, its consumers, what they hold, and what is settled. Same commands at the same
 * times, same effects. Owned by one thread.
 */
public final class QueueMachine {
    /** What a message counts for that was settled unread. */
    static final long ASSUMED_BYTES = 1_024;

    /** What a record takes in the log beside its message, roughly. */
    private static final long RECORD_BYTES = 64;

    private final QueueRules rules;
    private final SettlementLedger ledger;
    private final ReadyWindow window;
    private final Intake intake;
    private final Gate gate;
    private final Lease lease;
    private final DeliveredBound bound;
    private final ReturnCounts returns;
    private final Consumers consumers;
    private final HandBacks handBacks;
    private final Unacknowledged unacked;
    private final Dying dying = new Dying();
    private final WaitingGets waitingGets = new WaitingGets();
    private List<QueueEffect> effects = new ArrayList<>();
    private long settledBytes;
    private long notBeforeMs;
    private boolean leaving;
    private long wakeAt = Long.MAX_VALUE;
    private long nowMs;

    /**
     * @param rules what it was declared to do
     * @param limits bounds of its memory
     * @param ledger what is settled, as recovered; its floor is where the queue begins
     * @param returns how often messages came back, as recovered
     * @param deliveredBound nothing at or above it was ever delivered
     * @param logEnd the end of the log when the queue was taken over
     * @param notBeforeMs deliver nothing earlier, or before {@link QueueCommand.HandedBack}: sessions of an earlier owner's time first tell what they hold
     */
    public QueueMachine(
            QueueRules rules,
            QueueLimits limits,
            SettlementLedger ledger,
            ReturnCounts returns,
            long deliveredBound,
            long logEnd,
            long notBeforeMs) {
        this.returns = returns;
        this.rules = rules;
        this.gate = new Gate(rules);
        this.lease = new Lease(rules.leaseMs());
        this.consumers = new Consumers(rules.singleActive());
        this.notBeforeMs = notBeforeMs;
        this.ledger = ledger;
        this.window = new ReadyWindow(limits);
        this.unacked = new Unacknowledged(limits);
        this.bound = new DeliveredBound(rules.logged() ? deliveredBound : Long.MAX_VALUE);
        this.intake = new Intake(rules.logged(), ledger, returns, window, Math.min(deliveredBound, logEnd), logEnd);
        this.handBacks = new HandBacks(ledger, returns, intake);
    }

    /** Handles one command at time {@code now} (milliseconds since the epoch); the effects are to be carried out in order. */
    public List<QueueEffect> on(QueueCommand command, long now) {
        nowMs = now;
        switch (command) {
            case QueueCommand.Appended(var offset, var message) -> intake.appended(offset, message);
            case QueueCommand.Enqueued(var message) -> intake.enqueued(message);
            case QueueCommand.Fetched(var arrivals, var next) -> intake.fetched(arrivals, next);
            case QueueCommand.LogEnd(var end) -> intake.logEnd(end, now);
            case QueueCommand.HandBack(var session, var tag, var offsets) -> handBack(session, tag, offsets);
            case QueueCommand.HandedBack() -> notBeforeMs = nowMs;
            case QueueCommand.Leaving() -> leaving = true;
            case QueueCommand.Subscribe(var consumer, var exclusive) ->
                effects.add(new QueueEffect.AnswerSubscribe(consumer, consumers.add(consumer, exclusive)));
            case QueueCommand.Paused(var session, var paused) -> consumers.pause(session, paused);
            case QueueCommand.Cancelled(var id) -> consumerGone(consumers.remove(id));
            case QueueCommand.SessionClosed(var session) -> sessionClosed(session);
            case QueueCommand.Settled(var session, var offsets, var outcome) -> settled(session, offsets, outcome);
            case QueueCommand.Get get -> get(get);
            case QueueCommand.Declared() -> lease.renew(now);
            case QueueCommand.Purge(var session, var request) -> purge(session, request);
            case QueueCommand.DeadLettered(var offset, var appended) -> deadLettered(offset, appended);
            case QueueCommand.BoundDurable(var replicated) -> bound.replicated(replicated);
            case QueueCommand.Tick() -> tick();
        }
        if (!leaving) {
            pump();
        }
        if (effects.isEmpty()) {
            return Collections.emptyList();
        }
        var result = effects;
        effects = new ArrayList<>();
        return result;
    }

    private void sessionClosed(SessionId session) {
        boolean hadConsumers = consumers.removeAll(session);
        handBacks.sessionClosed(session);
        waitingGets.sessionClosed(session);
        unacked.takeAll(session).forEach(this::giveBack);
        consumerGone(hadConsumers);
    }

    private void get(QueueCommand.Get get) {
        waitingGets.add(get);
        lease.renew(nowMs);
    }

    private void consumerGone(boolean removed) {
        if (removed && consumers.size() == 0) {
            lease.renew(nowMs);
            effects.add(new QueueEffect.LastConsumerGone());
        }
    }

    private void giveBack(Entry entry) {
        entry.redelivered = true;
        entry.deliveryCount++;
        if (rules.countsReturns()) {
            returns.set(entry.offset, entry.deliveryCount);
        }
        if (entry.deliveryCount > rules.deliveryLimit()) {
            die(entry, DeathReason.DELIVERY_LIMIT);
        } else {
            window.addReturned(entry);
        }
    }

    private void settled(SessionId session, long[] offsets, Outcome outcome) {
        for (long offset : offsets) {
            var entry = unacked.take(session, offset);
            if (entry == null) {
                handBacks.settled(session, offset, outcome, nowMs < notBeforeMs);
                continue;
            }
            switch (outcome) {
                case ACK -> settle(entry.offset, entry.message);
                case REQUEUE -> giveBack(entry);
                case DEAD_LETTER -> die(entry, DeathReason.REJECTED);
            }
        }
    }

    private void settle(long offset, Message message) {
        ledger.settle(offset);
        returns.forget(offset);
        settledBytes += message.sizeBytes() + RECORD_BYTES;
    }

    /** What this owner has delivered or settled meanwhile is not the session's any more. */
    private void handBack(SessionId session, String consumerTag, long[] offsets) {
        for (long offset : offsets) {
            if (!unacked.contains(offset)) {
                handBacks.add(session, consumerTag, offset);
            }
        }
    }

    private void die(Entry entry, DeathReason reason) {
        if (!rules.deadLetters()) {
            settle(entry.offset, entry.message);
            return;
        }
        dying.add(entry, reason, effects);
    }

    private void deadLettered(long offset, boolean appended) {
        var message = dying.reported(offset, appended, effects);
        if (message != null) {
            settle(offset, message);
        }
    }

    private void purge(SessionId session, long request) {
        long purged = ready();
        for (var entry = window.poll(); entry != null; entry = window.poll()) {
            settle(entry.offset, entry.message);
        }
        settledBytes += ASSUMED_BYTES * intake.unread();
        intake.settleRest();
        effects.add(new QueueEffect.AnswerPurge(session, request, purged));
    }

    private void tick() {
        wakeAt = Long.MAX_VALUE;
        intake.giveUpWaiting();
    }

    private void pump() {
        for (var head = window.peek(); head != null; head = window.peek()) {
            if (!serve(head)) {
                break;
            }
        }
        dropBeyondLength();
        if (!waitingGets.isEmpty() && window.size() == 0 && !intake.isBehind()) {
            waitingGets.answerEmpty(effects);
        }
        intake.steer(nowMs, effects, this::wake);
        if (lease.exists() && !hasConsumers()) {
            watchLease();
        }
    }

    private void watchLease() {
        if (!lease.hasBegun()) {
            lease.renew(Math.max(nowMs, notBeforeMs));
        } else if (nowMs >= lease.endsAtMs()) {
            effects.add(new QueueEffect.LeaseOver());
            lease.renew(nowMs); // if it cannot be deleted now, then later
        }
        wake(lease.endsAtMs());
    }

    /** The oldest go first (RabbitMQ, Queue Length Limit: drop-head), but nothing an earlier owner's consumer may still hold. */
    private void dropBeyondLength() {
        while (gate.overflows(ready())
                && window.size() > 0
                && !dying.isFull()
                && nowMs >= notBeforeMs
                && handBacks.isEmpty()) {
            die(head(), DeathReason.MAXLEN);
        }
    }

    /** Moves the head on: delivered, given to a get, or expired. False when it has to wait. */
    private boolean serve(Entry head) {
        if (nowMs < notBeforeMs) {
            wake(notBeforeMs);
            return false;
        }
        if (!handBacks.isEmpty() && takeBack(head)) {
            return true;
        }
        boolean immediate = head.expiresUnlessDeliveredNow();
        boolean nobodyWaits = waitingGets.isEmpty() && !hasConsumers();
        if (immediate ? nobodyWaits : head.message.expiredAt(nowMs)) {
            return expire();
        }
        if (!bound.allows(head.offset, effects)) {
            return false;
        }
        var get = waitingGets.poll();
        if (get != null) {
            answer(get);
            return true;
        }
        var member = unacked.hasRoom() ? consumers.next() : null;
        if (member != null) {
            deliver(member);
            return true;
        }
        if (immediate) {
            return expire();
        }
        wake(head.message.expiresAtMs());
        return false;
    }

    /** The head was delivered by an earlier owner: it goes to who has it, or the way that was decided meanwhile. */
    private boolean takeBack(Entry head) {
        if (ledger.isSettled(head.offset)) {
            handBacks.take(head.offset);
            window.poll();
            return true;
        }
        var held = handBacks.take(head.offset);
        if (held == null) {
            return false;
        }
        window.poll();
        if (held.decided() == Outcome.REQUEUE) {
            giveBack(head);
        } else if (held.decided() == Outcome.DEAD_LETTER) {
            die(head, DeathReason.REJECTED);
        } else {
            var member = consumers.find(new ConsumerId(held.session(), held.consumerTag()));
            unacked.hold(head, held.session(), member);
        }
        return true;
    }

    private boolean expire() {
        if (dying.isFull()) {
            return false;
        }
        die(head(), DeathReason.EXPIRED);
        return true;
    }

    private Entry head() {
        var entry = window.poll();
        if (entry == null) {
            throw new IllegalStateException("the window is empty");
        }
        return entry;
    }

    private void deliver(Consumers.Member member) {
        var entry = head();
        var consumer = member.consumer;
        effects.add(
                new QueueEffect.Deliver(consumer, entry.offset, entry.message, entry.redelivered, entry.deliveryCount));
        if (consumer.noAck()) {
            settle(entry.offset, entry.message);
        } else {
            unacked.hold(entry, consumer.id().session(), member);
        }
    }

    private void answer(QueueCommand.Get get) {
        var entry = head();
        if (get.noAck()) {
            settle(entry.offset, entry.message);
        } else {
            unacked.hold(entry, get.session(), null);
        }
        effects.add(new QueueEffect.AnswerGet(
                get.session(),
                get.requestId(),
                entry.offset,
                entry.message,
                entry.redelivered,
                entry.deliveryCount,
                ready()));
    }

    private void wake(long whenMs) {
        if (whenMs < wakeAt) {
            wakeAt = whenMs;
            effects.add(new QueueEffect.WakeAt(whenMs));
        }
    }

    /** Messages ready for delivery, in memory and in the log. */
    public long ready() {
        return window.size() + intake.unread();
    }

    /** Where messages come in that may be refused. */
    public Gate gate() {
        return gate;
    }

    /** Messages held unacknowledged, or on their way to a dead-letter exchange. */
    public long unackedCount() {
        return (long) unacked.size() + dying.size();
    }

    /** Messages ready in memory: how far the consumers are behind. */
    public int windowSize() {
        return window.size();
    }

    public boolean hasConsumers() {
        return consumers.size() > 0;
    }

    /** The consumers, highest priority first. */
    public List<Consumer> consumers() {
        return consumers.list();
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
