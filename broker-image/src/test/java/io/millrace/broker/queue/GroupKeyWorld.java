package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/**
 * A queue with group keys, its log, its sessions and its owners, and a judge who knows of each key only which messages it has: one of them in flight at a time, in order,
 * none lost.
 */
final class GroupKeyWorld {
    private enum State {
        READY,
        HELD,
        DYING,
        SETTLED
    }

    private static final class Item {
        final long place;
        final String key;
        State state = State.READY;
        boolean durable;

        @Nullable
        SessionId holder;

        @Nullable
        String tag;

        Item(long place, String key) {
            this.place = place;
            this.key = key;
        }
    }

    private static final List<SessionId> SESSIONS =
            List.of(new SessionId("a", 1), new SessionId("a", 2), new SessionId("b", 1));
    private static final SessionId LAST = new SessionId("z", 9);
    private static final int PATIENCE_MS = 3_000;

    private final QueueRules rules;
    private final QueueLimits limits;
    private final int levels;
    private final int keys;
    private final KeyedLog log;
    private final TreeMap<Long, Item> items = new TreeMap<>();
    private final Map<String, List<Item>> byKey = new HashMap<>();
    private final Map<ConsumerId, Consumer> consumers = new HashMap<>();
    private final ArrayDeque<Long> bounds = new ArrayDeque<>();
    private final ArrayDeque<Long> letters = new ArrayDeque<>();
    private final Set<SessionId> asking = new HashSet<>();
    private QueueMachine machine;
    private long now = 1_000;
    private long wakeAt = Long.MAX_VALUE;
    private boolean handedBack;

    GroupKeyWorld(QueueRules rules, QueueLimits limits, int keys) {
        this.rules = rules;
        this.limits = limits;
        this.keys = keys;
        levels = rules.partitioning().levels();
        log = new KeyedLog(levels, this::send);
        machine = opened(0);
    }

    private static void require(boolean holds, String what, @Nullable Object... of) {
        if (!holds) {
            throw new AssertionError(MessageFormatter.basicArrayFormat(what, of));
        }
    }

    // --- what happens ---

    void step(Random chance) {
        switch (chance.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> publish(chance);
            case 6 -> log.append(chance.nextInt(levels), null);
            case 7 -> log.tellEnds();
            case 8, 9 -> log.read(chance);
            case 10, 11 -> subscribe(chance);
            case 12, 13, 14, 15 -> settle(chance);
            case 16 -> get(SESSIONS.get(chance.nextInt(SESSIONS.size())));
            case 17 -> {
                bound();
                letter(chance.nextInt(4) > 0);
            }
            case 18 -> rare(chance);
            default -> pass(chance.nextInt(50));
        }
    }

    private void rare(Random chance) {
        switch (chance.nextInt(7)) {
            case 0 -> close(SESSIONS.get(chance.nextInt(SESSIONS.size())));
            case 1, 2 -> changeOwner(chance, false);
            case 3 -> changeOwner(chance, true);
            case 4 -> flush();
            case 5 -> purge(chance.nextInt(5) == 0);
            default ->
                consumers.keySet().stream().findFirst().ifPresent(id -> {
                    consumers.remove(id);
                    send(new QueueCommand.Cancelled(id));
                });
        }
    }

    private void publish(Random chance) {
        var key = "k" + Math.min(chance.nextInt(keys), chance.nextInt(keys));
        var message = new Message("", key, new byte[2], key.getBytes(StandardCharsets.UTF_8), Message.NEVER, now);
        var item = new Item(log.append(rules.partitioning().levelOf(message), message), key);
        items.put(item.place, item);
        byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(item);
        if (chance.nextInt(4) > 0) {
            send(new QueueCommand.Appended(item.place, message));
        }
    }

    private void subscribe(Random chance) {
        var id = new ConsumerId(SESSIONS.get(chance.nextInt(SESSIONS.size())), "c" + chance.nextInt(2));
        if (!consumers.containsKey(id)) {
            subscribe(new Consumer(id, chance.nextInt(4), chance.nextInt(6) == 0, chance.nextInt(2)));
        }
    }

    void subscribe(Consumer consumer) {
        consumers.put(consumer.id(), consumer);
        send(new QueueCommand.Subscribe(consumer, false));
    }

    private List<Item> heldBy(SessionId session) {
        return items.values().stream()
                .filter(item -> item.state == State.HELD && session.equals(item.holder))
                .toList();
    }

