package io.millrace.operator.client;

import io.millrace.operator.status.FailureException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gathers what many threads ask into few requests: while one is under way, what is asked meanwhile waits, and goes together in
 * the next. Nobody waits for company: who asks alone is answered as fast as without this. Thread-safe.
 *
 * @param <Q> a question
 * @param <A> an answer
 */
final class Batches<Q, A> {

    private final int most;
    private final Function<Collection<Q>, Map<Q, Supplier<A>>> request;
    private final ConcurrentLinkedQueue<Asked<Q, A>> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock turn = new ReentrantLock(true);

    private record Asked<Q, A>(Q question, CompletableFuture<Supplier<A>> answer) {}

    /**
     * Prepares them.
     *
     * @param most how many questions a request may hold
     * @param request asks several different questions at once and waits for the answers; gives each, or what it ends with
     */
    Batches(int most, Function<Collection<Q>, Map<Q, Supplier<A>>> request) {
        this.most = most;
        this.request = request;
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws FailureException if it, or the whole request it went with, ends with one
     */
    A ask(Q question) {
        var asked = new Asked<Q, A>(question, new CompletableFuture<>());
        waiting.add(asked);
        turn.lock();
        try {
            while (!asked.answer().isDone()) {
                askNext();
            }
        } finally {
            turn.unlock();
        }
        try {
            return asked.answer().join().get();
        } catch (CompletionException e) {
            throw e.getCause() instanceof FailureException failure
                    ? new FailureException(failure.failure(), failure)
                    : e;
        }
    }

    /** Waits for an answer; returns it, or what it ends with, for whoever has asked. */
    static <A> Supplier<A> settled(Supplier<A> answer) {
        try {
            var value = answer.get();
            return () -> value;
        } catch (FailureException e) {
            return () -> {
                throw e;
            };
        }
    }

    /** Returns how many questions wait for the next request. */
    int waiting() {
        return waiting.size();
    }

    private void askNext() {
        var batch = new LinkedHashMap<Q, List<Asked<Q, A>>>();
        for (var next = waiting.poll(); next != null; next = batch.size() < most ? waiting.poll() : null) {
            batch.computeIfAbsent(next.question(), ignored -> new ArrayList<>()).add(next);
        }
        try {
            var answers = request.apply(batch.keySet());
            batch.forEach((question, all) -> {
                var answer = Objects.requireNonNull(answers.get(question), "every question has an answer");
                all.forEach(one -> one.answer().complete(answer));
            });
        } catch (RuntimeException e) {
            batch.values().forEach(all -> all.forEach(one -> one.answer().completeExceptionally(e)));
        }
    }
}
