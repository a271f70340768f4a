package io.millrace.broker.management;

import io.millrace.broker.cluster.QueueCount;
import io.millrace.broker.cluster.TopologyAccess;
import io.millrace.broker.topology.QueueDefinition;
import java.util.ArrayList;
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
        var handle = topology.handle(queue);
        if (handle.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        var counted = new CompletableFuture<Optional<QueueCount>>();
        topology.count(handle.get(), count -> counted.complete(Optional.of(count)));
        return counted.completeOnTimeout(Optional.empty(), PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /** The counts of all, in their order. */
    static CompletionStage<List<Optional<QueueCount>>> of(TopologyAccess topology, List<QueueDefinition> queues) {
        var asked = new ArrayList<CompletableFuture<Optional<QueueCount>>>(queues.size());
        queues.forEach(queue -> asked.add(of(topology, queue).toCompletableFuture()));
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
    }
}