    private void settle(Random chance) {
        var held = heldBy(SESSIONS.get(chance.nextInt(SESSIONS.size())));
        if (!held.isEmpty()) {
            settle(held.get(chance.nextInt(held.size())), chance.nextInt(4) > 0 ? Outcome.ACK : anyOutcome(chance));
        }
    }

    private static Outcome anyOutcome(Random chance) {
        return List.of(Outcome.ACK, Outcome.REQUEUE, Outcome.DEAD_LETTER).get(chance.nextInt(3));
    }

    private void settle(Item item, Outcome outcome) {
        var session = Objects.requireNonNull(item.holder);
        decided(item, outcome);
        send(new QueueCommand.Settled(session, new long[] {item.place}, outcome));
    }

    private void decided(Item item, Outcome outcome) {
        item.holder = null;
        item.state = switch (outcome) {
            case ACK -> State.SETTLED;
            case REQUEUE -> State.READY;
            case DEAD_LETTER -> rules.deadLetters() ? State.DYING : State.SETTLED;
        };
    }

    private void get(SessionId session) {
        if (asking.add(session)) {
            send(new QueueCommand.Get(session, 1, false));
        }
    }

    private void close(SessionId session) {
        consumers.keySet().removeIf(id -> id.session().equals(session));
        asking.remove(session);
        heldBy(session).forEach(item -> decided(item, Outcome.REQUEUE));
        send(new QueueCommand.SessionClosed(session));
    }

    private void purge(boolean isTime) {
        if (!isTime || handedBack) {
            return; // what was handed back and has not come from the log yet is settled too, though it is held
        }
        log.tellEnds();
        items.values().stream().filter(item -> item.state == State.READY).forEach(item -> item.state = State.SETTLED);
        send(new QueueCommand.Purge(LAST, 1));
    }

    private void pass(long ms) {
        now += ms;
        if (now >= wakeAt) {
            wakeAt = Long.MAX_VALUE;
            send(new QueueCommand.Tick());
        }
    }

    private void bound() {
        var bound = bounds.poll();
        if (bound != null) {
            send(new QueueCommand.BoundDurable(bound));
        }
    }

    private void letter(boolean appended) {
        var place = letters.poll();
        if (place != null) {
            if (appended) {
                at(place).state = State.SETTLED;
            }
            send(new QueueCommand.Forwarded(place, appended));
        }
    }

    // --- owners ---

    private void flush() {
        items.values().forEach(item -> item.durable |= item.state == State.SETTLED);
    }

    private QueueMachine opened(long notBefore) {
        log.nobodyReads();
        bounds.clear();
        letters.clear();
        asking.clear();
        wakeAt = Long.MAX_VALUE;
        var recovered = new ArrayList<RecoveredLevel>();
        for (int level = 0; level < levels; level++) {
            var ledger = new SettlementLedger(0);
            for (var item : items.values()) {
                if (item.durable && Place.level(item.place) == level) {
                    ledger.settle(Place.offset(item.place));
                }
            }
            recovered.add(new RecoveredLevel(ledger, new ReturnCounts(), 50, log.end(level)));
        }
        return new QueueMachine(rules, limits, recovered, notBefore);
    }

    /** The owner goes, in order or with all it had not written; its successor is told by the sessions that live on what they hold. */
    private void changeOwner(Random chance, boolean inOrder) {
        if (inOrder) {
            send(new QueueCommand.Leaving());
            flush();
        }
        var survivors = SESSIONS.stream()
                .filter(session -> inOrder || chance.nextInt(3) > 0)
                .toList();
        var held = new ArrayList<Item>();
        survivors.forEach(session -> held.addAll(heldBy(session)));
        for (var item : items.values()) {
            if (!held.contains(item) && !item.durable && !isPassed(item, held)) {
                item.state = State.READY;
                item.holder = null;
            }
        }
        consumers.keySet().removeIf(id -> !survivors.contains(id.session()));
        machine = opened(now + PATIENCE_MS);
        log.tellEnds();
        if (chance.nextBoolean()) {
            settleReading(3);
        }
        handedBack |= !held.isEmpty();
        for (var item : held) {
            var session = Objects.requireNonNull(item.holder);
            if (chance.nextInt(4) == 0) {
                settle(item, anyOutcome(chance));
            } else {
                send(new QueueCommand.HandBack(
                        session, Objects.requireNonNullElse(item.tag, ""), new long[] {item.place}));
            }
        }
        List.copyOf(consumers.values()).forEach(one -> send(new QueueCommand.Subscribe(one, false)));
        send(new QueueCommand.HandedBack());
    }

