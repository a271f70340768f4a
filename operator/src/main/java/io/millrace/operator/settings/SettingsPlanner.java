package io.millrace.operator.settings;

import io.millrace.api.v1alpha1.ConfigStatus;
import io.millrace.api.v1alpha1.RefusedSetting;
import io.millrace.operator.intent.LiveSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Decides what of {@code spec.config} brokers are told while they run. All of it is also in the file that they read when they
 * start: a broker that was started with the wanted value needs not to be told, and one that was started with a value that is not
 * wanted any more is told the default, for what is in its file cannot be taken from it.
 */
public final class SettingsPlanner {

    private static final int LONGEST_MESSAGE = 1_000;
    private static final int LONGEST_VALUE = 1_024;

    private SettingsPlanner() {}

    /** Decides. */
    public static SettingsDecision decide(Map<String, String> spec, ConfigFacts facts) {
        var refused = refused(spec, facts);
        var config = inForce(spec, refused.keySet(), facts);
        var withdrawn = withdrawn(config, facts);
        var due = change(config, withdrawn, facts).without(refused.keySet());
        return new SettingsDecision(
                config,
                withdrawn,
                due,
                drifted(due, withdrawn, facts),
                facts.brokers().isPresent() ? List.copyOf(due.names()) : told(facts),
                List.of(),
                refused.values().stream().toList());
    }

    /** Returns what brokers would be told if Kafka took all of it: what it is to be asked about. */
    public static LiveChange wish(Map<String, String> spec, ConfigFacts facts) {
        return change(spec, withdrawn(spec, facts), facts);
    }

    private static LiveChange change(Map<String, String> config, Set<String> withdrawn, ConfigFacts facts) {
        if (facts.brokers().isEmpty()) {
            return LiveChange.NONE;
        }
        var found = facts.brokers().get();
        var set = new TreeMap<String, String>();
        var unset = new TreeSet<String>();
        var unsetOf = new HashMap<Integer, Set<String>>();
        for (var name : LiveSettings.managed(config.keySet())) {
            var wanted = wanted(name, config, withdrawn, found);
            // A broker that is away may come back with the value it was started with.
            if (wanted.isEmpty()
                    && found.everywhere().containsKey(name)
                    && (facts.all() || !withdrawn.contains(name))) {
                onTheWayBack(name, found).ifPresentOrElse(value -> set.put(name, value), () -> unset.add(name));
            }
            wanted.filter(value -> !found.isEverywhere(name, value))
                    .ifPresent(value -> set.put(name, step(name, value, found)));
            found.brokers().keySet().stream()
                    .filter(node -> found.of(node, name).own() != null)
                    .forEach(node -> unsetOf.computeIfAbsent(node, key -> new TreeSet<>())
                            .add(name));
        }
        return new LiveChange(set, unset, unsetOf);
    }

    /** The value that brokers are to have whatever they were started with; empty: that which they were started with. */
    private static Optional<String> wanted(
            String name, Map<String, String> config, Set<String> withdrawn, SettingFacts found) {
        var value = config.get(name);
        if (value != null) {
            return LiveSettings.isLive(name) ? Optional.of(value.strip()) : Optional.empty();
        }
        return withdrawn.contains(name) && found.isStartedWith(name) ? found.otherwise(name) : Optional.empty();
    }

    /** What brokers have to be told before it can be left to what they were started with; empty: nothing. */
    private static Optional<String> onTheWayBack(String name, SettingFacts found) {
        return found.untold(name)
                .filter(value -> !step(name, value, found).equals(value))
                .map(value -> step(name, value, found));
    }

    /** Kafka at most halves or doubles a number of threads: what is further away is reached in steps. */
    private static String step(String name, String wanted, SettingFacts found) {
        if (!LiveSettings.isThreads(name)) {
            return wanted;
        }
        try {
            var goal = Integer.parseInt(wanted);
            if (goal < 1) {
                return wanted;
            }
            for (var text : found.common(name)) {
                var current = Integer.parseInt(text.strip());
                goal = Math.clamp(goal, Math.max(1, current / 2), Math.max(1, current * 2));
            }
            return Integer.toString(goal);
        } catch (NumberFormatException e) {
            return wanted; // Kafka finds better words for it.
        }
    }

    /** What Kafka says now or, where nobody can ask, what it said of the same value. */
    private static Map<String, RefusedSetting> refused(Map<String, String> spec, ConfigFacts facts) {
        var refused = new TreeMap<String, RefusedSetting>();
        if (facts.brokers().isPresent()) {
            facts.refused()
                    .forEach((name, why) -> refused.put(
                            name,
                            new RefusedSetting(
                                    name,
                                    Optional.ofNullable(spec.get(name))
                                            .map(value -> first(LONGEST_VALUE, value))
                                            .orElse(null),
                                    first(LONGEST_MESSAGE, why))));
        } else {
            told(facts.told().map(ConfigStatus::refused)).stream()
                    .filter(one -> Objects.equals(one.value(), spec.get(one.name())))
                    .forEach(one -> refused.put(one.name(), one));
        }
        return refused;
    }

    /** A broker that cannot start is no better than one that does not take a value: what is refused is not in its file either. */
    private static Map<String, String> inForce(Map<String, String> spec, Set<String> refused, ConfigFacts facts) {
        var config = new TreeMap<>(spec);
        refused.stream().filter(spec::containsKey).forEach(name -> {
            var before = facts.file().get(name);
            if (before == null) {
                config.remove(name);
            } else {
                config.put(name, before);
            }
        });
        return config;
    }

    private static Set<String> withdrawn(Map<String, String> config, ConfigFacts facts) {
        var names = new TreeSet<>(facts.withdrawn());
        facts.file().keySet().stream().filter(LiveSettings::isLive).forEach(names::add);
        names.removeAll(config.keySet());
        facts.brokers()
                .filter(found -> facts.all())
                .ifPresent(found -> names.removeIf(name ->
                        !found.isStartedWith(name) && !found.everywhere().containsKey(name)));
        return names;
    }

    /** What has to be done again although nobody has changed the spec was undone by somebody. */
    private static Set<String> drifted(LiveChange due, Set<String> withdrawn, ConfigFacts facts) {
        if (!facts.seen()) {
            return Set.of();
        }
        var underWay = Set.copyOf(told(facts));
        var refused = told(facts.told().map(ConfigStatus::refused)).stream()
                .map(RefusedSetting::name)
                .collect(Collectors.toSet());
        return due.names().stream()
                .filter(name -> !underWay.contains(name) && !refused.contains(name) && !withdrawn.contains(name))
                .collect(Collectors.toSet());
    }

    private static List<String> told(ConfigFacts facts) {
        return told(facts.told().map(ConfigStatus::dynamic));
    }

    private static <T> List<T> told(Optional<List<T>> list) {
        return list.orElse(List.of());
    }

    private static String first(int length, String text) {
        return text.substring(0, Math.min(length, text.length()));
    }
}
