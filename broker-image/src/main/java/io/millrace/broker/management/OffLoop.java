package io.millrace.broker.management;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Where lists are made of what pods and queues have told: the loop on which the last answer comes has clients to serve. */
final class OffLoop {
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("management").start(task);

    private OffLoop() {}

    /** Makes it on a thread of its own, on which all that depends on it goes on. */
    static <T, R> CompletionStage<R> make(CompletionStage<T> told, Function<T, R> list) {
        return told.thenApplyAsync(list, THREADS);
    }
}
