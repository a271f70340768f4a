package io.millrace.operator.plan.reset;

import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.intent.RewindIntent;
import java.time.Instant;
import java.util.Optional;

/** Decides whether a queue is rewound now: at most once for what was asked, and never after the deadline. */
public final class RewindPlanner {

    private RewindPlanner() {}

    /** Returns what is to be said, if there is nothing to be done; empty: it is done now. */
    public static Optional<ResetStatus> decide(RewindIntent intent, OneShot shot, Optional<Mark> mark, Instant now) {
        if (mark.isPresent()) {
            var noted = mark.get();
            // Nothing in a queue tells whether it was rewound: its consumers go on at once.
            return Optional.of(
                    noted.state() == Mark.State.DONE
                            ? ResetStatuses.doneBefore(shot, noted)
                            : ResetStatuses.begun(shot, noted, now));
        }
        if (intent.when().isOver(now)) {
            return Optional.of(ResetStatuses.expired(shot, intent.when()));
        }
        return intent.when().isAhead(now)
                ? Optional.of(ResetStatuses.waiting(shot, ResetStatuses.TOO_EARLY))
                : Optional.empty();
    }
}
