package io.millrace.operator.plan;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be done about a topic. */
public sealed interface TopicAction {

    /** Create it. */
    record Create(String name, int partitions, Optional<Integer> replicas, Map<String, String> config)
            implements TopicAction {}

    /** Give it more partitions. */
    record Grow(String name, int partitions) implements TopicAction {}

    /** Set and remove settings. */
    record Configure(String name, Map<String, String> set, Set<String> remove) implements TopicAction {}
}
