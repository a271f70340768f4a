package io.millrace.operator.plan.roll;

import io.millrace.operator.plan.PartitionFacts;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import java.util.Optional;

/**
 * What the pods that have been restarted must have back before others go: their replicas in sync, what they led, slots of
 * queues. It is waited for as long as it takes: a limit in time would end where a large log takes longest.
 */
final class Returning {

    private Returning() {}

    /** Every pod that runs what is wanted is back in every ISR. */
    static Optional<Verdict> inSync(RollSnapshot roll) {
        var replication = Replication.of(roll.facts().orElseThrow());
        for (var pod : roll.current()) {
            var missed = replication.missedBy(pod);
            if (!missed.isEmpty()) {
                return Optional.of(new Verdict.Wait("%s to be in sync again: %d partitions, %s first"
                        .formatted(pod.name(), missed.size(), missed.getFirst())));
            }
        }
        return Optional.empty();
    }

    /** Brokers lead again what they should lead, so that the next batch finds leaders spread as they were planned. */
    static Optional<Verdict> leading(RollSnapshot roll) {
        if (roll.current().isEmpty()) {
            return Optional.empty();
        }
        var facts = roll.facts().orElseThrow();
        var misled = facts.partitions().stream()
                .filter(PartitionFacts::isMisled)
                .filter(partition -> facts.brokers().contains(partition.preferred()))
                .toList();
        return misled.isEmpty()
                ? Optional.empty()
                : Optional.of(new Verdict.LeadAgain("%d partitions to be led by their first replica again, %s first"
                        .formatted(misled.size(), misled.getFirst())));
    }

    /** Every slot of the queue layer has an owner, and the pods that are back take part in it. */
    static Optional<Verdict> owning(RollSnapshot roll) {
        var slots = roll.facts().orElseThrow().slots();
        if (slots.isEmpty() || !roll.queues()) {
            return Optional.empty();
        }
        var found = slots.get();
        if (!found.settled() || found.owned() < found.total()) {
            return Optional.of(new Verdict.Wait(
                    "the slots of queues to have owners: %d of %d have one".formatted(found.owned(), found.total())));
        }
        return roll.current().stream()
                .filter(BrokerPodFacts::isBroker)
                .filter(pod -> !found.members().contains(pod.name()))
                .findFirst()
                .map(pod -> new Verdict.Wait(pod.name() + " to take slots of queues again"));
    }
}
