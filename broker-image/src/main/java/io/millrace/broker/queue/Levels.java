package io.millrace.broker.queue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The levels of a queue: priorities, of which the highest that has messages is served, or shards, which are served in turn. */
final class Levels {
    private final QueueLimits limits;
    private final LongPredicate held;
    private final ParkingRoom room;
    private final boolean inTurn;
    private final BitSet passed = new BitSet();
    private List<Level> levels = List.of();
    private @Nullable Level[] byNumber = new Level[0];
    private int turn;
    private int last;

    /** @param held whether a consumer has the message at a place, or it is on its way to a dead-letter exchange */
    Levels(QueueRules rules, QueueLimits limits, List<PlacedLevel> placed, LongPredicate held) {
        this.limits = limits;
        this.held = held;
        room = new ParkingRoom(limits.parkedMessages());
        inTurn = rules.partitioning() instanceof Shards;
        change(placed, rules);
    }

    /** These are the levels from now on; new ones are opened, and those that are missing have nothing unsettled. */
    void change(List<PlacedLevel> placed, QueueRules rules) {
        var shared = limits.sharedBy(placed.size());
        var before = byNumber;
        byNumber = new Level[placed.stream().mapToInt(PlacedLevel::number).max().orElse(0) + 1];
        var now = new ArrayList<Level>(placed.size());
        for (var one : placed) {
            var known = one.number() < before.length ? before[one.number()] : null;
            var level = known != null ? known : new Level(one.number(), rules, shared, room, one.state(), held);
            level.held = one.held();
            byNumber[one.number()] = level;
            now.add(level);
        }
        levels = List.copyOf(now);
        turn = 0;
        if (inTurn) {
            orderLogs(placed);
        }
    }

    /** Tells shards of those in topics that the queue had before theirs, and after. */
    private void orderLogs(List<PlacedLevel> placed) {
        for (int i = 0; i < placed.size(); i++) {
            int log = placed.get(i).log();
            levels.get(i)
                    .former
                    .change(placed.get(i).held(), of(placed, other -> other < log), of(placed, other -> other > log));
            levels.get(i).keys().formerChanged();
        }
    }

    private List<Level> of(List<PlacedLevel> placed, IntPredicate logs) {
        return placed.stream()
                .filter(one -> logs.test(one.log()))
                .map(one -> get(one.number()))
                .toList();
    }

    List<Level> all() {
        return levels;
    }

    /** The level in which a place is. */
    Level at(long place) {
        return get(Place.level(place));
    }

    void settle(Entry entry) {
        at(entry.place).settle(entry);
    }

    Level get(int number) {
        return Objects.requireNonNull(byNumber[number], "no such level");
    }

    // --- who is served ---

    /** Every level may be served again. */
    void beginRound() {
        passed.clear();
        if (inTurn) {
            levels.forEach(level -> level.keys().look());
        }
    }

    /** The level to be served next; null if none can be. */
    @Nullable
    Level served() {
        return inTurn ? nextInTurn() : highest();
    }

    /** The level that was served last cannot go on for now. Whether others may. */
    boolean passOver() {
        passed.set(last);
        return inTurn;
    }

    private @Nullable Level nextInTurn() {
        for (int i = 0; i < levels.size(); i++) {
            last = turn;
            turn = (turn + 1) % levels.size();
            var level = levels.get(last);
            if (level.keys().hasLetGo()) {
                passed.clear(last);
            }
            if (!passed.get(last) && mayBeServed(level)) {
                return level;
            }
        }
        return null;
    }

    private static boolean mayBeServed(Level level) {
        return !level.held
                && (level.window.head() != null || !level.handBacks.isEmpty())
                && !level.former.waitForHandedBack();
    }

    /** The highest level that has messages in memory; none while a higher one has some in the log only. */
    private @Nullable Level highest() {
        for (int i = levels.size() - 1; i >= 0; i--) {
            var level = levels.get(i);
            if (level.held) {
                continue;
            }
            if (level.window.size() > 0) {
                return level;
            }
            if (level.intake.isBehind()) {
                return null;
            }
        }
        return null;
    }

    /** The level from which a message goes first when there are too many: of shards that with the oldest. */
    @Nullable
    Level oldest() {
        if (!inTurn) {
            return highest();
        }
        Level found = null;
        long oldest = Long.MAX_VALUE;
        for (var level : levels) {
            var entry = level.window.oldest();
            if (entry != null && (found == null || entry.message.timestampMs() < oldest)) {
                found = level;
                oldest = entry.message.timestampMs();
            }
        }
        return found;
    }

    /** Whether nothing can go now, and nothing that could is about to come from the log. */
    boolean areEmpty() {
        return levels.stream().allMatch(Level::isEmpty);
    }

    // --- how much there is ---

    /** Whether it is known how long all messages are. */
    boolean areMeasured() {
        return levels.stream().noneMatch(level -> level.intake.isMeasuring());
    }

    long published() {
        return sum(level -> level.intake.published());
    }

    long ready() {
        return sum(Level::ready);
    }

    long readyBodyBytes() {
        return sum(Level::readyBodyBytes);
    }

    /** Messages in memory that a consumer could be given now. */
    int deliverable() {
        return (int) sum(level -> level.window.deliverable());
    }

    private long sum(ToLongFunction<Level> of) {
        long sum = 0;
        for (var level : levels) {
            sum += of.applyAsLong(level);
        }
        return sum;
    }
}
