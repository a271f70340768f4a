package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.AckChunk;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.Level;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueEffect;
import io.millrace.broker.queue.QueueLimits;
import io.millrace.broker.queue.QueueMachine;
import io.millrace.broker.queue.QueueRules;
import io.millrace.broker.queue.RecoveredLevel;
import io.millrace.broker.queue.ReturnCounts;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.queue.SettlementLedger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The world around one queue machine: its log, its slot log, its clients, and the model that judges it after every step. */
final class QueueWorld {
    /** The machine, or something between it and the world that does harm. */
    interface Tested {
        List<QueueEffect> on(QueueCommand command, long now);
    }

    private static final long QID = 7;
    /** Close to a boundary of the ledger's chunks. */
    private static final long BASE = SettlementLedger.CHUNK_OFFSETS - 30;

    private static final QueueLimits SMALL = new QueueLimits(8, 1 << 20, 12, 1 << 20);
    private static final int PATIENCE_MS = 3_000;
    static final List<SessionId> SESSIONS =
            List.of(new SessionId("a", 1), new SessionId("a", 2), new SessionId("b", 1), new SessionId("b", 2));
    private static final SessionId LAST = new SessionId("z", 9);

    private final QueueRules rules;
    private final boolean zombies;
    private final UnaryOperator<Tested> harm;
    private final QueueModel model;
    private final SlotJournal journal = new SlotJournal();
    private QueueMachine machine;
    private Tested tested;
    private long epoch;
    private long now = 1_000_000;
    private long wakeAt = Long.MAX_VALUE;
    private long floor;
    private long request;
    private boolean reading;
    private boolean readerPaused;
    private long readAt;
    private final TreeSet<Long> untold = new TreeSet<>();
    private final ArrayDeque<Long> bounds = new ArrayDeque<>();
    private final ArrayDeque<Long> letters = new ArrayDeque<>();

    /** @param zombies whether owners that were replaced write on; their records must not hide what counts, which compaction would make them do */
    QueueWorld(QueueRules rules, boolean zombies, UnaryOperator<Tested> harm) {
        this.zombies = zombies;
        this.rules = rules;
        this.harm = harm;
        model = new QueueModel(rules, BASE, SMALL.unackedMessages());
        epoch = journal.claim("first");
        floor = BASE;
        machine = machine(SlotReplica.Recovered.NOTHING.level(0, range()), 0);
        tested = harm.apply(machine::on);
    }

    private QueueMachine machine(RecoveredLevel recovered, long notBefore) {
        return new QueueMachine(rules, SMALL, List.of(recovered), notBefore);
    }

    private Topics.Range range() {
        return new Topics.Range(BASE, model.end());
    }

    private Level level() {
        return machine.levels().getFirst();
    }

    // --- steps ---

    void step(QueueStep step) {
        var chance = new Random(step.seed());
        switch (step.kind()) {
            case PUBLISH -> publish(chance);
            case MARKER -> model.add(null);
            case TELL -> tell(chance);
            case FETCH -> fetch(1 + chance.nextInt(6));
            case SUBSCRIBE -> subscribe(chance);
            case CANCEL -> anyConsumer(chance).forEach(this::cancel);
            case CLOSE -> close(session(chance));
            case PAUSE -> pause(session(chance), chance.nextBoolean());
            case SETTLE -> settle(session(chance), chance);
            case ALIEN -> alien(session(chance), chance);
            case GET -> get(session(chance), chance.nextInt(3) == 0);
            case PURGE -> purge(session(chance));
            case TIME -> pass(chance.nextInt(400));
            case LETTER -> letter(chance.nextInt(4) > 0);
            case BOUND -> bound();
            case FLUSH -> flush(chance.nextInt(5) > 0);
            case TAKEOVER -> takeOver(chance);
            case HANDED_BACK -> handedBack();
        }
        judge();
    }

    private void send(QueueCommand command) {
        for (var effect : tested.on(command, now)) {
            carryOut(effect);
        }
    }

