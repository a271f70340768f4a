package io.millrace.broker.queue;

import static io.millrace.broker.queue.GroupKeyItems.require;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.GroupKeyItems.Item;
import io.millrace.broker.queue.GroupKeyItems.State;
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

/**
 * A queue with group keys, its logs (for the number of shards changes), its sessions and its owners, and a judge ({@link GroupKeyItems}).
 */
final class GroupKeyWorld {
    private static final List<SessionId> SESSIONS =
            List.of(new SessionId("a", 1), new SessionId("a", 2), new SessionId("b", 1));
    private static final SessionId LAST = new SessionId("z", 9);
    private static final int PATIENCE_MS = 3_000;

    private QueueRules rules;
    private final QueueLimits limits;
    private final KeyedTopics topics;
    private final int keys;
    private final KeyedLog log;
    private final GroupKeyItems items = new GroupKeyItems();
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
        log = new KeyedLog(rules.partitioning().levels(), this::send);
        topics = new KeyedTopics(rules.partitioning(), log);
        machine = opened(0);
    }

    // --- what happens ---

    void step(Random chance) {
        switch (chance.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> publish(chance);
            case 6 -> log.append(topics.anyLevel(chance), null);
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
        switch (chance.nextInt(10)) {
            case 0 -> close(SESSIONS.get(chance.nextInt(SESSIONS.size())));
            case 1, 2 -> changeOwner(chance, false);
            case 3 -> changeOwner(chance, true);
            case 4 -> items.flush();
            case 5 -> purge(chance.nextInt(5) == 0);
            case 6 -> move(chance);
            case 7 -> switchOver();
            case 8 -> leave();
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
        var item = items.add(log.append(topics.levelOf(message, chance), message), key);
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

    private void settle(Random chance) {
        var held = items.heldBy(SESSIONS.get(chance.nextInt(SESSIONS.size())));
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
        items.heldBy(session).forEach(item -> decided(item, Outcome.REQUEUE));
        send(new QueueCommand.SessionClosed(session));
    }

    private void purge(boolean isTime) {
        if (!isTime || handedBack) {
            return; // what was handed back and has not come from the log yet is settled too, though it is held
        }
        log.tellEnds();
        items.all().stream().filter(item -> item.state == State.READY).forEach(item -> item.state = State.SETTLED);
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
                items.at(place).state = State.SETTLED;
            }
            send(new QueueCommand.Forwarded(place, appended));
        }
    }

    // --- other numbers of shards ---

    /** Some publishers write to a new topic from now on. */
    private void move(Random chance) {
        if (topics.canMove()) {
            rules = rules.withPartitioning(new Shards(1 + chance.nextInt(4)));
            topics.move(rules.partitioning());
            send(new QueueCommand.RulesChanged(rules));
            sendLevels();
        }
    }

    /** All publishers do. */
    private void switchOver() {
        if (topics.switchOver()) {
            log.tellEnds();
            sendLevels();
        }
    }

    /** The oldest topic goes if all in it is settled for good. */
    private void leave() {
        items.flush();
        var gone = topics.leave(items::areSettled);
        if (!gone.isEmpty()) {
            bounds.removeIf(bound -> gone.contains(Place.level(bound)));
            sendLevels();
        }
    }

    private void sendLevels() {
        send(new QueueCommand.LevelsChanged(topics.placed(this::recovered)));
    }

    private RecoveredLevel recovered(int level) {
        return new RecoveredLevel(items.written(level), new ReturnCounts(), 50, log.end(level));
    }

    // --- owners ---

    private QueueMachine opened(long notBefore) {
        log.nobodyReads();
        bounds.clear();
        letters.clear();
        asking.clear();
        wakeAt = Long.MAX_VALUE;
        return new QueueMachine(rules, limits, notBefore, topics.placed(this::recovered));
    }

    /** The owner goes, in order or with all it had not written; its successor is told by the sessions that live on what they hold. */
    private void changeOwner(Random chance, boolean inOrder) {
        if (inOrder) {
            send(new QueueCommand.Leaving());
            items.flush();
        }
        var survivors = SESSIONS.stream()
                .filter(session -> inOrder || chance.nextInt(3) > 0)
                .toList();
        var held = new ArrayList<Item>();
        survivors.forEach(session -> held.addAll(items.heldBy(session)));
        for (var item : items.all()) {
            if (!held.contains(item) && !item.durable && !GroupKeyItems.isPassed(item, held)) {
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

    // --- what the queue does ---

    private void send(QueueCommand command) {
        for (var effect : machine.on(command, now)) {
            carryOut(effect);
        }
    }

    private void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.Deliver(var consumer, var place, var message, var redelivered, var count) ->
                items.goes(place, consumer.id().session(), consumer.id().consumerTag(), consumer.noAck());
            case QueueEffect.AnswerGet answer -> {
                require(asking.remove(answer.session()), "an answer to no question");
                if (answer.message() != null) {
                    items.goes(answer.place(), answer.session(), "", false);
                }
            }
            case QueueEffect.DeadLetter(var place, var message, var reason) -> letters.add(place);
            case QueueEffect.ExtendBound(var bound) -> bounds.add(bound);
            case QueueEffect.WakeAt(var when) -> wakeAt = when;
            default -> log.carryOut(effect);
        }
    }

    // --- the end ---

    /** Everything on its way arrives. */
    void settleDown() {
        switchOver();
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
        if (canTake && !rules.singleActive() && items.held() < limits.unackedMessages()) {
            items.requireNoneKeptWaiting();
        }
    }

    private boolean hasCredit(Consumer consumer) {
        long held = items.heldBy(consumer.id().session()).stream()
                .filter(item -> consumer.id().consumerTag().equals(item.tag))
                .count();
        return consumer.noAck() || consumer.prefetch() == 0 || held < consumer.prefetch();
    }

    /** One consumer takes all there is; nothing is left. */
    void finish() {
        SESSIONS.forEach(this::close);
        switchOver();
        subscribe(new Consumer(new ConsumerId(LAST, "last"), 0, false, 0));
        for (int round = 0; round < items.size() + 5; round++) {
            settleReading(12);
            items.heldBy(LAST).forEach(item -> settle(item, Outcome.ACK));
        }
        items.requireAllSettled();
        require(machine.ready() == 0 && machine.unackedCount() == 0, "{} are said to be left", machine.ready());
    }
}
