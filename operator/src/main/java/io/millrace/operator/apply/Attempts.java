package io.millrace.operator.apply;

import io.millrace.operator.client.Journal;
import io.millrace.operator.plan.reset.Mark;
import io.millrace.operator.plan.reset.OneShot;
import io.millrace.operator.plan.reset.Place;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Does something at most once: what is about to be done is noted in the cluster before, and that it was done afterwards.
 * Whoever finds the one without the other looks, and never repeats.
 */
final class Attempts {

    private final Journal journal;
    private final Clock clock;

    Attempts(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * Tries once.
     *
     * @param target where offsets are to be moved; empty: nothing will tell whether they were
     * @param act returns why nothing was done, or empty if all was; throws if that cannot be told
     * @return why nothing was done, or empty if all was
     */
    Optional<String> once(OneShot shot, Map<Place, Long> target, Supplier<Optional<String>> act) {
        var started = Mark.started(UUID.randomUUID().toString(), clock.instant(), target);
        journal.write(shot.key(), started);
        var first = journal.read().of(shot.key()).filter(mark -> mark.run().equals(started.run()));
        if (first.isEmpty()) {
            return Optional.of("another operator, or another object, has begun with it");
        }
        var refused = act.get();
        end(shot, started, refused.isPresent() ? Mark.State.WITHDRAWN : Mark.State.DONE);
        return refused;
    }

    /** Notes how an attempt has ended. */
    void end(OneShot shot, Mark started, Mark.State how) {
        journal.write(shot.key(), started.ended(how, clock.instant()));
    }
}
