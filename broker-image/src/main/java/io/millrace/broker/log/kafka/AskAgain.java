package io.millrace.broker.log.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks nodes about what may be new. They learn of a topic after the controller has answered, or another node has: after milliseconds at rest, after seconds on a machine that
 * has much else to do.
 *
 * @param patienceMs for how long a node that does not know is asked again
 * @param isWorthIt whether a failure may be one of not knowing yet
 */
record AskAgain(long patienceMs, Predicate<Throwable> isWorthIt) {
    private static final long FIRST_AGAIN_MS = 2;
    private static final long LAST_AGAIN_MS = 50;

    /** Ends with the first answer; fails with what is not worth asking again, or was the last failure in time. */
    <T> CompletionStage<T> until(Supplier<CompletionStage<T>> question) {
        return ask(question, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs), FIRST_AGAIN_MS);
    }

    private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question, long deadline, long againMs) {
        return question.get().exceptionallyCompose(failure -> {
            var cause = KafkaTopics.unwrap(failure);
            if (isWorthIt.test(cause) && System.nanoTime() - deadline < 0) {
                var later = CompletableFuture.delayedExecutor(againMs, TimeUnit.MILLISECONDS);
                long nextMs = Math.min(2 * againMs, LAST_AGAIN_MS);
                return CompletableFuture.supplyAsync(() -> ask(question, deadline, nextMs), later)
                        .thenCompose(asked -> asked);
            }
            return CompletableFuture.failedStage(new CompletionException(cause));
        });
    }
}
