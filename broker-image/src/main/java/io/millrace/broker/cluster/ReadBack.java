package io.millrace.broker.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Waits until a log that is followed has been read up to an offset. Thread-safe. */
final class ReadBack {
    private record Waiting(long offset, CompletableFuture<Void> heard) {}

    private final Map<Integer, Long> read = new HashMap<>();
    private final Map<Integer, List<Waiting>> waiting = new HashMap<>();

    /** Ends when the record at {@code offset} of a partition has been read. */
    CompletionStage<Void> upTo(int partition, long offset) {
        var one = new Waiting(offset, new CompletableFuture<>());
        synchronized (this) {
            if (read.getOrDefault(partition, -1L) >= offset) {
                return CompletableFuture.completedStage(null);
            }
            waiting.computeIfAbsent(partition, _ -> new ArrayList<>()).add(one);
        }
        return one.heard();
    }

    /** The record at {@code offset} of a partition has been read, and all before it. */
    void read(int partition, long offset) {
        List<Waiting> heard;
        synchronized (this) {
            read.put(partition, offset);
            var here = waiting.get(partition);
            if (here == null) {
                return;
            }
            heard = here.stream().filter(one -> one.offset() <= offset).toList();
            here.removeAll(heard);
            if (here.isEmpty()) {
                waiting.remove(partition);
            }
        }
        heard.forEach(one -> one.heard().complete(null));
    }
}
