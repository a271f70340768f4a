package io.millrace.broker.queue;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One queue: its levels with the messages in memory and what is settled, its consumers, and what they hold. Same commands at the same times, same
 * effects. Owned by one thread.
 */
public final class QueueMachine {
    private QueueRules rules;
    private final Levels levels;
    private final Gate gate;
    private final Lease lease;
    private final Consumers consumers;
    private final Unacknowledged unacked;
    private final TakeBack takeBack;
    private final Forwarding forwarding = new Forwarding();
    private final @Nullable Releases releases;
    private final WaitingGets waitingGets = new WaitingGets();
    private final Tally tally = new Tally();
    private List<QueueEffect> effects = new ArrayList<>();
    private long notBeforeMs;
    private boolean leaving;
    private boolean nobodyHasCredit;
    private long wakeAt = Long.MAX_VALUE;
    private long nowMs;

    /**
     * @param rules what it was declared to do
     * @param limits bounds of its memory
     * @param placed its levels, the lowest first, as they were found
     * @param notBeforeMs deliver nothing earlier, or before {@link QueueCommand.HandedBack}: sessions of an earlier owner's time first tell what they hold
     */
    public QueueMachine(QueueRules rules, QueueLimits limits, long notBeforeMs, List<PlacedLevel> placed) {
        this.rules = rules;
        this.gate = new Gate(rules);
        this.lease = new Lease(rules.leaseMs());
        this.consumers = new Consumers(rules.singleActive());
        this.notBeforeMs = notBeforeMs;
        this.unacked = new Unacknowledged(limits);
        this.takeBack = new TakeBack(consumers, unacked, new Fates());
        this.levels = new Levels(rules, limits, placed, this::isHeld);
        this.releases = rules.delays() ? new Releases(levels, forwarding) : null;
    }

    /** A queue that was never changed. */
    public QueueMachine(QueueRules rules, QueueLimits limits, List<RecoveredLevel> recovered, long notBeforeMs) {
        this(rules, limits, notBeforeMs, PlacedLevel.numbered(recovered));
    }

