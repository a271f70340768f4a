package io.millrace.operator.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What brokers are told while they run.
 *
 * @param set values for all brokers, by name
 * @param unset what all brokers are no more told
 * @param unsetOf what single brokers are no more told, by node id
 */
public record LiveChange(Map<String, String> set, Set<String> unset, Map<Integer, Set<String>> unsetOf) {

    /** Nothing to be told. */
    public static final LiveChange NONE = new LiveChange(Map.of(), Set.of(), Map.of());

    public LiveChange {
        set = Map.copyOf(set);
        unset = Set.copyOf(unset);
        var copy = new HashMap<Integer, Set<String>>();
        unsetOf.forEach((node, names) -> copy.put(node, Set.copyOf(names)));
        unsetOf = Map.copyOf(copy);
    }

    /** Returns whether there is nothing to be told. */
    public boolean isEmpty() {
        return set.isEmpty() && unset.isEmpty() && unsetOf.isEmpty();
    }

    /** Returns the settings it is about, in order. */
    public Set<String> names() {
        var names = new TreeSet<>(set.keySet());
        names.addAll(unset);
        unsetOf.values().forEach(names::addAll);
        return names;
    }

    /** Returns the part for all brokers that is about some settings. */
    public LiveChange only(Set<String> names) {
        var kept = new TreeMap<>(set);
        kept.keySet().retainAll(names);
        var removed = new TreeSet<>(unset);
        removed.retainAll(names);
        return new LiveChange(kept, removed, Map.of());
    }

    /** Returns the same without some settings for all brokers; single brokers are told of them all the same. */
    public LiveChange without(Set<String> names) {
        var kept = new TreeMap<>(set);
        kept.keySet().removeAll(names);
        var removed = new TreeSet<>(unset);
        removed.removeAll(names);
        return new LiveChange(kept, removed, unsetOf);
    }
}
