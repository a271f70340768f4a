package io.millrace.operator.plan;

import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what is to be done about a topic. */
public final class TopicPlanner {

    /** Kafka writes these by itself: the floor of the eligible leaders, and throttles of a reassignment. */
    private static final Set<String> KAFKAS_OWN = Set.of(
            "min.insync.replicas", "leader.replication.throttled.replicas", "follower.replication.throttled.replicas");

    private static final Duration SOON = Duration.ofMillis(500);

    private TopicPlanner() {}

    /**
     * Decides.
     *
     * @param found the topic as it is, if it exists
     * @param observeOnly whether nothing may be written
     */
    public static Plan<TopicAction> plan(TopicIntent intent, Optional<TopicFacts> found, boolean observeOnly) {
        if (found.isEmpty()) {
            if (observeOnly) {
                return Plan.nothing(Standing.notReady(Reason.NOT_THERE, "topic " + intent.name() + " does not exist"));
            }
            var create = new TopicAction.Create(intent.name(), intent.partitions(), intent.replicas(), intent.config());
            return new Plan<>(
                    List.of(create),
                    Standing.notReady(Reason.CREATING, "topic " + intent.name() + " is being created"),
                    Optional.of(SOON));
        }
        var facts = found.get();
        var forbidden = forbidden(intent, facts);
        if (forbidden.isPresent()) {
            return Plan.nothing(Standing.notReady(Reason.FORBIDDEN_CHANGE, forbidden.get()));
        }
        var actions = changes(intent, facts);
        if (observeOnly && !actions.isEmpty()) {
            return Plan.nothing(Standing.notReady(
                    Reason.DIFFERS, "topic " + intent.name() + " would need to " + Described.words(actions)));
        }
        var standing = facts.underReplicated() > 0
                ? Standing.degraded(
                        Reason.UNDER_REPLICATED,
                        facts.underReplicated() + " of " + facts.partitions()
                                + " partitions have a replica out of sync")
                : Standing.ready("topic " + intent.name() + " is as asked");
        return new Plan<>(actions, standing, actions.isEmpty() ? Optional.empty() : Optional.of(SOON));
    }

    private static Optional<String> forbidden(TopicIntent intent, TopicFacts facts) {
        if (facts.partitions() > intent.partitions()) {
            return Optional.of(
                    "topic %s has %d partitions and Kafka does not remove any; set spec.partitions to %d or more"
                            .formatted(intent.name(), facts.partitions(), facts.partitions()));
        }
        if (intent.replicas().filter(replicas -> replicas != facts.replicas()).isPresent()) {
            return Optional.of("topic %s has %d replicas; changing that is not supported yet: set spec.replicas to %d"
                    .formatted(intent.name(), facts.replicas(), facts.replicas()));
        }
        return Optional.empty();
    }

    private static List<TopicAction> changes(TopicIntent intent, TopicFacts facts) {
        var actions = new ArrayList<TopicAction>();
        if (facts.partitions() < intent.partitions()) {
            actions.add(new TopicAction.Grow(intent.name(), intent.partitions()));
        }
        var set = new HashMap<>(intent.config());
        set.entrySet().removeAll(facts.config().entrySet());
        var remove = new HashSet<>(facts.config().keySet());
        remove.removeAll(intent.config().keySet());
        remove.removeAll(KAFKAS_OWN);
        if (!set.isEmpty() || !remove.isEmpty()) {
            actions.add(new TopicAction.Configure(intent.name(), set, remove));
        }
        return actions;
    }
}
