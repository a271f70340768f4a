package io.millrace.operator.plan.reset;

import io.millrace.api.v1alpha1.ResetState;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.intent.ResetIntent;
import io.millrace.operator.intent.ResetTo;
import io.millrace.operator.plan.reset.ResetFacts.Reach;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides whether the offsets of a group move now. They do at most once for what was asked, never while the group has
 * members, and never after the deadline.
 */
public final class ResetPlanner {

    private ResetPlanner() {}

    /** What comes of it. */
    public sealed interface Verdict {

        /** Nothing is to be done now but to say so. */
        record Show(ResetStatus status) implements Verdict {}

        /**
         * Offsets move now.
         *
         * @param target where to
         * @param done what is to be said afterwards
         */
        record Run(Map<Place, Long> target, ResetStatus done) implements Verdict {}

        /**
         * They have moved, and only the note of it is missing.
         *
         * @param started the attempt that moved them
         * @param done what is to be said
         */
        record Conclude(Mark started, ResetStatus done) implements Verdict {}
    }

    /** Decides. */
    public static Verdict decide(ResetIntent intent, OneShot shot, Optional<Mark> mark, ResetFacts facts, Instant now) {
        return mark.map(noted -> looked(noted, shot, facts, now)).orElseGet(() -> undone(intent, shot, facts, now));
    }

    private static Verdict looked(Mark mark, OneShot shot, ResetFacts facts, Instant now) {
        if (mark.state() == Mark.State.DONE) {
            return new Verdict.Show(ResetStatuses.doneBefore(shot, mark));
        }
        return facts.standsAt(mark.target())
                ? new Verdict.Conclude(mark, ResetStatuses.foundDone(shot, mark))
                : new Verdict.Show(ResetStatuses.begun(shot, mark, now));
    }

    private static Verdict undone(ResetIntent intent, OneShot shot, ResetFacts facts, Instant now) {
        if (intent.when().isOver(now) && !intent.previewOnly()) {
            return new Verdict.Show(ResetStatuses.expired(shot, intent.when()));
        }
        var target = target(intent.to(), facts);
        return obstacle(intent, facts, target, now)
                .<Verdict>map(
                        what -> new Verdict.Show(ResetStatuses.looking(shot, ResetState.Waiting, what, facts, target)))
                .orElseGet(() -> intent.previewOnly()
                        ? new Verdict.Show(ResetStatuses.looking(
                                shot, ResetState.Preview, "when is Never: nothing is moved", facts, target))
                        : new Verdict.Run(target, ResetStatuses.looking(shot, ResetState.Done, "done", facts, target)));
    }

    private static Optional<String> obstacle(
            ResetIntent intent, ResetFacts facts, Map<Place, Long> target, Instant now) {
        if (!facts.missing().isEmpty()) {
            return Optional.of("there is no topic " + String.join(", ", facts.missing()));
        }
        if (target.isEmpty()) {
            return Optional.of("the group has no offsets there yet; name topics to begin at earliest, latest, a time or"
                    + " an offset");
        }
        if (intent.previewOnly()) {
            return Optional.empty();
        }
        if (intent.when().isAhead(now)) {
            return Optional.of(ResetStatuses.TOO_EARLY);
        }
        if (facts.members() > 0) {
            return Optional.of("the group has %d members; it is done when its consumers have stopped, until %s"
                    .formatted(facts.members(), intent.when().until()));
        }
        return Optional.empty();
    }

    /** Where each partition is to be read from. Who has no place cannot be moved by so many records. */
    private static Map<Place, Long> target(ResetTo to, ResetFacts facts) {
        var target = new TreeMap<Place, Long>();
        facts.partitions().forEach((place, reach) -> target(to, reach).ifPresent(offset -> target.put(place, offset)));
        return target;
    }

    private static Optional<Long> target(ResetTo to, Reach reach) {
        return switch (to) {
            case ResetTo.Earliest() -> Optional.of(reach.earliest());
            case ResetTo.Latest() -> Optional.of(reach.latest());
            case ResetTo.At(var time) -> Optional.of(reach.atTime() == null ? reach.latest() : reach.atTime());
            case ResetTo.Offset(var offset) -> Optional.of(reach.nearest(offset));
            case ResetTo.Shift(var records) ->
                Optional.ofNullable(reach.committed()).map(committed -> reach.nearest(committed + records));
        };
    }
}
