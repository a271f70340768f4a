package io.millrace.broker.log.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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
    private static final long AGAIN_MS = 10;

    /** Nodes learn of a topic after the controller has answered: after milliseconds at rest, after seconds on a machine that has much else to do. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Executor LATER = CompletableFuture.delayedExecutor(AGAIN_MS, TimeUnit.MILLISECONDS);

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
        return ask(ends, System.nanoTime() + PATIENCE_NANOS);
    }

    private CompletionStage<Void> ask(Map<TopicPartition, OffsetSpec> ends, long deadline) {
        return admin.listOffsets(ends)
                .all()
                .toCompletionStage()
                .handle((offsets, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    var cause = KafkaTopics.unwrap(failure);
                    if (cause instanceof RetriableException && System.nanoTime() < deadline) {
                        return CompletableFuture.supplyAsync(() -> ask(ends, deadline), LATER)
                                .thenCompose(asked -> asked);
                    }
                    return CompletableFuture.<Void>failedFuture(new CompletionException(cause));
                })
                .thenCompose(answered -> answered);
    }
}
