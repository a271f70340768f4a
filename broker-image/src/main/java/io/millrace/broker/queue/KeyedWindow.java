package io.millrace.broker.queue;

import io.millrace.broker.model.LongString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The window of a shard: of each group key the first message may go, once the one before it is settled. What waits behind held keys fills at most half of the window;
 * of the rest only the place is kept (it is parked), so that messages of other keys are read, and it is read again from the log when its turn comes.
 */
final class KeyedWindow implements ReadyWindow {
    /** What an earlier owner delivered, as a new one finds it. */
    interface Found {
        /** Somebody held or settled this message; it counts as taken from here. */
        void delivered(Entry entry);

        /** This message was settled: a later one of its key was delivered. */
        void passed(long place, int bytes);
    }

    private final ParkingRoom room;
    private final boolean parks;
    private final BooleanSupplier readsOn;
    private final LongPredicate handedBack;
    private final FormerKeys former;
    private final KeyLines lines;
    private final TreeSet<Long> wanted = new TreeSet<>();
    private final Map<LongString, Long> passedBelow = new HashMap<>();
    private final Map<Long, Integer> passed = new HashMap<>();
    private boolean waitsForUnread;
    private boolean letGo;

    /**
     * @param room what the shards of a queue share
     * @param parks whether messages lie in a log from which they can be read again
     * @param readsOn whether the log is to be read on however much there is in memory
     * @param handedBack whether a session has told of the message at this place: it is never parked
     * @param former what lies in other topics of the queue
     */
    KeyedWindow(
            QueueLimits limits,
            ParkingRoom room,
            boolean parks,
            BooleanSupplier readsOn,
            LongPredicate handedBack,
            FormerKeys former) {
        this.former = former;
        lines = new KeyLines(limits, room, former::gone);
        this.room = room;
        this.parks = parks;
        this.readsOn = readsOn;
        this.handedBack = handedBack;
    }

    // --- coming and going ---

    @Override
    public void addFresh(Entry entry) {
        var key = Shards.keyOf(entry.message);
        if (entry.place < passedBelow.getOrDefault(key, -1L)) {
            passed.put(entry.place, entry.message.sizeBytes());
            return;
        }
        lines.change(lines.findOrBegin(key), line -> {
            if (line.isUnused() && former.mayHave(key)) {
                line.waitForFormer();
                waitsForUnread |= former.areUnread();
            }
            if (isToBeParked(line, entry)) {
                line.park(entry);
            } else {
                line.add(entry);
            }
        });
    }

    private boolean isToBeParked(KeyLine line, Entry entry) {
        if (!parks || handedBack.test(entry.place)) {
            return false;
        }
        boolean holdsOthersUp = line.held > 0 ? !lines.heldFillLessThan(2) : readsOn.getAsBoolean();
        return line.parked() > 0 || (holdsOthersUp && room.isLeft() && !lines.fillLessThan(2));
    }

    @Override
    public void addReturned(Entry entry) {
        entry.returned = true;
        lines.change(lineOf(entry), line -> {
            line.held--;
            line.add(entry);
        });
    }

    @Override
    public void settled(Entry entry) {
        lines.change(lineOf(entry), line -> line.held--);
    }

    private static KeyLine lineOf(Entry entry) {
        return Objects.requireNonNull(entry.line, "it was never taken from here");
    }

    @Override
    public @Nullable Entry head() {
        var line = lines.firstReady();
        return line == null ? null : line.first();
    }

    @Override
    public Entry take() {
        return take(Objects.requireNonNull(lines.firstReady()));
    }

    @Override
    public @Nullable Entry oldest() {
        var line = lines.oldest();
        return line == null ? null : line.first();
    }

    @Override
    public Entry takeOldest() {
        return take(Objects.requireNonNull(lines.oldest()));
    }

    private Entry take(KeyLine of) {
        var first = of.first();
        lines.change(of, line -> {
            line.removeFirst();
            line.held++;
        });
        return first;
    }

    @Override
    public void drain(BiConsumer<Long, Integer> settle) {
        for (var line : lines.list()) {
            lines.change(line, one -> one.drainBelow(Long.MAX_VALUE, settle));
        }
        wanted.clear();
    }

    @Override
    public void clear() {
        drain((place, size) -> {});
    }

    // --- other topics of the queue ---

    /** Whether anything of a key waits or is held here. */
    boolean has(LongString key) {
        return lines.find(key) != null;
    }

    /** Of this key there is nothing any more in one of the earlier topics. */
    void earlierGone(LongString key) {
        var line = lines.find(key);
        if (line != null) {
            letGo(line);
        }
    }

    private void letGo(KeyLine line) {
        if (line.waitsForFormer() && !former.mayHave(line.key)) {
            lines.change(line, KeyLine::formerGone);
            letGo = true;
        }
    }

    /** Whether something has been let go since the last call. */
    boolean hasLetGo() {
        boolean had = letGo;
        letGo = false;
        return had;
    }

    /** What earlier topics there are has changed. */
    void formerChanged() {
        waitsForUnread = true;
    }

