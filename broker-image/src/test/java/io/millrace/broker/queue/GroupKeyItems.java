package io.millrace.broker.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/** What became of each message, and a judge who knows of each key only which messages it has: one of them in flight at a time, in order, none lost. */
final class GroupKeyItems {
    enum State {
        READY,
        HELD,
        DYING,
        SETTLED
    }

    static final class Item {
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

    private final TreeMap<Long, Item> items = new TreeMap<>();
    private final Map<String, List<Item>> byKey = new HashMap<>();

    static void require(boolean holds, String what, @Nullable Object... of) {
        if (!holds) {
            throw new AssertionError(MessageFormatter.basicArrayFormat(what, of));
        }
    }

    /** In the order of a key's messages those of a later topic come after all of an earlier one, whenever they were published. */
    Item add(long place, String key) {
        var item = new Item(place, key);
        items.put(place, item);
        var line = byKey.computeIfAbsent(key, _ -> new ArrayList<>());
        line.add(item);
        line.sort(Comparator.comparingLong(one -> one.place));
        return item;
    }

    Item at(long place) {
        return Objects.requireNonNull(items.get(place), "no message lies there");
    }

    Collection<Item> all() {
        return items.values();
    }

    int size() {
        return items.size();
    }

    long held() {
        return all().stream().filter(item -> item.state == State.HELD).count();
    }

    List<Item> heldBy(SessionId session) {
        return all().stream()
                .filter(item -> item.state == State.HELD && session.equals(item.holder))
                .toList();
    }

    /** Whether all of a level is settled. */
    boolean areSettled(int level) {
        return all().stream().noneMatch(item -> item.state != State.SETTLED && Place.level(item.place) == level);
    }

    /** All that is settled is written. */
    void flush() {
        all().forEach(item -> item.durable |= item.state == State.SETTLED);
    }

    /** What was written of a level. */
    SettlementLedger written(int level) {
        var ledger = new SettlementLedger(0);
        for (var item : all()) {
            if (item.durable && Place.level(item.place) == level) {
                ledger.settle(Place.offset(item.place));
            }
        }
        return ledger;
    }

    /** What was delivered of a key proves that all before it was settled. */
    static boolean isPassed(Item item, List<Item> held) {
        return item.state == State.SETTLED
                && held.stream().anyMatch(other -> other.key.equals(item.key) && other.place > item.place);
    }

    /** A message is delivered. */
    void goes(long place, SessionId session, String tag, boolean noAck) {
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

    /** No key waits for another. */
    void requireNoneKeptWaiting() {
        for (var line : byKey.values()) {
            boolean isFree = line.stream().noneMatch(item -> item.state == State.HELD || item.state == State.DYING);
            line.stream()
                    .filter(item -> item.state == State.READY)
                    .findFirst()
                    .ifPresent(first -> require(!isFree, "{} of {} could go and does not", first.place, first.key));
        }
    }

    void requireAllSettled() {
        for (var item : all()) {
            require(item.state == State.SETTLED, "{} of {} is lost: it is {}", item.place, item.key, item.state);
        }
    }
}
