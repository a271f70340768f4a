package io.millrace.broker.cluster;

import io.millrace.broker.log.Logs;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.DeliveryCount;
import io.millrace.broker.queue.Place;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueEffect;
import io.millrace.broker.queue.QueueMachine;
import io.millrace.broker.queue.SessionId;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A queue this pod owns: its machine, and the carrying out of what the machine wants. On the queue's loop only. */
final class OwnedQueue {
    private static final int EARLY_AT_MOST = 1_000;

    /** What a queue needs of the slot it lies in. */
    interface Slot {
        /** Writes a head record now; {@code then} runs on the loop once it is replicated. */
        void writeHead(OwnedLevel level, Runnable then);

        /** Something was settled and is to be written soon. */
        void dirty(OwnedQueue queue);

        /** The floor of a level that every later owner will find in the slot log; -1 if there is a newer owner. */
        long writtenFloor(OwnedQueue queue, int level);

        /** The queue lies elsewhere from now on: {@link OwnedQueue#moved} is called with what is found there. */
        void lookUp(OwnedQueue queue, QueueLayout layout);

        /** Levels are gone, and what was written of them has no meaning any more. */
        void bury(List<OwnedLevel> levels);

        /** The way for dead letters that are to arrive exactly once. */
        LetterBox letters();

        /** No message that was admitted, or is forwarded, is on its way any more. */
        void allArrived();

        /** It has lost its last consumer. */
        void lastConsumerGone(OwnedQueue queue);

        /** Nobody has used it for the time of its lease. */
        void leaseOver(OwnedQueue queue);
    }

    private final QueueHandle handle;
    private final QueueMachine machine;
    private final Slot slot;
    private final MessageLog log;
    private final Forwards forwards;
    private final Clock clock;
    private final OwnedLevels levels;
    private final QueueRates rates = new QueueRates(System.nanoTime());
    private final ArrayDeque<Runnable> early = new ArrayDeque<>();
    private final Map<SessionId, QueueEvents> sessions = new HashMap<>();
    private final Turns turns = new Turns();
    private final Consumer<QueueEffect> carryOut = this::carryOut;
    private final Admissions admissions;
    private final List<Runnable> toBeWritten = new ArrayList<>();
    private List<Runnable> beingWritten = List.of();
    private @Nullable QueueSettings current;
    private boolean lookingUp;
    private @Nullable ScheduledFuture<?> wakeUp;

    OwnedQueue(
            QueueHandle handle,
            QueueMachine machine,
            OwnedLevels.Found found,
            Slot slot,
            Logs logs,
            Offices offices,
            Clock clock) {
        this.handle = handle;
        this.machine = machine;
        this.slot = slot;
        this.log = logs.messages();
        forwards = new Forwards(this, offices, slot);
        this.clock = clock;
        levels = new OwnedLevels(this, machine, found);
        admissions = new Admissions(this, logs, offices.deadLetters(), clock, slot::allArrived);
    }

    QueueMachine machine() {
        return machine;
    }

    QueueHandle handle() {
        return handle;
    }

    QueueCount count() {
        return rates.count(System.nanoTime(), machine, levels.readyInFormerLogs());
    }

    long qid() {
        return handle.definition().qid();
    }

    /** The way in for messages that this owner decides about. */
    Admissions admissions() {
        return admissions;
    }

    List<OwnedLevel> levels() {
        return levels.all();
    }

    /** Handles a command now, or after the one that is being handled: effects may come back here. */
    void accept(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (!turns.begin()) {
            turns.await(() -> handle(command, session, events));
            return;
        }
        try {
            handle(command, session, events);
        } finally {
            turns.end();
        }
    }

    private void handle(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (session != null && events != null) {
            sessions.put(session, events);
        }
        try {
            keepUp();
        } finally {
            takeUp(command, session, events);
        }
    }

    /** With what its definition and its rules say now. */
    private void keepUp() {
        if (!levels.layout().equals(handle.layout()) && !lookingUp) {
            lookingUp = true;
            slot.lookUp(this, handle.layout());
        }
        var settings = handle.settings();
        if (!settings.equals(current)) {
            current = settings; // looked at with each command: news of it may come after a command that was sent later
            run(new QueueCommand.RulesChanged(settings.rules(handle.isLogged())));
        }
    }

    private void takeUp(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        try {
            if (levels.lack(command)) {
                wait(command, session, events);
            } else {
                run(command);
            }
        } finally {
            settleUp(command);
        }
    }

    /** What every command leaves to do, also one that failed. */
    private void settleUp(QueueCommand command) {
        if (command instanceof QueueCommand.SessionClosed(var closed)) {
            sessions.remove(closed);
        }
        handle.crowding()
                .tell(
                        machine.windowSize(),
                        machine.hasConsumers(),
                        machine.tally().delivered());
        if (levels.haveChanges()) {
            slot.dirty(this);
        }
        admissions.retry();
    }

    private void wait(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        switch (command) {
            case QueueCommand.LogEnd(var end) -> handle.logEnds().seen(end);
            case QueueCommand.Appended(var place, var message) ->
                handle.logEnds().seen(place + 1);
            default -> {
                early.add(() -> handle(command, session, events));
                if (early.size() > EARLY_AT_MOST) {
                    early.poll(); // about levels that are gone: nothing of those is unsettled
                }
            }
        }
    }

