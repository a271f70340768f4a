package io.millrace.broker.management;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Lets only so many things go on at a time: each of them takes memory, and a broker's work. */
final class AtOnce {
    private final int most;
    private final String what;
    private final Semaphore places;

    /**
     * @param what they are, for those that are refused
     */
    AtOnce(int most, String what) {
        this.most = most;
        this.what = what;
        places = new Semaphore(most);
    }

    /** Begins it, or refuses with 429. It goes on until its stage has ended, also if nobody waits for it any more. */
    <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> thing) {
        if (!places.tryAcquire()) {
            throw Refusal.tooMany("%d %s are under way, the most at a time of a pod: try again".formatted(most, what));
        }
        try {
            return thing.get().whenComplete((_, _) -> places.release());
        } catch (RuntimeException e) {
            places.release();
            throw e;
        }
    }
}
