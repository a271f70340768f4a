package io.millrace.operator.plan.reset;

import io.millrace.api.v1alpha1.ResetMove;
import io.millrace.api.v1alpha1.ResetState;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.intent.Window;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is said about a reset, or a rewind. */
public final class ResetStatuses {

    static final String TOO_EARLY = "requestedAt lies in the future";

    private static final int SHOWN = 100;

    /**
     * How old a start must be before it means that it came to nothing: longer than any request to the brokers can be under
     * way.
     */
    private static final Duration UNDER_WAY = Duration.ofSeconds(30);

    private ResetStatuses() {}

    /** It was done before this operator, or for this object, was asked. */
    static ResetStatus doneBefore(OneShot shot, Mark mark) {
        return ended(
                shot, ResetState.Done, "done at %s, for this or another object".formatted(mark.time()), mark.time());
    }

    /** It was done, but that was not noted any more. */
    static ResetStatus foundDone(OneShot shot, Mark mark) {
        return ended(shot, ResetState.Done, "done at %s, as all offsets show".formatted(mark.time()), mark.time());
    }

    /** It had begun, and nothing shows that it was done. */
    static ResetStatus begun(OneShot shot, Mark mark, Instant now) {
        if (mark.time().plus(UNDER_WAY).isAfter(now)) {
            return waiting(shot, "begun at " + mark.time());
        }
        return ended(
                shot,
                ResetState.Interrupted,
                "begun at %s, and nothing shows that it came to its end: look where it stands, and ask again with another"
                                .formatted(mark.time())
                        + " requestedAt if it shall move",
                mark.time());
    }

    /** It is too late. */
    static ResetStatus expired(OneShot shot, Window when) {
        return ended(
                shot,
                ResetState.Expired,
                "not done by %s; ask again with another requestedAt, or a longer deadlineSeconds"
                        .formatted(when.until()),
                when.until());
    }

    /** A queue was rewound just now. */
    public static ResetStatus rewound(OneShot shot, String to, Instant now) {
        return ended(shot, ResetState.Done, "rewound to " + to, now);
    }

    private static ResetStatus ended(OneShot shot, ResetState state, String message, Instant time) {
        return new ResetStatus(shot.hash(), state, message, time.toString(), null, null, null);
    }

    /** It waits. */
    public static ResetStatus waiting(OneShot shot, String message) {
        return new ResetStatus(shot.hash(), ResetState.Waiting, message, null, null, null, null);
    }

    /** It is, was or would be done this way. */
    static ResetStatus looking(
            OneShot shot, ResetState state, String message, ResetFacts facts, Map<Place, Long> target) {
        var moves = target.entrySet().stream()
                .map(entry -> move(entry.getKey(), entry.getValue(), facts))
                .filter(move -> !Objects.equals(move.from(), move.to()))
                .sorted(Comparator.comparingLong(ResetStatuses::distance)
                        .reversed()
                        .thenComparing(ResetMove::topic)
                        .thenComparing(ResetMove::partition))
                .toList();
        var again = moves.stream().mapToLong(move -> Math.max(0, -ahead(move))).sum();
        var skipped = moves.stream().mapToLong(move -> Math.max(0, ahead(move))).sum();
        return new ResetStatus(
                shot.hash(),
                state,
                "%s: %d of %d partitions move, %d records are read again, %d skipped"
                        .formatted(message, moves.size(), target.size(), again, skipped),
                null,
                again,
                skipped,
                moves.stream().limit(SHOWN).toList());
    }

    /** The same, done now. */
    public static ResetStatus doneAt(ResetStatus status, Instant time) {
        return new ResetStatus(
                status.hash(),
                ResetState.Done,
                status.message(),
                time.toString(),
                status.again(),
                status.skipped(),
                status.moves());
    }

    /** Whether there is nothing more to be done or said about it, whatever happens. */
    public static boolean isFinal(@Nullable ResetStatus status, OneShot shot, Window when, Instant now) {
        if (status == null || !status.hash().equals(shot.hash())) {
            return false;
        }
        return switch (status.state()) {
            case Done, Interrupted -> true;
            case Expired -> when.isOver(now);
            case Waiting, Preview -> false;
        };
    }

    /** Whether it was found not to be noted anywhere, and waits for members to go: then there is no need to look again. */
    public static boolean isKnownToWait(
            @Nullable ResetStatus status, OneShot shot, Window when, ResetFacts facts, Instant now) {
        return status != null
                && status.hash().equals(shot.hash())
                && status.state() == ResetState.Waiting
                && status.moves() != null
                && facts.members() > 0
                && !when.isOver(now);
    }

    /**
     * How an object stands because of it; empty: as if it had not been asked for.
     *
     * @param what reset or rewind
     */
    public static Optional<Standing> standing(String what, ResetStatus status) {
        var message = what + ": " + status.message();
        return switch (status.state()) {
            case Preview, Done -> Optional.empty();
            case Waiting -> Optional.of(Standing.notReady(Reason.RESET_WAITING, message));
            case Expired -> Optional.of(Standing.notReady(Reason.RESET_EXPIRED, message));
            case Interrupted -> Optional.of(Standing.notReady(Reason.RESET_INTERRUPTED, message));
        };
    }

    private static ResetMove move(Place place, long to, ResetFacts facts) {
        var reach = facts.partitions().get(place);
        return new ResetMove(place.topic(), place.partition(), reach == null ? null : reach.committed(), to);
    }

    /** Who has read nothing yet neither skips nor reads again. */
    private static long ahead(ResetMove move) {
        return move.from() == null ? 0 : move.to() - move.from();
    }

    private static long distance(ResetMove move) {
        return Math.abs(ahead(move));
    }
}
