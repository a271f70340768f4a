package io.millrace.broker.cluster;

import io.millrace.broker.log.Letters;
import io.millrace.broker.log.Transactions;
import io.millrace.broker.model.Message;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dead letters of one slot that leave their queues and reach others exactly once: a transaction holds the copies and a note of where the originals lie, so
 * that every later owner counts those as settled exactly if the copies are there. The slot log, which is written later and apart, takes the place of the
 * note. On the slot's loop only.
 *
 * <p>Who owns a slot by an older claim must not commit: an owner commits only after it has read back from the slot log, once nobody else could commit, that
 * its claim is still the newest; a newer owner makes it impossible to commit before it reads the notes.
 */
final class LetterBox {
    private static final Logger LOG = LoggerFactory.getLogger(LetterBox.class);
    private static final int LETTERS_AT_MOST = 500;
    private static final long BYTES_AT_MOST = 4 << 20;
    private static final int RETRY_MS = 500;
    private static final int TIDY_MS = 1_000;

    /** What a letter box needs of the slot it belongs to. */
    interface Ground {
        /** Ends, on any thread, with whether this owner's claim is still the newest, when the slot log was read to where it is now. */
        CompletionStage<Boolean> confirm();
    }

    private record Posted(long qid, long place, List<Appending> copies) {}

    /** What is noted of one queue. */
    private static final class Noted {
        /** Committed, and perhaps not settled in the slot log. */
        final Set<Long> places = new HashSet<>();

        /** Those of them that are being written to the slot log. */
        final Set<Long> beingWritten = new HashSet<>();

        /** Whether the note in the log names places that are none of these any more. */
        boolean isOld;

        /** Run once it does not. */
        final List<Runnable> whenTrue = new ArrayList<>();

        boolean isEmpty() {
            return places.isEmpty() && !isOld && whenTrue.isEmpty();
        }
    }

    private final int slot;
    private final EventLoop loop;
    private final Transactions transactions;
    private final Publisher publisher;
    private final Ground ground;
    private final ArrayDeque<Posted> waiting = new ArrayDeque<>();
    private final Map<Long, Noted> noted = new HashMap<>();
    private List<Posted> doubtful = List.of();
    private Transactions.@Nullable Committer committer;
    private boolean busy;
    private boolean tidyLater;
    private boolean tidyNow;
    private boolean closed;

    LetterBox(int slot, EventLoop loop, Transactions transactions, Publisher publisher, Ground ground) {
        this.slot = slot;
        this.loop = loop;
        this.transactions = transactions;
        this.publisher = publisher;
        this.ground = ground;
    }

    /** Under which the owner of a slot commits. */
    static String name(int slot) {
        return "amqp.dl." + slot;
    }

    /** Looks up what earlier owners have dead-lettered, which nobody can any more; {@code then} hears it, by queue, before anything is posted. */
    void readNotes(Consumer<Map<Long, Letters>> then) {
        busy = true;
        transactions
                .letters(slot, name(slot))
                .whenComplete((letters, failure) -> loop.execute(() -> {
                    if (closed) {
                        return;
                    }
                    if (failure != null) {
                        LOG.warn("slot {}: dead letters are looked up again: {}", slot, failure.toString());
                        loop.schedule(() -> readNotes(then), RETRY_MS, TimeUnit.MILLISECONDS);
                        return;
                    }
                    letters.forEach((qid, one) -> of(qid).places.addAll(one.places()));
                    then.accept(letters);
                    ready();
                }));
    }

    /**
     * Sends a letter. What is not for the log itself, as a queue in memory or one that may refuse it, has it first: should this pod end then, it has it twice.
     *
     * @param qid of the queue it comes from
     * @param place where it lies there
     * @param done told, on any thread, when it lies in all its queues, or to send it again
     */
    void post(long qid, long place, Message letter, Publisher.Route route, Publisher.Done done) {
        var elsewhere = route.beyondLog();
        if (elsewhere.isEmpty()) {
            postToLog(qid, place, letter, route, done);
        } else {
            publisher.publish(
                    letter,
                    elsewhere,
                    slot,
                    arrived -> loop.execute(() -> {
                        var inLog = route.inLog();
                        if (arrived && !inLog.isEmpty()) {
                            postToLog(qid, place, letter, inLog, done);
                        } else {
                            done.done(arrived);
                        }
                    }));
        }
    }

    private void postToLog(long qid, long place, Message letter, Publisher.Route route, Publisher.Done done) {
        var copies = new ArrayList<Appending>();
        publisher.publish(
                letter,
                route,
                (target, message, listener) -> copies.add(new Appending(target, message, listener)),
                done);
        waiting.add(new Posted(qid, place, copies));
        goOn();
    }

    /** One thing at a time. */
    private void goOn() {
        if (busy || closed) {
            return;
        }
        boolean isTidy = !tidyNow || noted.values().stream().noneMatch(note -> note.isOld);
        if (waiting.isEmpty() && doubtful.isEmpty() && isTidy) {
            return;
        }
        busy = true;
        if (committer == null) {
            open();
        } else {
            commit(committer);
        }
    }

    // --- who may commit ---

    private record Opened(Map<Long, Letters> notes, Transactions.Committer committer) {}

