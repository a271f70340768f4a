package io.millrace.broker.cluster;

import io.millrace.broker.log.TopologyLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The topology log in memory: whoever follows it has read everything by the time that it is written, unless a test says otherwise. */
final class FakeTopologyLog implements TopologyLog {
    private record Written(long epoch, List<Entry> entries) {}

    /** A claim that is on its way until a test says what becomes of it. */
    record Held(long epoch, CompletableFuture<Long> answer) {}

    /** What was written, claims without entries. */
    private final List<Written> written = new ArrayList<>();

    private final List<Replay> followers = new ArrayList<>();
    private int read;

    /** Nobody reads what is written while this is set. */
    boolean nobodyReads;

    /** Appends are written, and nobody hears of it, while this is set. */
    boolean answersGetLost;

    /** Claims are held back while this is set. */
    boolean claimsAreHeld;

    /** The claims that were held back, the oldest first. */
    final List<Held> heldClaims = new ArrayList<>();

    void follow(Replay follower) {
        followers.add(follower);
        for (int offset = 0; offset < read; offset++) {
            tell(follower, offset);
        }
    }

    private void tell(Replay follower, int offset) {
        var one = written.get(offset);
        if (one.entries().isEmpty()) {
            follower.claimed(offset, one.epoch());
        }
        one.entries().forEach(entry -> follower.entry(offset, one.epoch(), entry));
    }

    @Override
    public CompletionStage<Long> claim(String pod, long epoch) {
        if (claimsAreHeld) {
            var held = new Held(epoch, new CompletableFuture<>());
            heldClaims.add(held);
            return held.answer();
        }
        return write(epoch, List.of());
    }

    /** Writes every claim that was held back, and answers. */
    void releaseClaims() {
        writeClaims().forEach(Runnable::run);
    }

    /** Writes every claim that was held back; returns what answers. */
    List<Runnable> writeClaims() {
        claimsAreHeld = false;
        var answers = new ArrayList<Runnable>();
        for (var held : heldClaims) {
            write(held.epoch(), List.of())
                    .thenAccept(offset -> answers.add(() -> held.answer().complete(offset)));
        }
        heldClaims.clear();
        return answers;
    }

    /** What was held back fails, and is not written. */
    void failClaims() {
        var failing = List.copyOf(heldClaims);
        heldClaims.clear();
        failing.forEach(held -> held.answer().completeExceptionally(new IllegalStateException("timed out")));
    }

    @Override
    public CompletionStage<Long> append(long epoch, List<Entry> entries) {
        return write(epoch, entries);
    }

    private CompletionStage<Long> write(long epoch, List<Entry> entries) {
        written.add(new Written(epoch, entries));
        int offset = written.size() - 1;
        if (!nobodyReads) {
            readOn();
        }
        return answersGetLost
                ? CompletableFuture.failedStage(new IllegalStateException("timed out"))
                : CompletableFuture.completedStage((long) offset);
    }

    /** Everybody reads all that is written by now, and what is written from now on. */
    void readOn() {
        nobodyReads = false;
        while (read < written.size()) {
            int offset = read++;
            followers.forEach(follower -> tell(follower, offset));
        }
    }

    /** How many appends and claims were written. */
    int size() {
        return written.size();
    }

    /** Those that are written by now, with values, that begin so. */
    List<String> keys(String prefix) {
        var keys = new ArrayList<String>();
        written.stream().flatMap(one -> one.entries().stream()).forEach(entry -> {
            keys.remove(entry.key());
            if (entry.value() != null && entry.key().startsWith(prefix)) {
                keys.add(entry.key());
            }
        });
        return keys;
    }
}
