package io.millrace.broker.log.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Waits for the leaders of a new topic: a batch that comes before one is ready is refused and sent again; one behind it that is taken meanwhile makes its sequence
 * number wrong for ever, for a new partition takes any as the first.
 */
final class TopicLeaders {
    private static final long FIRST_AGAIN_MS = 2;
    private static final long LAST_AGAIN_MS = 50;

    /** Nodes learn of a topic after the controller has answered: after milliseconds at rest, after seconds on a machine that has much else to do. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Admin admin;

    TopicLeaders(Admin admin) {
        this.admin = admin;
    }

    /** Ends when the leader of each partition answers; fails when one does not for 30 s. */
    CompletionStage<Void> answer(String topic, int partitions) {
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        return ask(ends, System.nanoTime() + PATIENCE_NANOS, FIRST_AGAIN_MS);
    }

    private CompletionStage<Void> ask(Map<TopicPartition, OffsetSpec> ends, long deadline, long againMs) {
        return admin.listOffsets(ends)
                .all()
                .toCompletionStage()
                .handle((offsets, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    var cause = KafkaTopics.unwrap(failure);
                    if (cause instanceof RetriableException && System.nanoTime() < deadline) {
                        var later = CompletableFuture.delayedExecutor(againMs, TimeUnit.MILLISECONDS);
                        long nextMs = Math.min(2 * againMs, LAST_AGAIN_MS);
                        return CompletableFuture.supplyAsync(() -> ask(ends, deadline, nextMs), later)
                                .thenCompose(asked -> asked);
                    }
                    return CompletableFuture.<Void>failedFuture(new CompletionException(cause));
                })
                .thenCompose(answered -> answered);
    }
}
