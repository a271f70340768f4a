package io.millrace.broker.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets what could not be published wait a moment before its queue hears of it and sends it again. */
final class Retries {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final int SECONDS = 1;

    private final Executor later = CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS);

    /** @param what is tried again, for the log */
    Publisher.Done of(QueueHandle queue, String what, Publisher.Done done) {
        return arrived -> {
            if (arrived) {
                done.done(true);
            } else {
                LOG.warn("queue {}: {} is tried again", queue.queueName(), what);
                later.execute(() -> done.done(false));
            }
        };
    }
}
