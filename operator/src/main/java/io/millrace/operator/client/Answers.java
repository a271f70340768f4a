package io.millrace.operator.client;

import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Waits for the brokers and turns their errors into failures. */
final class Answers {

    /** The client gives up before this; it only guards against a client that does not. */
    private static final long LIMIT_SECONDS = 30;

    private Answers() {}

    static <T extends @Nullable Object> T await(KafkaFuture<T> future, String doing) {
        try {
            return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failure(doing, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(doing, e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw failure(doing, e);
        }
    }

    /** As {@link #await}, but errors of one class are answered with empty, as is an answer without content. */
    static <T> Optional<T> awaitUnless(
            Class<? extends ApiException> absent, KafkaFuture<? extends @Nullable T> future, String doing) {
        try {
            return Optional.ofNullable(await(future, doing));
        } catch (FailureException e) {
            if (absent.isInstance(e.getCause())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static FailureException failure(String doing, Throwable cause) {
        var message = doing + ": " + cause.getMessage();
        var retriable = cause instanceof RetriableException || !(cause instanceof ApiException);
        return new FailureException(
                retriable ? new Failure.BrokerUnavailable(message) : new Failure.Rejected(message), cause);
    }
}
