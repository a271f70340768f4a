package io.millrace.operator.plan.reset;

import java.time.Instant;
import java.util.Map;

/**
 * What the cluster itself remembers of something that is done once: it outlives the object that asked for it.
 *
 * @param state how far it came
 * @param run whose attempt it was: two operators never take one another's for their own
 * @param time when
 * @param target where each offset was to be moved to; only a start says so
 */
public record Mark(State state, String run, Instant time, Map<Place, Long> target) {

    /** How far an attempt came. */
    public enum State {
        /** The next thing is that offsets move. */
        STARTED,
        /** All have moved. */
        DONE,
        /** The brokers refused before any had moved. */
        WITHDRAWN
    }

    public Mark {
        target = Map.copyOf(target);
    }

    /** An attempt begins. */
    public static Mark started(String run, Instant time, Map<Place, Long> target) {
        return new Mark(State.STARTED, run, time, target);
    }

    /** The same attempt has come to an end. */
    public Mark ended(State how, Instant when) {
        return new Mark(how, run, when, Map.of());
    }
}
