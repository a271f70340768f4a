package io.millrace.operator.client;

import io.millrace.operator.status.FailureException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what many threads ask into few requests: while one is under way, what is asked meanwhile waits, and goes together in
 * the next. Nobody waits for company: who asks alone is answered as fast as without this. Thread-safe.
 *
 * @param <Q> a question
 * @param <A> an answer
 */
final class Batches<Q, A> {

    private final Supplier<Load<Q>> load;
    private final Function<Collection<Q>, Map<Q, Supplier<A>>> request;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Asked<Q, A>> waiting = new ArrayDeque<>();
    private boolean underWay;

    /** One who waits. All but the question is guarded by the lock. */
    private static final class Asked<Q, A> {
        private final Q question;
        private final Condition news;
        private @Nullable Supplier<A> answer;

        private Asked(Q question, Condition news) {
            this.question = question;
            this.news = news;
        }
    }

    /**
     * Prepares them.
     *
     * @param load an empty one, which decides what goes together
     * @param request asks several different questions at once and waits for the answers; gives each, or what it ends with
     */
    Batches(Supplier<Load<Q>> load, Function<Collection<Q>, Map<Q, Supplier<A>>> request) {
        this.load = load;
        this.request = request;
    }

    /** As above, for questions of which a number fits in a request. */
    Batches(int most, Function<Collection<Q>, Map<Q, Supplier<A>>> request) {
        this(() -> new Load<>(most, question -> 1, question -> question), request);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws FailureException if it, or the whole request it went with, ends with one
     */
    A ask(Q question) {
        return answer(question).get();
    }

    private Supplier<A> answer(Q question) {
        lock.lock();
        try {
            var asked = new Asked<Q, A>(question, lock.newCondition());
            waiting.add(asked);
            var answer = asked.answer;
            while (answer == null) {
                if (underWay) {
                    // Whoever has the answer, or is at the head when a request has ended, is told; nobody else wakes
                    // up.
                    asked.news.awaitUninterruptibly();
                } else {
                    requestNext();
                }
                answer = asked.answer;
            }
            return answer;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the lock while the request is under way. */
    private void requestNext() {
        var batch = next();
        underWay = true;
        lock.unlock();
        var answers = new LinkedHashMap<Q, Supplier<A>>();
        try {
            answers.putAll(answers(batch.keySet()));
        } finally {
            lock.lock();
            underWay = false;
            Supplier<A> unanswered = () -> {
                throw new IllegalStateException("every question has an answer");
            };
            batch.forEach((question, all) -> all.forEach(one -> {
                one.answer = answers.getOrDefault(question, unanswered);
                one.news.signal();
            }));
            if (!waiting.isEmpty()) {
                waiting.getFirst().news.signal();
            }
        }
    }

    private Map<Q, List<Asked<Q, A>>> next() {
        var fits = load.get();
        var batch = new LinkedHashMap<Q, List<Asked<Q, A>>>();
        while (!waiting.isEmpty() && fits.takes(waiting.getFirst().question)) {
            var asked = waiting.removeFirst();
            batch.computeIfAbsent(asked.question, ignored -> new ArrayList<>()).add(asked);
        }
        return batch;
    }

    private Map<Q, Supplier<A>> answers(Collection<Q> questions) {
        try {
            return request.apply(questions);
        } catch (RuntimeException e) {
            var all = new LinkedHashMap<Q, Supplier<A>>();
            questions.forEach(question -> all.put(question, () -> {
                throw e instanceof FailureException failure ? new FailureException(failure.failure(), failure) : e;
            }));
            return all;
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
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
