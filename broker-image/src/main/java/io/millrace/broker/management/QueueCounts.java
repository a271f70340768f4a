package io.millrace.broker.management;

import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.cluster.TopologyAccess;
import io.millrace.broker.topology.QueueDefinition;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Asks queues how full they are. */
final class QueueCounts {
    /** Shorter than the patience for a whole request: a list shows the queues that answer. */
    private static final long PATIENCE_MS = 2_000;

    private QueueCounts() {}

    /** The counts of a queue; empty if its owner does not answer in time. */
    static CompletionStage<Optional<QueueCount>> of(TopologyAccess topology, QueueDefinition queue) {
        return of(topology, List.of(queue)).thenApply(List::getFirst);
    }

    /** The counts of all, in their order. One clock runs for all of them: there may be thousands. What depends on it does not run on a loop. */
    static CompletionStage<List<Optional<QueueCount>>> of(TopologyAccess topology, List<QueueDefinition> queues) {
        return all(queues.stream().map(queue -> ask(topology, queue)).toList());
    }

    static <T> CompletionStage<List<Optional<T>>> all(List<CompletableFuture<Optional<T>>> asked) {
        var told = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, PATIENCE_MS, TimeUnit.MILLISECONDS);
        return OffLoop.make(told, all -> asked.stream()
                .map(count -> count.getNow(Optional.empty()))
                .toList());
    }

    private static CompletableFuture<Optional<QueueCount>> ask(TopologyAccess topology, QueueDefinition queue) {
        var counted = new CompletableFuture<Optional<QueueCount>>();
        topology.handle(queue)
                .ifPresentOrElse(
                        handle -> topology.count(handle, count -> counted.complete(Optional.of(count))),
                        () -> counted.complete(Optional.empty()));
        return counted;
    }
}
