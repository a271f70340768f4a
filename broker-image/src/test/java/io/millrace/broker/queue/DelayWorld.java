package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A queue of delayed messages in a log and a time of its own: all that is asked of the world happens a few milliseconds later. */
final class DelayWorld {
    private static final long APPEND_MS = 2;
    private static final long READ_MS = 20;
    private static final int BATCH = 5;

    /** A message that was released: what it said it was, and when. */
    record Released(Message message, long whenMs) {}

    final List<Released> released = new ArrayList<>();
    long now = 1_000_000;

    /** Copies fail while this is set. */
    boolean logFails;

    /** How many messages were written, first or again. */
    int appends;

    private final QueueLimits limits;
    private final List<List<Message>> log = new ArrayList<>();
    private final TreeMap<Long, List<Runnable>> agenda = new TreeMap<>();
    private final Map<Integer, Long> reading = new HashMap<>();
    private QueueMachine machine;
    private int life;

    DelayWorld(QueueLimits limits) {
        this.limits = limits;
        for (int level = 0; level < Delays.LEVELS; level++) {
            log.add(new ArrayList<>());
        }
        machine = machine(level -> new SettlementLedger(0));
    }

    private interface Ledgers {
        SettlementLedger of(int level);
    }

    private QueueMachine machine(Ledgers ledgers) {
        var recovered = new ArrayList<RecoveredLevel>();
        for (int level = 0; level < Delays.LEVELS; level++) {
            recovered.add(new RecoveredLevel(
                    ledgers.of(level), new ReturnCounts(), 0, log.get(level).size()));
        }
        return new QueueMachine(
                QueueRules.plain(true).withPartitioning(Delays.BY_REST), limits, recovered, now + 5_000);
    }

    QueueMachine machine() {
        return machine;
    }

    void publish(long delayMs) {
        append(Delays.held(DelaysTest.delayed(delayMs, now)));
    }

    private void append(Message message) {
        int level = Delays.BY_REST.levelOf(message);
        var part = log.get(level);
        part.add(message);
        appends++;
        send(new QueueCommand.Appended(Place.of(level, part.size() - 1), message));
    }

    /** The next owner takes the queue over, with what was settled; nothing the last one asked for comes back. */
    void restart() {
        var last = machine;
        agenda.clear();
        reading.clear();
        life++;
        machine = machine(level -> last.levels().get(level).ledger());
        send(new QueueCommand.Tick());
    }

    /** Time passes. */
    void pass(long ms) {
        long until = now + ms;
        while (!agenda.isEmpty() && agenda.firstKey() <= until) {
            var next = agenda.pollFirstEntry();
            now = next.getKey();
            next.getValue().forEach(Runnable::run);
        }
        now = until;
    }

    private void in(long ms, Runnable task) {
        int ofLife = life;
        agenda.computeIfAbsent(now + ms, time -> new ArrayList<>()).add(() -> {
            if (ofLife == life) {
                task.run();
            }
        });
    }

    private void send(QueueCommand command) {
        machine.on(command, now).forEach(this::carryOut);
    }

    private void carryOut(QueueEffect effect) {
        switch (effect) {
            case QueueEffect.Release(var place, var message) ->
                in(APPEND_MS, () -> {
                    if (!logFails) {
                        released.add(new Released(message, now));
                    }
                    send(new QueueCommand.Forwarded(place, !logFails));
                });
            case QueueEffect.Defer(var place, var message) ->
                in(APPEND_MS, () -> {
                    if (!logFails) {
                        append(Delays.deferred(message, now));
                    }
                    send(new QueueCommand.Forwarded(place, !logFails));
                });
            case QueueEffect.WakeAt(var whenMs) -> in(Math.max(1, whenMs - now), () -> send(new QueueCommand.Tick()));
            case QueueEffect.StartFetch(var place) -> {
                reading.putIfAbsent(Place.level(place), Place.offset(place));
                readSoon(Place.level(place));
            }
            case QueueEffect.PauseFetch(var level) -> {
                // what is on its way comes, and no more is read until the window is low
            }
            case QueueEffect.StopFetch(var level) -> reading.remove(level);
            default -> throw new AssertionError(effect);
        }
    }

    private void readSoon(int level) {
        in(READ_MS, () -> read(level));
    }

    private void read(int level) {
        var from = reading.get(level);
        var part = log.get(level);
        if (from == null || from >= part.size()) {
            return;
        }
        var arrivals = new ArrayList<Arrival>();
        long next = from;
        while (next < part.size() && arrivals.size() < BATCH) {
            arrivals.add(new Arrival(Place.of(level, next), part.get((int) next)));
            next++;
        }
        reading.put(level, next);
        send(new QueueCommand.Fetched(Place.of(level, from), arrivals, Place.of(level, next)));
        if (reading.containsKey(level) && !machine.levels().get(level).window.isFull()) {
            readSoon(level);
        }
    }
}
