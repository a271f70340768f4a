package io.millrace.broker.cluster;

import io.millrace.broker.log.Letters;
import io.millrace.broker.log.Transactions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;

/** Transactions in memory: commits wait until the test lets them end. */
final class FakeTransactions implements Transactions {
    /** What became of a commit. */
    enum Fate {
        COMMITTED,
        ABORTED,
        /** It is in the log, but the one who committed does not hear it. */
        COMMITTED_UNHEARD
    }

    /** A commit that has not ended. */
    record UnderWay(List<Append> messages, List<Letters> notes, CompletableFuture<List<Long>> heard) {}

    /** The messages that are in the log, by topic and body. */
    final List<String> log = new ArrayList<>();

    final Map<Long, Letters> notes = new HashMap<>();
    final List<UnderWay> underWay = new ArrayList<>();
    int opened;

    @Override
    public CompletionStage<Committer> open(String name) {
        opened++;
        return CompletableFuture.completedStage(new Committer() {
            @Override
            public CompletionStage<List<Long>> commit(List<Append> messages, int slot, List<Letters> noted) {
                var one = new UnderWay(messages, noted, new CompletableFuture<>());
                underWay.add(one);
                return one.heard();
            }

            @Override
            public void close() {}
        });
    }

    void end(Fate fate) {
        var one = underWay.removeFirst();
        if (fate != Fate.ABORTED) {
            one.messages()
                    .forEach(append -> log.add(
                            append.target().topic() + ":" + append.message().body()[0]));
            one.notes().forEach(note -> notes.put(note.qid(), note));
            notes.values().removeIf(note -> note.places().isEmpty());
        }
        if (fate == Fate.COMMITTED) {
            one.heard()
                    .complete(LongStream.range(0, one.messages().size()).boxed().toList());
        } else {
            one.heard().completeExceptionally(new IllegalStateException("time is over"));
        }
    }

    @Override
    public CompletionStage<Void> abortOngoing(String prefix) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Map<Long, Letters>> letters(int slot, String name) {
        return CompletableFuture.completedStage(Map.copyOf(notes));
    }
}