    /** What there is in the logs of the layout that was looked up; from a task of the loop's own. */
    void moved(OwnedLevels.Found found) {
        turns.begin();
        try {
            var effects = machine.on(new QueueCommand.LevelsChanged(found.levels()), clock.millis());
            var gone = levels.changed(found);
            gone.forEach(level -> handle.logEnds().forget(level.number()));
            slot.bury(gone);
            lookingUp = false;
            Turns.each(effects, carryOut);
        } finally {
            handle.logEnds().tellAll(this);
            early.forEach(turns::await);
            early.clear();
            turns.end();
        }
    }

    /** The machine takes all effects for carried out. */
    private void run(QueueCommand command) {
        Turns.each(machine.on(command, clock.millis()), carryOut);
    }

    /** Whether messages that were admitted are on their way to the log: the next owner has to find them there. */
    boolean isAdmitting() {
        return machine.gate().isPassed();
    }

    /** Whether copies of its messages are on their way to other queues. */
    boolean isForwarding() {
        return forwards.areUnderWay();
    }

    private void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.AnswerSubscribe(var consumer, var accepted) ->
                tell(
                        consumer.id().session(),
                        events -> events.subscribed(handle, consumer.id().consumerTag(), accepted));
            case QueueEffect.Deliver deliver -> deliver(deliver);
            case QueueEffect.AnswerGet answer ->
                tell(
                        answer.session(),
                        events -> events.got(
                                handle,
                                answer.requestId(),
                                answer.place(),
                                answer.message() == null ? null : counted(answer.message(), answer.deliveryCount()),
                                answer.redelivered(),
                                answer.remaining()));
            case QueueEffect.AnswerPurge(var session, var request, var purged) ->
                tell(session, events -> events.purged(handle, request, purged));
            case QueueEffect.AnswerRewind(var session, var request) ->
                whenWritten(() ->
                        slot.letters().forget(qid(), () -> tell(session, events -> events.rewound(handle, request))));
            case QueueEffect.Forward leaving -> forwards.send(leaving);
            case QueueEffect.StartFetch(var place) ->
                levels.get(Place.level(place)).startReading(log, Place.offset(place), this::later);
            case QueueEffect.PauseFetch(var level) -> levels.get(level).pauseReading();
            case QueueEffect.StopFetch(var level) -> levels.get(level).stopReading();
            case QueueEffect.StartRecall(var place) ->
                levels.get(Place.level(place)).startRecall(log, Place.offset(place), this::later);
            case QueueEffect.StopRecall(var level) -> levels.get(level).stopRecall();
            case QueueEffect.ExtendBound(var bound) ->
                slot.writeHead(levels.get(Place.level(bound)), () -> later(new QueueCommand.BoundDurable(bound)));
            case QueueEffect.WakeAt(var when) -> wakeAt(when);
            case QueueEffect.LastConsumerGone() -> slot.lastConsumerGone(this);
            case QueueEffect.LeaseOver() -> slot.leaseOver(this);
        }
    }

    private void tell(SessionId session, Consumer<QueueEvents> what) {
        var events = sessions.get(session);
        if (events != null) {
            what.accept(events);
        }
    }

    /** Runs {@code then} on the loop once what has changed up to now is replicated. */
    private void whenWritten(Runnable then) {
        if (levels.haveChanges()) {
            toBeWritten.add(then);
        } else {
            then.run();
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
                    deliver.place(),
                    counted(deliver.message(), deliver.deliveryCount()),
                    deliver.redelivered());
        }
    }

    private Message counted(Message message, int deliveryCount) {
        return deliveryCount > 0 && handle.settings().deliveryLimit().isPresent()
                ? DeliveryCount.in(message, deliveryCount)
                : message;
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
        beingWritten = List.copyOf(toBeWritten);
        toBeWritten.clear();
        return levels.takeChanges(epoch);
    }

    /** What was written of one of its levels is hidden by this record. */
    void writeAgain(SlotReplica.Part part, SlotRecord by) {
        levels.writeAgain(part, by);
        if (levels.haveChanges()) {
            slot.dirty(this);
        }
    }

    /** Whether what lies at a place is settled. */
    boolean isSettled(long place) {
        return levels.isSettled(place);
    }

    /** What the last {@link #takeChanges} gave was replicated, or is to be written again. */
    void written(boolean replicated) {
        levels.all().forEach(level -> level.written(replicated));
        if (replicated) {
            beingWritten.forEach(Runnable::run);
        } else {
            toBeWritten.addAll(beingWritten);
        }
        beingWritten = List.of();
    }

    /** Records that remove all that was written of this queue. */
    List<SlotRecord> tombstones(long epoch) {
        return OwnedLevels.tombstones(levels.all(), epoch);
    }

    /** The floor of a level that every later owner will find; -1 if there is a newer owner. */
    long writtenFloor(int level) {
        return slot.writtenFloor(this, level);
    }

    /** Whether this pod still serves it, in this life. */
    boolean isServed() {
        return Objects.equals(handle.owned(), this);
    }

    /** Stops work: the slot goes to another pod. */
    void stop() {
        levels.all().forEach(OwnedLevel::stop);
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
    }

    /** The queue was deleted: consumers are told, since pods of an earlier release wait for that. Each session hears of it from its own pod, too. */
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