    /** Lets go what waits for earlier topics until they are read, when they are. */
    void look() {
        if (waitsForUnread && !former.areUnread()) {
            waitsForUnread = false;
            lines.list().forEach(this::letGo);
        }
    }

    /** Below {@code end} all of a key is settled, for one in a later topic was delivered. */
    void pass(LongString key, long end) {
        passedBelow.put(key, end);
        var line = lines.find(key);
        if (line != null) {
            lines.change(line, one -> one.drainBelow(end, passed::put));
            wanted.removeAll(passed.keySet());
        }
    }

    /** Takes out what is settled because of {@link #pass}. */
    void drainPassed(BiConsumer<Long, Integer> settle) {
        passed.forEach(settle);
        passed.clear();
    }

    // --- what is read again ---

    /** Keeps the places only of what fills more than its half of the window behind held keys. */
    void park() {
        long before = Long.MAX_VALUE;
        while (parks && room.isLeft() && lines.heldFillMoreThan(2)) {
            var line = lines.heldBefore(before);
            if (line == null) {
                return;
            }
            before = line.firstPlace();
            lines.change(line, one -> {
                while (lines.heldFillMoreThan(2, one) && one.parkLast(handedBack)) {
                    // until it is enough
                }
            });
        }
    }

    /** The first place that is to be read again; -1 if none is for now. */
    long firstWanted() {
        long first = wanted.isEmpty() ? Long.MAX_VALUE : wanted.first();
        var hungry = lines.firstHungry();
        if (hungry != null && mayFeedTheHungry()) {
            first = Math.min(first, hungry.firstPlace());
        }
        var held = lines.firstHeldHungry();
        if (held != null && lines.heldFillLessThan(4) && lines.fillLessThan(1)) {
            first = Math.min(first, held.firstPlace());
        }
        return first == Long.MAX_VALUE ? -1 : first;
    }

    /** However much is in memory: where nothing can go otherwise, one of each goes. */
    private boolean mayFeedTheHungry() {
        return lines.fillLessThan(1) || lines.firstReady() == null;
    }

    /** A message was read again, for whoever wants it. */
    void readAgain(Entry entry) {
        var line = lines.find(Shards.keyOf(entry.message));
        if (line == null) {
            return;
        }
        if (wanted.remove(entry.place) || (line.isFirstParked(entry.place) && hasRoomFor(line))) {
            lines.change(line, one -> {
                if (one.unpark(entry.place)) {
                    one.add(entry);
                }
            });
        }
    }

    private boolean hasRoomFor(KeyLine line) {
        if (line.held > 0) {
            return lines.heldFillLessThan(2) && lines.fillLessThan(1);
        }
        return line.isHungry() ? mayFeedTheHungry() : lines.fillLessThan(2);
    }

    /** Between these places (the second exclusive) the log has nothing any more: who waits for something there is told. */
    void nothingBetween(long from, long to, BiConsumer<Long, Integer> gone) {
        if (from == to) {
            return;
        }
        for (var line : lines.hungryBetween(from, to)) {
            lines.change(line, one -> one.drainParkedBelow(to, gone));
        }
        wanted.subSet(from, to).clear();
    }

    // --- what an earlier owner delivered ---

    /** Whether something that was handed back has first to be read again. */
    boolean wantsHandedBack() {
        if (wanted.isEmpty()) {
            for (var line : lines.list()) {
                wanted.addAll(line.parkedAmong(handedBack));
            }
        }
        return !wanted.isEmpty();
    }

    /**
     * Takes out all that was handed back.
     *
     * @param passesEarlier whether a message of a key that was delivered proves that those before it were settled
     */
    void findHandedBack(boolean passesEarlier, Found found) {
        for (var line : lines.list()) {
            List<Entry> delivered = new ArrayList<>();
            lines.change(line, one -> {
                delivered.addAll(one.takeAmong(handedBack));
                one.held += delivered.size();
                if (passesEarlier && !delivered.isEmpty()) {
                    one.drainBelow(delivered.getLast().place, found::passed);
                }
            });
            if (passesEarlier && !delivered.isEmpty()) {
                former.passed(line.key);
            }
            delivered.forEach(found::delivered);
        }
    }

    // --- how much there is ---

    @Override
    public int size() {
        return (int) lines.inMemory() + lines.parked();
    }

    /** Those of them that are known by their place only. */
    int parked() {
        return lines.parked();
    }

    @Override
    public int deliverable() {
        return (int) lines.deliverable();
    }

    @Override
    public long bodyBytes() {
        return lines.bodyBytes();
    }

    @Override
    public boolean isFull() {
        return (lines.parked() > 0 && !room.isLeft())
                || ((!lines.fillLessThan(1) || former.areUnread()) && !readsOn.getAsBoolean());
    }

    @Override
    public boolean isLow() {
        return !isFull() && (readsOn.getAsBoolean() || lines.deliverableFillAtMost(4));
    }

    @Override
    public boolean awaitsBodies() {
        return lines.firstHungry() != null || !wanted.isEmpty();
    }
}
