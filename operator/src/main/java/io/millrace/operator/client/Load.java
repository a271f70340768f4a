package io.millrace.operator.client;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Decides what goes together in one request: questions in the order they were asked, until the next one is too much or is
 * about the same thing as another one, and yet not the same. The first goes in any case.
 *
 * @param <Q> a question
 */
final class Load<Q> {

    private final int most;
    private final ToIntFunction<Q> weight;
    private final Function<Q, ?> subject;
    private final Map<Object, Q> taken = new HashMap<>();
    private int weighs;

    /**
     * Begins with nothing.
     *
     * @param most what a request may weigh
     * @param weight what a question weighs
     * @param subject what it is about
     */
    Load(int most, ToIntFunction<Q> weight, Function<Q, ?> subject) {
        this.most = most;
        this.weight = weight;
        this.subject = subject;
    }

    /** Takes a question, or says that it, and what is behind it, waits for the next request. One that is there already weighs nothing. */
    boolean takes(Q question) {
        var about = subject.apply(question);
        var same = taken.get(about);
        if (same != null) {
            return same.equals(question);
        }
        var more = weight.applyAsInt(question);
        if (!taken.isEmpty() && more > most - weighs) {
            return false;
        }
        taken.put(about, question);
        weighs += more;
        return true;
    }
}
