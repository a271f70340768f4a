package io.millrace.operator.plan.roll;

import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rules of a roll, in the order in which they are asked; the first that has something to say decides. Everything is
 * decided from one snapshot, and nothing is remembered between two: an operator that was killed goes on from what it sees.
 */
public final class RollRules {

    /** A rule: what it says, or nothing if it leaves the decision to the next one. */
    private interface Rule extends Function<RollSnapshot, Optional<Verdict>> {}

    private static final List<Rule> RULES = List.of(
            RollRules::nothingToDo,
            Mending::mendWhatIsDown,
            Mending::startTogether,
            RollRules::waitForPods,
            Mending::mendWhatIsNotReady,
            RollRules::needFacts,
            RollRules::needAllBrokers,
            RollRules::noMoves,
            Returning::inSync,
            Returning::leading,
            Returning::owning,
            RollRules::allDone,
            Batches::next);

    private RollRules() {}

    /** Decides. */
    public static Verdict verdict(RollSnapshot roll) {
        return RULES.stream()
                .flatMap(rule -> rule.apply(roll).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the last rule always decides"));
    }

    private static Optional<Verdict> nothingToDo(RollSnapshot roll) {
        return roll.isUnderWay() ? Optional.empty() : Optional.of(new Verdict.Done());
    }

    /** Whatever is not there, on its way out or on its way in is waited for: one thing at a time. */
    private static Optional<Verdict> waitForPods(RollSnapshot roll) {
        var leaving = roll.first(BrokerPodFacts::terminating);
        if (leaving.isPresent()) {
            return wait(leaving.get().name() + " to end");
        }
        var missing = roll.expected() - roll.pods().size();
        if (missing > 0) {
            return wait("%d of %d pods to be made".formatted(missing, roll.expected()));
        }
        return roll.first(pod -> !pod.ready() && !pod.outdated()).map(RollRules::waitToBeReady);
    }

    private static Verdict waitToBeReady(BrokerPodFacts pod) {
        return pod.trouble().isEmpty()
                ? new Verdict.Wait(pod.name() + " to become ready")
                : new Verdict.Blocked("%s does not start (%s) and no other pod is touched; look at the pod, and correct"
                                .formatted(pod.name(), pod.trouble())
                        + " the spec or take the change back");
    }

    private static Optional<Verdict> needFacts(RollSnapshot roll) {
        if (roll.facts().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                roll.due().isEmpty() ? new Verdict.Wait("the brokers to answer") : new Verdict.Blocked(Mending.SILENT));
    }

    private static Optional<Verdict> needAllBrokers(RollSnapshot roll) {
        var facts = roll.facts().orElseThrow();
        var missing = roll.expectedBrokers() - facts.brokers().size();
        if (missing > 0) {
            var what = "%d of %d brokers are not registered".formatted(missing, roll.expectedBrokers());
            return Optional.of(roll.due().isEmpty() ? new Verdict.Wait(what + " yet") : new Verdict.Blocked(what));
        }
        return Optional.empty();
    }

    /** Moves and restarts never run at the same time. */
    private static Optional<Verdict> noMoves(RollSnapshot roll) {
        return roll.facts().orElseThrow().reassigning() && !roll.due().isEmpty()
                ? Optional.of(new Verdict.Blocked("partitions are being moved"))
                : Optional.empty();
    }

    private static Optional<Verdict> allDone(RollSnapshot roll) {
        return roll.due().isEmpty() ? Optional.of(new Verdict.Done()) : Optional.empty();
    }

    private static Optional<Verdict> wait(String forWhat) {
        return Optional.of(new Verdict.Wait(forWhat));
    }
}
