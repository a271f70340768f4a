package io.millrace.operator.plan;

import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decides what is to be done about a topic. */
public final class TopicPlanner {

    private static final String MIN_IN_SYNC = "min.insync.replicas";

    /** Kafka writes these by itself: the floor of the eligible leaders, and throttles of a reassignment. */
    private static final Set<String> KAFKAS_OWN =
            Set.of(MIN_IN_SYNC, "leader.replication.throttled.replicas", "follower.replication.throttled.replicas");

    private static final Duration SOON = Duration.ofMillis(500);

    /** How long it takes until a change of replicas is looked at again. */
    private static final Duration LATER = Duration.ofSeconds(5);

    private TopicPlanner() {}

    /**
     * Decides whether to make a topic without looking for it: an object that has not seen it yet is mostly of a new one, and Kafka
     * leaves one that is there as it is, and says so.
     *
     * @param seen whether it has been there when the object was looked at before
     * @param observeOnly whether nothing may be written
     */
    public static Optional<TopicAction.Create> makeUnseen(TopicIntent intent, boolean seen, boolean observeOnly) {
        return seen || observeOnly ? Optional.empty() : Optional.of(create(intent));
    }

    /**
     * Decides.
     *
     * @param found the topic as it is, if it exists
     * @param observeOnly whether nothing may be written
     * @param cluster what its cluster says
     */
    public static Plan<TopicAction> plan(
            TopicIntent intent, Optional<TopicFacts> found, boolean observeOnly, ClusterOutlook cluster) {
        if (found.isEmpty()) {
            if (observeOnly) {
                return Plan.nothing(Standing.notReady(Reason.NOT_THERE, "topic " + intent.name() + " does not exist"));
            }
            return new Plan<>(
                    List.of(create(intent)),
                    Standing.notReady(Reason.CREATING, "topic " + intent.name() + " is being created"),
                    Optional.of(SOON));
        }
        var facts = found.get();
        if (isOther(intent, facts)) {
            return Plan.nothing(Standing.notReady(Reason.FORBIDDEN_CHANGE, tooManyPartitions(intent, facts)));
        }
        var replicas = ReplicaChange.of(intent, facts);
        var actions = changes(intent, facts);
        if (observeOnly && (replicas.isPresent() || !actions.isEmpty())) {
            var all = Stream.concat(replicas.stream(), actions.stream()).toList();
            return Plan.nothing(Standing.notReady(
                    Reason.DIFFERS, "topic " + intent.name() + " would need to " + Described.words(all)));
        }
        if (replicas.isPresent()) {
            return new Plan<>(actions, replicas.get().standing(cluster), Optional.of(actions.isEmpty() ? LATER : SOON));
        }
        var standing = facts.underReplicated() > 0
                ? Standing.degraded(
                        Reason.UNDER_REPLICATED,
                        facts.underReplicated() + " of " + facts.partitions()
                                + " partitions have a replica out of sync")
                : Standing.ready("topic " + intent.name() + " is as asked");
        return new Plan<>(actions, standing, actions.isEmpty() ? Optional.empty() : Optional.of(SOON));
    }

    /** Returns whether a topic is another one than is asked for, and cannot become it. */
    public static boolean isOther(TopicIntent intent, TopicFacts facts) {
        return facts.partitions() > intent.partitions();
    }

    private static TopicAction.Create create(TopicIntent intent) {
        return new TopicAction.Create(intent.name(), intent.partitions(), intent.replicas(), intent.config());
    }

    private static String tooManyPartitions(TopicIntent intent, TopicFacts facts) {
        return "topic %s has %d partitions and Kafka does not remove any; set spec.partitions to %d or more"
                .formatted(intent.name(), facts.partitions(), facts.partitions());
    }

    private static List<TopicAction> changes(TopicIntent intent, TopicFacts facts) {
        var actions = new ArrayList<TopicAction>();
        if (facts.partitions() < intent.partitions()) {
            actions.add(new TopicAction.Grow(intent.name(), intent.partitions()));
        }
        var set = possible(intent, facts);
        set.entrySet().removeAll(facts.config().entrySet());
        var remove = new HashSet<>(facts.config().keySet());
        remove.removeAll(intent.config().keySet());
        remove.removeAll(KAFKAS_OWN);
        if (!set.isEmpty() || !remove.isEmpty()) {
            actions.add(new TopicAction.Configure(intent.name(), set, remove));
        }
        return actions;
    }

    /** More is promised once there is more: the topic's own min.insync.replicas waits for its replicas. */
    private static Map<String, String> possible(TopicIntent intent, TopicFacts facts) {
        var settings = new HashMap<>(intent.config());
        var promised = settings.get(MIN_IN_SYNC);
        if (intent.replicas().isPresent() && promised != null && Integer.parseInt(promised) > facts.replicas()) {
            settings.remove(MIN_IN_SYNC);
        }
        return settings;
    }
}