    /** Handles one command at time {@code now} (milliseconds since the epoch); the effects are to be carried out in order. */
    public List<QueueEffect> on(QueueCommand command, long now) {
        nowMs = now;
        switch (command) {
            case QueueCommand.Appended(var place, var message) ->
                levels.at(place).intake.appended(Place.offset(place), message);
            case QueueCommand.Enqueued(var message) ->
                levels.get(rules.partitioning().levelOf(message)).intake.enqueued(message);
            case QueueCommand.Fetched _ when leaving -> {} // nobody gets it any more
            case QueueCommand.Fetched(var from, var arrivals, var next) ->
                levels.at(from).intake.fetched(Place.offset(from), arrivals, Place.offset(next));
            case QueueCommand.ReadAgain(var from, var arrivals, var next) ->
                levels.at(from).readAgain(from, arrivals, next);
            case QueueCommand.LogEnd(var end) -> levels.at(end).intake.logEnd(Place.offset(end), now);
            case QueueCommand.HandBack(var session, var tag, var places) -> {
                for (long place : places) {
                    takeBack.told(levels.at(place), session, tag, place);
                }
            }
            case QueueCommand.HandedBack() -> notBeforeMs = Long.MIN_VALUE; // whatever the clock is set to
            case QueueCommand.Leaving() -> leaving = true;
            case QueueCommand.Subscribe(var consumer, var exclusive) ->
                effects.add(new QueueEffect.AnswerSubscribe(consumer, consumers.add(consumer, exclusive)));
            case QueueCommand.Paused(var session, var paused) -> consumers.pause(session, paused);
            case QueueCommand.Cancelled(var id) -> consumerGone(consumers.remove(id));
            case QueueCommand.SessionClosed(var session) -> sessionClosed(session);
            case QueueCommand.Settled(var session, var places, var outcome) -> settled(session, places, outcome);
            case QueueCommand.Get get -> {
                waitingGets.add(get);
                lease.renew(now);
            }
            case QueueCommand.Declared() -> lease.renew(now);
            case QueueCommand.Purge(var session, var request) -> purge(session, request);
            case QueueCommand.Rewind(var session, var request, var places) -> rewind(session, request, places);
            case QueueCommand.Forwarded(var place, var appended) -> forwarded(place, appended);
            case QueueCommand.BoundDurable(var bound) -> levels.at(bound).bound.replicated(Place.offset(bound));
            case QueueCommand.RulesChanged(var changed) -> change(changed);
            case QueueCommand.LevelsChanged(var placed) -> levels.change(placed, rules);
            case QueueCommand.Tick() -> {
                wakeAt = Long.MAX_VALUE;
                levels.all().forEach(level -> level.intake.giveUpWaiting());
            }
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

    private void change(QueueRules changed) {
        if (changed.limitsBytes() && !rules.limitsBytes()) {
            levels.all().forEach(level -> level.intake.countBytes());
        }
        rules = changed;
        gate.change(changed);
        consumers.change(changed.singleActive());
        lease.change(changed.leaseMs());
    }

    private void sessionClosed(SessionId session) {
        boolean hadConsumers = consumers.removeAll(session);
        levels.all().forEach(level -> level.handBacks.sessionClosed(session));
        waitingGets.sessionClosed(session);
        unacked.takeAll(session).forEach(this::giveBack);
        consumerGone(hadConsumers);
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
        var level = levels.at(entry.place);
        if (rules.countsReturns()) {
            level.returns().set(Place.offset(entry.place), entry.deliveryCount);
        }
        if (entry.deliveryCount > rules.deliveryLimit()) {
            die(entry, DeathReason.DELIVERY_LIMIT);
        } else {
            level.window.addReturned(entry);
        }
    }

    private void settled(SessionId session, long[] places, Outcome outcome) {
        for (long place : places) {
            var entry = unacked.take(session, place);
            if (entry == null) {
                levels.at(place).handBacks.settled(session, Place.offset(place), outcome, nowMs < notBeforeMs);
                continue;
            }
            switch (outcome) {
                case ACK -> {
                    tally.settled();
                    levels.settle(entry);
                }
                case REQUEUE -> giveBack(entry);
                case DEAD_LETTER -> die(entry, DeathReason.REJECTED);
            }
        }
    }

    private void die(Entry entry, DeathReason reason) {
        tally.died(reason);
        if (!rules.deadLetters()) {
            levels.settle(entry);
            return;
        }
        forwarding.add(entry, new QueueEffect.DeadLetter(entry.place, entry.message, reason), effects);
    }

    private void forwarded(long place, boolean appended) {
        var gone = forwarding.reported(place, appended, leaving, effects);
        if (gone != null) {
            levels.settle(gone);
        }
    }

    private void purge(SessionId session, long request) {
        effects.add(new QueueEffect.AnswerPurge(session, request, ready()));
        levels.all().forEach(Level::settleAllReady);
    }

    private void rewind(SessionId session, long request, long[] places) {
        for (long place : places) {
            levels.at(place).rewind(Place.offset(place));
        }
        effects.add(new QueueEffect.AnswerRewind(session, request));
    }

    private boolean isHeld(long place) {
        return unacked.contains(place) || forwarding.contains(place);
    }

    private void pump() {
        if (releases != null) {
            releases.serve(nowMs, effects, this::wake);
        } else {
            serveConsumers();
        }
        for (var level : levels.all()) {
            level.steer(nowMs, effects, this::wake);
        }
        if (lease.exists() && !hasConsumers()) {
            lease.watch(nowMs, notBeforeMs, effects, this::wake);
        }
    }

    private void serveConsumers() {
        levels.beginRound();
        nobodyHasCredit = false;
        for (var level = levels.served(); level != null; level = levels.served()) {
            if (!serve(level) && !levels.passOver()) {
                break;
            }
        }
        dropBeyondLength();
        if (!waitingGets.isEmpty() && levels.areEmpty()) {
            waitingGets.answerEmpty(effects);
        }
    }

    /** The head goes first (RabbitMQ, Queue Length Limit: drop-head), but nothing an earlier owner's consumer may still hold. */
    private void dropBeyondLength() {
        if (!gate.isLimited() || nowMs < notBeforeMs) {
            return;
        }
        while (gate.dropsHead(ready(), levels.readyBodyBytes()) && !forwarding.isFull()) {
            var level = levels.oldest();
            if (level == null || !level.handBacks.isEmpty() || (hasConsumers() && level.oldestAwaitsBound())) {
                return;
            }
            die(level.window.takeOldest(), DeathReason.MAXLEN);
        }
    }

    /** Moves the head on: delivered, given to a get, or expired. False when it has to wait. */
    private boolean serve(Level level) {
        if (nowMs < notBeforeMs) {
            wake(notBeforeMs);
            return false;
        }
        if (level.keyed != null && !takeBack.all(level, level.keyed, !rules.replayable())) {
            return false;
        }
        var head = level.window.head();
        if (head == null) {
            return false;
        }
        if (level.keyed == null && !level.handBacks.isEmpty() && takeBack.head(level, head)) {
            return true;
        }
        boolean immediate = head.expiresUnlessDeliveredNow();
        boolean nobodyWaits = waitingGets.isEmpty() && !hasConsumers();
        if (immediate ? nobodyWaits : head.message.expiredAt(nowMs)) {
            return expire(level);
        }
        if (!level.bound.allows(Place.offset(head.place), effects)) {
            return false;
        }
        var get = waitingGets.poll();
        if (get != null) {
            answer(get, level.window.take());
            return true;
        }
        var member = nobodyHasCredit || !unacked.hasRoom() ? null : consumers.next();
        nobodyHasCredit = member == null; // and nobody comes to have any while the queue is served
        if (member != null) {
            deliver(member, level.window.take());
            return true;
        }
        if (immediate) {
            return expire(level);
        }
        wake(head.message.expiresAtMs());
        return false;
    }

    private boolean expire(Level level) {
        if (forwarding.isFull()) {
            return false;
        }
        die(level.window.take(), DeathReason.EXPIRED);
        return true;
    }

    private void deliver(Consumers.Member member, Entry entry) {
        tally.sent(entry);
        var consumer = member.consumer;
        effects.add(
                new QueueEffect.Deliver(consumer, entry.place, entry.message, entry.redelivered, entry.deliveryCount));
        if (consumer.noAck()) {
            levels.settle(entry);
        } else {
            unacked.hold(entry, consumer.id().session(), member);
        }
    }

    private void answer(QueueCommand.Get get, Entry entry) {
        tally.sent(entry);
        if (get.noAck()) {
            levels.settle(entry);
        } else {
            unacked.hold(entry, get.session(), null);
        }
        effects.add(new QueueEffect.AnswerGet(
                get.session(),
                get.requestId(),
                entry.place,
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
        return levels.ready();
    }

    /** Messages that came in since this pod owns the queue. */
    public long published() {
        return levels.published();
    }

    /** What happened since this pod owns the queue. */
    public Tally tally() {
        return tally;
    }

    /** Whether it is known how much is in the queue; if not yet, what may be refused has to wait. */
    public boolean isMeasured() {
        return levels.areMeasured();
    }

    /** Whether a message may come in now; if so it counts as if it were here until {@link Gate#ended}. */
    public boolean admits(Message message) {
        return gate.admits(message, ready(), levels.readyBodyBytes());
    }

    /** Where messages come in that may be refused. */
    public Gate gate() {
        return gate;
    }

    /** Messages held unacknowledged, or on their way elsewhere. */
    public long unackedCount() {
        return (long) unacked.size() + forwarding.size();
    }

    /** Messages in memory that a consumer could be given now: how far the consumers are behind. */
    public int windowSize() {
        return levels.deliverable();
    }

    public boolean hasConsumers() {
        return consumers.size() > 0;
    }

    /** The consumers, highest priority first. */
    public List<Consumer> consumers() {
        return consumers.list();
    }

    /** The levels, the lowest first. */
    public List<Level> levels() {
        return levels.all();
    }

    /** What becomes of deliveries that are taken back. */
    private final class Fates implements TakeBack.Fate {
        @Override
        public void settled(Entry entry) {
            levels.settle(entry);
        }

        @Override
        public void returned(Entry entry) {
            giveBack(entry);
        }

        @Override
        public void dead(Entry entry, DeathReason reason) {
            die(entry, reason);
        }
    }
}