    /** What was delivered of a key proves that all before it was settled. */
    private boolean isPassed(Item item, List<Item> held) {
        return item.state == State.SETTLED
                && held.stream().anyMatch(other -> other.key.equals(item.key) && other.place > item.place);
    }

    // --- what the queue does ---

    private void send(QueueCommand command) {
        for (var effect : machine.on(command, now)) {
            carryOut(effect);
        }
    }

    private void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.Deliver(var consumer, var place, var message, var redelivered, var count) ->
                goes(place, consumer.id().session(), consumer.id().consumerTag(), consumer.noAck());
            case QueueEffect.AnswerGet answer -> {
                require(asking.remove(answer.session()), "an answer to no question");
                if (answer.message() != null) {
                    goes(answer.place(), answer.session(), "", false);
                }
            }
            case QueueEffect.DeadLetter(var place, var message, var reason) -> letters.add(place);
            case QueueEffect.ExtendBound(var bound) -> bounds.add(bound);
            case QueueEffect.WakeAt(var when) -> wakeAt = when;
            default -> log.carryOut(effect);
        }
    }

    private Item at(long place) {
        return Objects.requireNonNull(items.get(place), "no message lies there");
    }

    private void goes(long place, SessionId session, String tag, boolean noAck) {
        var item = at(place);
        require(item.state == State.READY, "{} is delivered, but it is {}", place, item.state);
        for (var other : byKey.getOrDefault(item.key, List.of())) {
            require(
                    other.state != State.HELD && other.state != State.DYING,
                    "{} of {} is delivered while {} is {}",
                    place,
                    item.key,
                    other.place,
                    other.state);
            require(
                    other.place >= place || other.state == State.SETTLED,
                    "{} of {} is delivered before {}",
                    place,
                    item.key,
                    other.place);
        }
        item.state = noAck ? State.SETTLED : State.HELD;
        item.holder = session;
        item.tag = tag;
    }

    // --- the end ---

    /** Everything on its way arrives. */
    void settleDown() {
        log.tellEnds();
        settleReading(200);
        pass(PATIENCE_MS);
        settleReading(200);
        handedBack = false;
    }

    private void settleReading(int rounds) {
        for (int i = 0; i < rounds; i++) {
            log.readAll(7);
            bound();
            letter(true);
            pass(Math.max(0, Math.min(wakeAt - now, 50)));
        }
    }

    /** Whoever could be served has been: no key waits for another. */
    void nobodyIsKeptWaiting() {
        boolean canTake = consumers.values().stream().anyMatch(this::hasCredit);
        long held =
                items.values().stream().filter(item -> item.state == State.HELD).count();
        if (!canTake || rules.singleActive() || held >= limits.unackedMessages()) {
            return;
        }
        for (var line : byKey.values()) {
            boolean isFree = line.stream().noneMatch(item -> item.state == State.HELD || item.state == State.DYING);
            line.stream()
                    .filter(item -> item.state == State.READY)
                    .findFirst()
                    .ifPresent(first -> require(!isFree, "{} of {} could go and does not", first.place, first.key));
        }
    }

    private boolean hasCredit(Consumer consumer) {
        long held = heldBy(consumer.id().session()).stream()
                .filter(item -> consumer.id().consumerTag().equals(item.tag))
                .count();
        return consumer.noAck() || consumer.prefetch() == 0 || held < consumer.prefetch();
    }

    /** One consumer takes all there is; nothing is left. */
    void finish() {
        SESSIONS.forEach(this::close);
        subscribe(new Consumer(new ConsumerId(LAST, "last"), 0, false, 0));
        for (int round = 0; round < items.size() + 5; round++) {
            settleReading(12);
            heldBy(LAST).forEach(item -> settle(item, Outcome.ACK));
        }
        for (var item : items.values()) {
            require(item.state == State.SETTLED, "{} of {} is lost: it is {}", item.place, item.key, item.state);
        }
        require(machine.ready() == 0 && machine.unackedCount() == 0, "{} are said to be left", machine.ready());
    }
}
