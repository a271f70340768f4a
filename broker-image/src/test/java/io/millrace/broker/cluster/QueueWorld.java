package io.millrace.broker.cluster;

import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.Topics;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
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

    private static final QueueLimits SMALL = new QueueLimits(8, 1 << 20, 12, 1 << 20, 0);
    private static final int PATIENCE_MS = 3_000;
    private static final SessionId LAST = new SessionId("z", 9);

    private final QueueRules rules;
    private final boolean zombies;
    private final UnaryOperator<Tested> harm;
    private final QueueModel model;
    private final WorldLog log;
    private final WorldClients clients;
    private final SlotJournal journal = new SlotJournal();
    private QueueMachine machine;
    private Tested tested;
    private long epoch;
    private long now = 1_000_000;
    private long wakeAt = Long.MAX_VALUE;
    private long floor;
    private boolean hidden;
    private final ArrayDeque<Long> bounds = new ArrayDeque<>();
    private final ArrayDeque<Long> letters = new ArrayDeque<>();

    /** @param zombies whether owners that were replaced write on; what their records hide is written again before compaction takes it away */
    QueueWorld(QueueRules rules, boolean zombies, UnaryOperator<Tested> harm) {
        this.zombies = zombies;
        this.rules = rules;
        this.harm = harm;
        model = new QueueModel(rules, BASE, SMALL.unackedMessages());
        log = new WorldLog(model, this::send);
        clients = new WorldClients(model, this::send, () -> now);
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
            case PUBLISH -> log.publish(chance, now);
            case MARKER -> model.add(null);
            case TELL -> log.tell(chance);
            case FETCH -> log.fetch(1 + chance.nextInt(6));
            case SUBSCRIBE -> clients.subscribe(chance);
            case CANCEL -> clients.anyConsumer(chance).forEach(clients::cancel);
            case CLOSE -> clients.close(WorldClients.session(chance));
            case PAUSE -> clients.pause(WorldClients.session(chance), chance.nextBoolean());
            case SETTLE -> clients.settle(WorldClients.session(chance), chance);
            case ALIEN -> clients.alien(WorldClients.session(chance), chance);
            case GET -> clients.get(WorldClients.session(chance), chance.nextInt(3) == 0);
            case PURGE -> clients.purge(WorldClients.session(chance));
            case TIME -> pass(chance.nextInt(400));
            case LETTER -> letter(chance.nextInt(4) > 0);
            case BOUND -> bound();
            case FLUSH -> flush(chance.nextInt(5) > 0);
            case TAKEOVER -> takeOver(chance);
            case HANDED_BACK -> handedBack();
        }
    }

    /** Judges after each command: what is settled without a word cannot be told from what came later otherwise. */
    private void send(QueueCommand command) {
        for (var effect : tested.on(command, now)) {
            carryOut(effect);
        }
        judge();
    }

    private void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.Deliver deliver -> model.deliver(deliver, now);
            case QueueEffect.AnswerGet answer -> model.answered(answer, now);
            case QueueEffect.DeadLetter(var offset, var message, var reason) -> {
                if (model.at(offset).place != ModelItem.Place.DYING) {
                    model.dies(offset, reason, now);
                }
                letters.add(offset);
            }
            case QueueEffect.StartFetch(var offset) -> log.startFetch(offset);
            case QueueEffect.PauseFetch(var level) -> log.pauseFetch();
            case QueueEffect.StopFetch(var level) -> log.stopFetch();
            case QueueEffect.ExtendBound(var bound) -> {
                journal.append(head());
                hidden = false;
                bounds.add(bound);
            }
            case QueueEffect.WakeAt(var when) -> wakeAt = when;
            case QueueEffect.AnswerSubscribe subscribed -> clients.answered(subscribed);
            case QueueEffect.AnswerPurge purged -> clients.purged(purged.purged());
            case QueueEffect.LastConsumerGone gone -> {}
            case QueueEffect.StartRecall recall -> QueueModel.fail("nothing is parked here");
            case QueueEffect.StopRecall recall -> QueueModel.fail("nothing is parked here");
            case QueueEffect.AnswerRewind rewound -> QueueModel.fail("nobody rewinds here");
            case QueueEffect.Release _, QueueEffect.Defer _ -> QueueModel.fail("nothing is delayed here");
            case QueueEffect.LeaseOver over -> QueueModel.fail("a queue without a lease goes");
        }
    }

    private void judge() {
        var ledger = level().ledger();
        for (long offset = BASE; offset < model.end(); offset++) {
            boolean settled = ledger.isSettled(offset);
            var item = model.at(offset);
            if (settled && item.place != ModelItem.Place.SETTLED) {
                model.settledSilently(offset, now);
            } else if (!settled && item.place == ModelItem.Place.SETTLED) {
                QueueModel.fail("{} was settled and is not", offset);
            }
        }
        if (ledger.floor() < floor) {
            QueueModel.fail("the floor sank from {} to {}", floor, ledger.floor());
        }
        floor = ledger.floor();
        long lowest = BASE;
        while (lowest < model.end() && model.at(lowest).place == ModelItem.Place.SETTLED) {
            lowest++;
        }
        if (floor != lowest) {
            QueueModel.fail("the floor is {}, but {} is not settled", floor, lowest);
        }
        if (!model.anyHandedBack && machine.ready() != model.ready()) {
            QueueModel.fail("{} are said to be ready, but {} are", machine.ready(), model.ready());
        }
        long unsettled = model.items.stream()
                .filter(item -> item.place == ModelItem.Place.HELD || item.place == ModelItem.Place.DYING)
                .count();
        if (!model.anyHandedBack && machine.unackedCount() != unsettled) {
            QueueModel.fail("{} are said to be unacknowledged, but {} are", machine.unackedCount(), unsettled);
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
                model.at(offset).place = ModelItem.Place.SETTLED;
            }
            send(new QueueCommand.Forwarded(offset, appended));
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
        hidden = false;
        model.items.forEach(item -> item.settledDurably |= item.place == ModelItem.Place.SETTLED);
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
        for (var session : WorldClients.SESSIONS) {
            if (inOrder || chance.nextInt(4) > 0) {
                survivors.put(session, Survivor.of(session, model));
            }
        }
        long zombie = epoch;
        if (!hidden && chance.nextBoolean()) {
            journal.compact();
        }
        epoch = journal.claim("owner-" + chance.nextInt());
        if (zombies && chance.nextBoolean()) {
            journal.append(new SlotRecord.Head(QID, 0, zombie, model.end() + 5, model.end() + 5));
            hidden = true;
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
            if (settled && item.place != ModelItem.Place.SETTLED) {
                QueueModel.fail("{} is lost: the slot log says it is settled, but it is {}", offset, item.place);
            }
            if (!settled && item.settledDurably) {
                QueueModel.fail("{} was settled in the slot log and is not any more", offset);
            }
            if (!settled) {
                item.place = ModelItem.Place.READY;
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
        log.stopFetch();
        bounds.clear();
        letters.clear();
        wakeAt = Long.MAX_VALUE;
        log.tellEnd();
    }

    /** What a session knows of itself when its queue has another owner. */
    private record Survivor(List<Consumer> consumers, List<Boolean> exclusive, HashMap<Long, @Nullable String> held) {
        static Survivor of(SessionId session, QueueModel model) {
            var consumers = List.copyOf(model.consumers.of(session));
            var held = new HashMap<Long, @Nullable String>();
            for (long offset : model.heldBy(session)) {
                var consumer = model.at(offset).consumer;
                held.put(offset, consumer == null ? "" : consumer.consumerTag());
            }
            return new Survivor(
                    consumers,
                    consumers.stream()
                            .map(one -> model.consumers.isExclusive(one.id()))
                            .toList(),
                    held);
        }
    }

    /** A session tells what it holds, except what it settles at the same moment, and subscribes again. */
    private void attach(SessionId session, Survivor survivor, Random chance) {
        survivor.held().forEach((offset, tag) -> {
            if (model.at(offset).place != ModelItem.Place.READY) {
                return;
            }
            if (chance.nextInt(4) == 0) {
                clients.settle(session, List.of(offset), WorldClients.anyOutcome(chance));
            } else {
                model.handedBack(session, String.valueOf(tag), offset);
                send(new QueueCommand.HandBack(session, String.valueOf(tag), new long[] {offset}));
            }
        });
        for (int i = 0; i < survivor.consumers().size(); i++) {
            clients.subscribe(survivor.consumers().get(i), survivor.exclusive().get(i));
        }
    }

    // --- the end ---

    /** Everything on its way arrives; nobody who could be served waits. Then one consumer takes all there is. */
    void finish() {
        settleDown();
        model.nobodyIsKeptWaiting(now);
        WorldClients.SESSIONS.forEach(clients::close);
        settleDown();
        clients.subscribe(new Consumer(new ConsumerId(LAST, "last"), 0, false, 0), false);
        for (int round = 0; round < 2 * model.items.size() + 5; round++) {
            settleDown();
            var held = model.heldBy(LAST);
            if (!held.isEmpty()) {
                clients.settle(LAST, held, Outcome.ACK);
            }
        }
        for (long offset = BASE; offset < model.end(); offset++) {
            if (model.at(offset).place != ModelItem.Place.SETTLED) {
                QueueModel.fail("{} is lost: it is {} for ever", offset, model.at(offset).place);
            }
        }
    }

    private void settleDown() {
        handedBack();
        log.tellEnd();
        for (int i = 0; i < 20; i++) {
            pass(Math.max(0, Math.min(wakeAt - now, 100)));
            bound();
            log.fetch(100);
            letter(true);
        }
    }
}