    private void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.Deliver deliver -> model.deliver(deliver, now);
            case QueueEffect.AnswerGet answer -> model.answered(answer, now);
            case QueueEffect.DeadLetter(var offset, var message, var reason) -> {
                if (model.at(offset).place != QueueModel.Place.DYING) {
                    model.dies(offset, reason, now);
                }
                letters.add(offset);
            }
            case QueueEffect.StartFetch(var offset) -> {
                readAt = reading ? readAt : offset;
                reading = true;
                readerPaused = false;
            }
            case QueueEffect.PauseFetch(var level) -> readerPaused = true;
            case QueueEffect.StopFetch(var level) -> reading = false;
            case QueueEffect.ExtendBound(var bound) -> {
                journal.append(head());
                bounds.add(bound);
            }
            case QueueEffect.WakeAt(var when) -> wakeAt = when;
            case QueueEffect.AnswerSubscribe subscribed -> answers.add(subscribed);
            case QueueEffect.AnswerPurge purged -> purges.add(purged.purged());
            case QueueEffect.LastConsumerGone gone -> {}
            case QueueEffect.LeaseOver over -> QueueModel.fail("a queue without a lease goes");
        }
    }

    private final ArrayDeque<QueueEffect.AnswerSubscribe> answers = new ArrayDeque<>();
    private final ArrayDeque<Long> purges = new ArrayDeque<>();

    private void judge() {
        var ledger = level().ledger();
        for (long offset = BASE; offset < model.end(); offset++) {
            boolean settled = ledger.isSettled(offset);
            var item = model.at(offset);
            if (settled && item.place != QueueModel.Place.SETTLED) {
                model.settledSilently(offset, now);
            } else if (!settled && item.place == QueueModel.Place.SETTLED) {
                QueueModel.fail("{} was settled and is not", offset);
            }
        }
        if (ledger.floor() < floor) {
            QueueModel.fail("the floor sank from {} to {}", floor, ledger.floor());
        }
        floor = ledger.floor();
        long lowest = BASE;
        while (lowest < model.end() && model.at(lowest).place == QueueModel.Place.SETTLED) {
            lowest++;
        }
        if (floor != lowest) {
            QueueModel.fail("the floor is {}, but {} is not settled", floor, lowest);
        }
        if (!model.anyHandedBack && machine.ready() != model.ready()) {
            QueueModel.fail("{} are said to be ready, but {} are", machine.ready(), model.ready());
        }
        long unsettled = model.items.stream()
                .filter(item -> item.place == QueueModel.Place.HELD || item.place == QueueModel.Place.DYING)
                .count();
        if (!model.anyHandedBack && machine.unackedCount() != unsettled) {
            QueueModel.fail("{} are said to be unacknowledged, but {} are", machine.unackedCount(), unsettled);
        }
    }

    // --- publishing and reading ---

    private void publish(Random chance) {
        long expiry =
                switch (chance.nextInt(8)) {
                    case 0 -> now;
                    case 1 -> now + 1 + chance.nextInt(500);
                    default -> Message.NEVER;
                };
        var body = Long.toString(model.end()).getBytes(StandardCharsets.US_ASCII);
        long offset = model.add(new Message("", "q", new byte[2], body, expiry, now));
        if (chance.nextInt(4) == 0) {
            untold.add(offset);
        } else {
            appended(offset);
        }
    }

    private void appended(long offset) {
        model.known(offset + 1);
        send(new QueueCommand.Appended(offset, message(offset)));
    }

    private Message message(long offset) {
        var message = model.at(offset).message;
        if (message == null) {
            throw new IllegalStateException("a marker");
        }
        return message;
    }

    /** A publish is heard of late: by its publisher's pod, or as the news that the log has grown. */
    private void tell(Random chance) {
        if (untold.isEmpty()) {
            return;
        }
        long offset = chance.nextBoolean() ? untold.first() : untold.last();
        untold.remove(offset);
        if (chance.nextBoolean()) {
            appended(offset);
        } else {
            model.known(offset + 1);
            send(new QueueCommand.LogEnd(offset + 1));
        }
    }

    private void fetch(int most) {
        if (!reading || readerPaused) {
            return;
        }
        var arrivals = new ArrayList<QueueCommand.Arrival>();
        long from = readAt;
        long next = from;
        while (next < model.end() && arrivals.size() < most) {
            if (model.at(next).isMessage()) {
                arrivals.add(new QueueCommand.Arrival(next, message(next)));
            }
            next++;
        }
        if (next > readAt) {
            readAt = next;
            model.read(next);
            send(new QueueCommand.Fetched(from, arrivals, next));
        }
    }

    // --- clients ---

    private static Outcome anyOutcome(Random chance) {
        return List.of(Outcome.ACK, Outcome.REQUEUE, Outcome.DEAD_LETTER).get(chance.nextInt(3));
    }

    private static SessionId session(Random chance) {
        return SESSIONS.get(chance.nextInt(SESSIONS.size()));
    }

    private void subscribe(Random chance) {
        var id = new ConsumerId(session(chance), "c" + chance.nextInt(2));
        var consumer = new Consumer(id, chance.nextInt(4), chance.nextInt(5) == 0, chance.nextInt(3));
        subscribe(consumer, chance.nextInt(8) == 0);
    }

    private void subscribe(Consumer consumer, boolean exclusive) {
        boolean known = model.consumersOf(consumer.id().session()).stream()
                .anyMatch(one -> one.id().equals(consumer.id()));
        if (known) {
            return;
        }
        boolean expected = model.subscribed(consumer, exclusive);
        send(new QueueCommand.Subscribe(consumer, exclusive));
        var answer = answers.poll();
        if (answer == null || answer.accepted() != expected) {
            QueueModel.fail("{} is answered with {}", consumer, answer);
        }
    }

    private List<ConsumerId> anyConsumer(Random chance) {
        return model.consumersOf(session(chance)).stream()
                .map(Consumer::id)
                .limit(1)
                .toList();
    }

    private void cancel(ConsumerId id) {
        model.cancelled(id);
        send(new QueueCommand.Cancelled(id));
    }

    private void close(SessionId session) {
        model.sessionClosed(session);
        send(new QueueCommand.SessionClosed(session));
    }

    private void pause(SessionId session, boolean paused) {
        model.paused(session, paused);
        send(new QueueCommand.Paused(session, paused));
    }

    private void settle(SessionId session, Random chance) {
        var held = model.heldBy(session);
        if (held.isEmpty()) {
            return;
        }
        int first = chance.nextInt(held.size());
        boolean multiple = chance.nextInt(4) == 0;
        var chosen = multiple ? held.subList(0, first + 1) : held.subList(first, first + 1);
        var outcome =
                chance.nextInt(3) > 0 ? Outcome.ACK : chance.nextInt(3) > 0 ? Outcome.REQUEUE : Outcome.DEAD_LETTER;
        settle(session, List.copyOf(chosen), outcome);
    }

    private void settle(SessionId session, List<Long> offsets, Outcome outcome) {
        offsets.forEach(offset -> model.settled(session, offset, outcome, now));
        send(new QueueCommand.Settled(
                session, offsets.stream().mapToLong(Long::longValue).toArray(), outcome));
    }

    /** Settles what others hold, or nobody: it must not count. While a new owner waits for word it would be believed. */
    private void alien(SessionId session, Random chance) {
        if (now < model.notBefore || model.items.isEmpty()) {
            return;
        }
        long offset = BASE + chance.nextInt(model.items.size());
        if (!model.heldBy(session).contains(offset)) {
            settle(session, List.of(offset), anyOutcome(chance));
        }
    }

    private void get(SessionId session, boolean noAck) {
        model.asked(new QueueModel.Question(session, ++request, noAck));
        send(new QueueCommand.Get(session, request, noAck));
    }

    private void purge(SessionId session) {
        if (model.anyHandedBack) {
            return; // QueueModelTest.aPurge...: messages that were handed back go too
        }
        long expected = model.ready();
        model.purged();
        send(new QueueCommand.Purge(session, ++request));
        var purged = purges.poll();
        if (purged == null || purged != expected) {
            QueueModel.fail("a purge says {}, but there were {}", purged, expected);
        }
    }

    // --- time, letters, bounds ---

    private void pass(long ms) {
        now += ms;
        if (now >= wakeAt) {
            wakeAt = Long.MAX_VALUE;
            send(new QueueCommand.Tick());
        }
    }

    private void letter(boolean appended) {
        var offset = letters.poll();
        if (offset != null) {
            if (appended) {
                model.at(offset).place = QueueModel.Place.SETTLED;
            }
            send(new QueueCommand.DeadLettered(offset, appended));
        }
    }

    private void bound() {
        var bound = bounds.poll();
        if (bound != null) {
            send(new QueueCommand.BoundDurable(bound));
        }
    }

    private void handedBack() {
        model.notBefore = Math.min(model.notBefore, now);
        send(new QueueCommand.HandedBack());
    }

    // --- owners ---

    private SlotRecord.Head head() {
        return new SlotRecord.Head(QID, 0, epoch, level().ledger().floor(), level().requestedBound());
    }

    /** Writes what was settled, as the slot's runner does. */
    private void flush(boolean succeeds) {
        var ledger = level().ledger();
        var changes = ledger.takeChanges();
        var returned = level().returns().takeChanges(ledger.floor());
        if (!succeeds) {
            ledger.putBack(changes);
            level().returns().putBack(returned);
            return;
        }
        journal.append(records(changes, returned));
        model.items.forEach(item -> item.settledDurably |= item.place == QueueModel.Place.SETTLED);
    }

    private List<SlotRecord> records(SettlementLedger.Changes changes, List<ReturnCounts.Chunk> returned) {
        var records = new ArrayList<SlotRecord>();
        changes.changed().forEach(one -> records.add(new SlotRecord.Acks(QID, 0, one.number(), epoch, one.chunk())));
        returned.forEach(chunk -> {
            var change = new SlotRecord.Returns(QID, 0, epoch, chunk);
            records.add(chunk.counts().isEmpty() ? new SlotRecord.Removed(change) : change);
        });
        records.add(head());
        changes.obsolete()
                .forEach(number -> records.add(
                        new SlotRecord.Removed(new SlotRecord.Acks(QID, 0, number, epoch, new AckChunk()))));
        return records;
    }

    /** Another pod takes the queue over: in order, or because the owner was lost with what it had not written; some sessions die with it. */
    private void takeOver(Random chance) {
        boolean inOrder = chance.nextInt(3) == 0;
        if (inOrder) {
            model.leaving = true;
            send(new QueueCommand.Leaving());
            flush(true);
        }
        var survivors = new LinkedHashMap<SessionId, Survivor>();
        for (var session : SESSIONS) {
            if (inOrder || chance.nextInt(4) > 0) {
                survivors.put(session, Survivor.of(session, model));
            }
        }
        long zombie = epoch;
        if (!zombies && chance.nextBoolean()) {
            journal.compact();
        }
        epoch = journal.claim("owner-" + chance.nextInt());
        if (zombies && chance.nextBoolean()) {
            journal.append(new SlotRecord.Head(QID, 0, zombie, model.end() + 5, model.end() + 5));
        }
        open(journal.replayed().level(0, range()));
        survivors.forEach((session, survivor) -> attach(session, survivor, chance));
    }

    private void open(RecoveredLevel state) {
        var ledger = state.ledger();
        var returns = state.returns();
        for (long offset = BASE; offset < model.end(); offset++) {
            var item = model.at(offset);
            boolean settled = ledger.isSettled(offset);
            if (settled && item.place != QueueModel.Place.SETTLED) {
                QueueModel.fail("{} is lost: the slot log says it is settled, but it is {}", offset, item.place);
            }
            if (!settled && item.settledDurably) {
                QueueModel.fail("{} was settled in the slot log and is not any more", offset);
            }
            if (!settled) {
                item.place = QueueModel.Place.READY;
                item.holder = null;
                item.consumer = null;
                item.handedBack = false;
                item.countIsVague = false;
                item.count = returns.of(offset);
            }
            item.returned = false;
        }
        floor = ledger.floor();
        machine = machine(state, now + PATIENCE_MS);
        tested = harm.apply(machine::on);
        model.ownerChanged(state.deliveredBound(), now, PATIENCE_MS);
        reading = false;
        untold.clear();
        bounds.clear();
        letters.clear();
        wakeAt = Long.MAX_VALUE;
        send(new QueueCommand.LogEnd(model.end()));
    }

    /** What a session knows of itself when its queue has another owner. */
    private record Survivor(List<Consumer> consumers, List<Boolean> exclusive, HashMap<Long, @Nullable String> held) {
        static Survivor of(SessionId session, QueueModel model) {
            var consumers = List.copyOf(model.consumersOf(session));
            var held = new HashMap<Long, @Nullable String>();
            for (long offset : model.heldBy(session)) {
                var consumer = model.at(offset).consumer;
                held.put(offset, consumer == null ? "" : consumer.consumerTag());
            }
            return new Survivor(
                    consumers,
                    consumers.stream().map(one -> model.isExclusive(one.id())).toList(),
                    held);
        }
    }

    /** A session tells what it holds, except what it settles at the same moment, and subscribes again. */
    private void attach(SessionId session, Survivor survivor, Random chance) {
        survivor.held().forEach((offset, tag) -> {
            if (model.at(offset).place != QueueModel.Place.READY) {
                return;
            }
            if (chance.nextInt(4) == 0) {
                settle(session, List.of(offset), anyOutcome(chance));
            } else {
                model.handedBack(session, String.valueOf(tag), offset);
                send(new QueueCommand.HandBack(session, String.valueOf(tag), new long[] {offset}));
            }
        });
        for (int i = 0; i < survivor.consumers().size(); i++) {
            subscribe(survivor.consumers().get(i), survivor.exclusive().get(i));
        }
    }

    // --- the end ---

    /** Everything on its way arrives; nobody who could be served waits. Then one consumer takes all there is. */
    void finish() {
        settleDown();
        model.nobodyIsKeptWaiting(now);
        SESSIONS.forEach(this::close);
        settleDown();
        subscribe(new Consumer(new ConsumerId(LAST, "last"), 0, false, 0), false);
        for (int round = 0; round < 2 * model.items.size() + 5; round++) {
            settleDown();
            var held = model.heldBy(LAST);
            if (!held.isEmpty()) {
                settle(LAST, held, Outcome.ACK);
                judge();
            }
        }
        for (long offset = BASE; offset < model.end(); offset++) {
            if (model.at(offset).place != QueueModel.Place.SETTLED) {
                QueueModel.fail("{} is lost: it is {} for ever", offset, model.at(offset).place);
            }
        }
    }

    private void settleDown() {
        handedBack();
        model.known(model.end());
        send(new QueueCommand.LogEnd(model.end()));
        untold.clear();
        for (int i = 0; i < 20; i++) {
            pass(Math.max(0, Math.min(wakeAt - now, 100)));
            bound();
            fetch(100);
            letter(true);
            judge();
        }
    }
}
