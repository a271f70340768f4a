package io.millrace.operator.plan;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be done about a topic. */
public sealed interface TopicAction extends Described {

    /** Create it. */
    record Create(String name, int partitions, Optional<Integer> replicas, Map<String, String> config)
            implements TopicAction {
        @Override
        public String words() {
            return "create it with %d partitions".formatted(partitions);
        }
    }

    /** Give it more partitions. */
    record Grow(String name, int partitions) implements TopicAction {
        @Override
        public String words() {
            return "grow to %d partitions".formatted(partitions);
        }
    }

    /** Set and remove settings. */
    record Configure(String name, Map<String, String> set, Set<String> remove) implements TopicAction {
        @Override
        public String words() {
            return Stream.concat(
                            new TreeMap<>(set)
                                    .entrySet().stream().map(entry -> "set " + entry.getKey() + "=" + entry.getValue()),
                            remove.stream().sorted().map(key -> "reset " + key))
                    .collect(Collectors.joining(", "));
        }
    }
}
