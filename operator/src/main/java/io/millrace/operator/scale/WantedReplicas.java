package io.millrace.operator.scale;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How many replicas partitions are to have: what the size of the cluster asks for where nobody has a wish, what a Topic object
 * asks for where that can be had now, and else what they have.
 */
final class WantedReplicas {

    private final ScaleWish wish;
    private final ScaleFacts facts;
    /** Brokers that may hold something. */
    private final Set<Integer> free;

    WantedReplicas(ScaleWish wish, ScaleFacts facts, Set<Integer> avoided) {
        this.wish = wish;
        this.facts = facts;
        this.free = new HashSet<>(facts.live());
        free.removeAll(avoided);
    }

    int of(PartitionState partition) {
        if (facts.isDefaulted(partition.topic())) {
            return wish.replication();
        }
        var now = Math.max(1, partition.target().size());
        return asked(partition)
                .filter(asked -> asked >= now || mayBeFewer(partition, asked))
                .orElse(now);
    }

    /** Returns whether a move leads away from what its Topic object asks for: the wish was taken back meanwhile. */
    boolean isUnasked(PartitionState moving) {
        return asked(moving)
                .filter(asked ->
                        moving.source().size() == asked && moving.target().size() != asked)
                .isPresent();
    }

    private Optional<Integer> asked(PartitionState partition) {
        return Optional.ofNullable(facts.wishes().wished().get(partition.topic()))
                .map(TopicWishes.Wish::replicas)
                .filter(asked -> asked <= free.size());
    }

    /** Replicas go once all are in sync, for Kafka may keep any of them, and once no more is promised than will be left. */
    private boolean mayBeFewer(PartitionState partition, int asked) {
        var topic = partition.topic();
        // Kafka itself counts a promise that nobody made for this topic as no more than the replicas there are.
        var isOurs = Optional.ofNullable(facts.wishes().wished().get(topic))
                .flatMap(TopicWishes.Wish::minInSync)
                .isEmpty();
        return partition.inSync().containsAll(partition.target())
                && (isOurs || facts.ownMinInSync().getOrDefault(topic, facts.minInSync()) <= asked);
    }
}