    private void open() {
        requireMine()
                .thenCompose(_ -> transactions.letters(slot, name(slot)))
                .thenCompose(notes -> transactions.open(name(slot)).thenApply(one -> new Opened(notes, one)))
                .thenCompose(opened -> requireMine()
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                opened.committer().close();
                            }
                        })
                        .thenApply(_ -> opened))
                .whenComplete((opened, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        later("dead letters wait: " + failure);
                    } else if (closed) {
                        opened.committer().close();
                    } else {
                        committer = opened.committer();
                        resolve(opened.notes());
                        ready();
                    }
                }));
    }

    private CompletionStage<Boolean> requireMine() {
        return ground.confirm().thenApply(mine -> {
            if (!mine) {
                throw new IllegalStateException("the slot has another owner");
            }
            return true;
        });
    }

    /** A commit that failed may be in the log nevertheless; the notes tell. */
    private void resolve(Map<Long, Letters> notes) {
        var posted = doubtful;
        doubtful = List.of();
        for (var one : posted) {
            var note = notes.get(one.qid());
            boolean arrived = note != null && note.places().contains(one.place());
            if (arrived) {
                of(one.qid()).places.add(one.place());
            }
            Appending.ended(one.copies(), arrived ? null : "the transaction failed");
        }
    }

    private void later(String why) {
        LOG.warn("slot {}: {}", slot, why);
        loop.schedule(this::ready, RETRY_MS, TimeUnit.MILLISECONDS);
    }

    private void ready() {
        busy = false;
        goOn();
    }

    private void giveUpCommitter() {
        if (committer != null) {
            committer.close();
            committer = null;
        }
    }

    // --- transactions ---

    /** Sends what waits, and replaces notes that are not true any more. */
    private void commit(Transactions.Committer by) {
        tidyNow = false;
        var batch = new ArrayList<Posted>();
        var copies = new ArrayList<Appending>();
        long bytes = 0;
        while (!waiting.isEmpty() && batch.size() < LETTERS_AT_MOST && bytes < BYTES_AT_MOST) {
            var next = waiting.remove();
            batch.add(next);
            copies.addAll(next.copies());
            bytes += Appending.bytes(next.copies());
        }
        var notes = notes(batch);
        var heard = new ArrayList<Runnable>();
        var renewed = noted.values().stream().filter(one -> one.isOld).toList();
        for (var one : renewed) {
            one.isOld = false;
            heard.addAll(one.whenTrue);
        }
        by.commit(Appending.messages(copies), slot, notes)
                .whenComplete((offsets, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        giveUpCommitter();
                        doubtful = batch;
                        renewed.forEach(one -> one.isOld = true);
                        tidyNow = !renewed.isEmpty();
                        later("a transaction of %d dead letters failed: %s".formatted(batch.size(), failure));
                        return;
                    }
                    batch.forEach(one -> of(one.qid()).places.add(one.place()));
                    Appending.appended(copies, offsets);
                    heard.forEach(Runnable::run);
                    renewed.forEach(one -> one.whenTrue.removeAll(heard));
                    noted.values().removeIf(Noted::isEmpty);
                    ready();
                }));
    }

    /** What is to be noted: the letters of a batch, those before that the slot log may not know of yet, and nothing else. */
    private List<Letters> notes(List<Posted> batch) {
        var places = new LinkedHashMap<Long, Set<Long>>();
        noted.forEach((qid, one) -> {
            if (one.isOld) {
                places.put(qid, new HashSet<>(one.places));
            }
        });
        for (var one : batch) {
            places.computeIfAbsent(one.qid(), qid -> new HashSet<>(of(qid).places))
                    .add(one.place());
        }
        return places.entrySet().stream()
                .map(one -> Letters.of(one.getKey(), one.getValue()))
                .toList();
    }

    private Noted of(long qid) {
        return noted.computeIfAbsent(qid, _ -> new Noted());
    }

    // --- the slot log takes the place of the notes ---

    /** What is settled of a queue is being written to the slot log. */
    void writing(long qid, LongPredicate isSettled) {
        var one = noted.get(qid);
        if (one != null) {
            one.places.stream().filter(isSettled::test).forEach(one.beingWritten::add);
        }
    }

    /** What {@link #writing} told of is replicated, or is to be written again. */
    void written(long qid, boolean replicated) {
        var one = noted.get(qid);
        if (one == null) {
            return;
        }
        if (replicated && one.places.removeAll(one.beingWritten)) {
            one.isOld = true;
            tidyLater();
        }
        one.beingWritten.clear();
    }

    /** Notes are replaced by transactions only, for who does not own the slot any more must not; letters that come soon do it by the way. */
    private void tidyLater() {
        if (!tidyLater) {
            tidyLater = true;
            loop.schedule(
                    () -> {
                        tidyLater = false;
                        tidy();
                    },
                    TIDY_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void tidy() {
        tidyNow = true;
        goOn();
    }

    /** The places of a queue mean nothing any more, as it was rewound or deleted; {@code then} runs once no note says otherwise. */
    void forget(long qid, Runnable then) {
        if (!noted.containsKey(qid) && !busy) {
            then.run();
            return;
        }
        var one = of(qid);
        one.places.clear();
        one.isOld = true;
        one.whenTrue.add(then);
        tidy();
    }

    /** Sends nothing more. What is under way is for the next owner to find, or not. */
    void close() {
        closed = true;
        waiting.clear();
        giveUpCommitter();
    }
}
