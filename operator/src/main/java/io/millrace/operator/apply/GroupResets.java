package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.client.BrokerAdmin;
import io.millrace.operator.intent.ResetIntent;
import io.millrace.operator.plan.reset.Mark;
import io.millrace.operator.plan.reset.OneShot;
import io.millrace.operator.plan.reset.ResetPlanner;
import io.millrace.operator.plan.reset.ResetPlanner.Verdict;
import io.millrace.operator.plan.reset.ResetStatuses;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out resets of groups, each at most once. */
public final class GroupResets {

    private final Events events;
    private final Clock clock;

    public GroupResets(Events events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * Does what can be done now.
     *
     * @param before what was said last
     * @return what is to be said now
     */
    public ResetStatus look(
            HasMetadata object, String group, ResetIntent intent, @Nullable ResetStatus before, BrokerAdmin brokers) {
        var shot = OneShot.of("group/" + group, intent.content());
        var now = clock.instant();
        if (before != null && ResetStatuses.isFinal(before, shot, intent.when(), now)) {
            return before;
        }
        var seen = brokers.resets().look(group, intent);
        var unnoted =
                intent.previewOnly() || ResetStatuses.isKnownToWait(before, shot, intent.when(), seen.facts(), now);
        var attempts = new Attempts(brokers.journal(), clock);
        var mark = unnoted ? Optional.<Mark>empty() : brokers.journal().read().of(shot.key());
        return switch (ResetPlanner.decide(intent, shot, mark, seen.facts(), now)) {
            case Verdict.Show(var status) -> status;
            case Verdict.Run(var target, var done) ->
                attempts.once(shot, target, () -> brokers.resets().move(group, seen.protocol(), target))
                        .map(refused -> ResetStatuses.waiting(shot, refused))
                        .orElseGet(() -> told(object, ResetStatuses.doneAt(done, clock.instant())));
            case Verdict.Conclude(var started, var done) -> {
                attempts.end(shot, started, Mark.State.DONE);
                yield told(object, done);
            }
        };
    }

    private ResetStatus told(HasMetadata object, ResetStatus done) {
        events.normal(object, "OffsetsReset", String.valueOf(done.message()));
        return done;
    }
}
