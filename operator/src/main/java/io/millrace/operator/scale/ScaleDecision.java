package io.millrace.operator.scale;

import io.millrace.api.v1alpha1.RebalanceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is next on the way to a cluster's size.
 *
 * @param phase what kind of moment this is
 * @param size how many brokers the StatefulSet is to have now
 * @param steps what is to be done in the brokers, in this order
 * @param message what is so, and what to do; empty if there is nothing to say
 * @param rebalance what the status is to say about the rebalance
 */
public record ScaleDecision(
        Phase phase, int size, List<ScaleStep> steps, String message, Optional<RebalanceStatus> rebalance) {

    /** Kinds of moments. */
    public enum Phase {
        /** The cluster has the size and the placement it is to have. */
        SETTLED,
        /** On the way: no broker is restarted meanwhile. */
        BUSY,
        /** On the way, and held up by something that passes, such as a broker that is away. Restarts may go on. */
        HELD,
        /** A plan waits for a person. */
        AWAITING_APPROVAL,
        /** It cannot be done: only a change helps. All else goes on. */
        BLOCKED
    }

    /** A condition's message has a bound. */
    private static final int LONGEST_MESSAGE = 2_000;

    public ScaleDecision {
        steps = List.copyOf(steps);
        message = message.substring(0, Math.min(LONGEST_MESSAGE, message.length()));
    }

    /** Nothing to do, or nothing known. */
    public static ScaleDecision settled(int size, Optional<RebalanceStatus> rebalance) {
        return new ScaleDecision(Phase.SETTLED, size, List.of(), "", rebalance);
    }

    /** Nothing can be done for the moment. */
    public static ScaleDecision held(int size, String why, Optional<RebalanceStatus> rebalance) {
        return new ScaleDecision(Phase.HELD, size, List.of(), why, rebalance);
    }

    /** The same with more to do, before all else. */
    ScaleDecision after(List<ScaleStep> first) {
        var all = new ArrayList<>(first);
        all.addAll(steps);
        return new ScaleDecision(phase, size, all, message, rebalance);
    }

    /** Returns whether restarts have to wait. */
    public boolean isBusy() {
        return phase == Phase.BUSY;
    }
}
