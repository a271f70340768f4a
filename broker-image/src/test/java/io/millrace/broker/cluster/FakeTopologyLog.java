package io.millrace.broker.cluster;

import io.millrace.broker.log.TopologyLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The topology log in memory: whoever follows it has read everything by the time that it is written. */
final class FakeTopologyLog implements TopologyLog {
    private record Written(long epoch, List<Entry> entries) {}

    /** A claim that is on its way until a test says what becomes of it. */
    record Held(long epoch, CompletableFuture<Long> answer) {}

    /** What was written, claims without entries. */
    private final List<Written> written = new ArrayList<>();

    private final List<Replay> followers = new ArrayList<>();

    /** Appends are written, and nobody hears of it, while this is set. */
    boolean answersGetLost;

    /** Claims are held back while this is set. */
    boolean claimsAreHeld;

    /** The claims that were held back, the oldest first. */
    final List<Held> heldClaims = new ArrayList<>();

    void follow(Replay follower) {
        followers.add(follower);
        for (int offset = 0; offset < written.size(); offset++) {
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

    /** Writes every claim that was held back. */
    void releaseClaims() {
        claimsAreHeld = false;
        for (var held : heldClaims) {
            write(held.epoch(), List.of()).thenAccept(held.answer()::complete);
        }
        heldClaims.clear();
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
        followers.forEach(follower -> tell(follower, offset));
        return answersGetLost
                ? CompletableFuture.failedStage(new IllegalStateException("timed out"))
                : CompletableFuture.completedStage((long) offset);
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
