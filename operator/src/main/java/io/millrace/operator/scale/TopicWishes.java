package io.millrace.operator.scale;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Topic objects say about replicas.
 *
 * @param defaulted topics whose objects leave it to the cluster
 * @param wished what the other objects ask for, by topic
 */
public record TopicWishes(Set<String> defaulted, Map<String, Wish> wished) {

    /** Nobody says anything. */
    public static final TopicWishes NONE = new TopicWishes(Set.of(), Map.of());

    public TopicWishes {
        defaulted = Set.copyOf(defaulted);
        wished = Map.copyOf(wished);
    }

    /**
     * What one object asks for.
     *
     * @param replicas replicas of each partition
     * @param minInSync its own min.insync.replicas, if it has a wish about that
     */
    public record Wish(int replicas, Optional<Integer> minInSync) {}
}
