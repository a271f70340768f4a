package io.millrace.operator.settings;

import io.millrace.api.v1alpha1.ConfigStatus;
import io.millrace.api.v1alpha1.RefusedSetting;
import io.millrace.operator.intent.LiveQueueSettings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What becomes of {@code spec.config}.
 *
 * @param config what of it is in force: a value that Kafka refuses is not, and the one before it is
 * @param withdrawn live settings that are not in it any more and that brokers may still have been started with
 * @param due what brokers are to be told now
 * @param drifted which of that others have changed
 * @param dynamic what is about to change in running brokers, by name
 * @param needsRoll what changes when pods are made anew, by name
 * @param refused what Kafka does not take
 */
public record SettingsDecision(
        Map<String, String> config,
        Set<String> withdrawn,
        LiveChange due,
        Set<String> drifted,
        List<String> dynamic,
        List<String> needsRoll,
        List<RefusedSetting> refused) {

    /** What a status may hold. */
    private static final int MOST = 100;

    public SettingsDecision {
        config = Map.copyOf(config);
        withdrawn = Set.copyOf(withdrawn);
        drifted = Set.copyOf(drifted);
        dynamic = List.copyOf(dynamic);
        needsRoll = List.copyOf(needsRoll);
        refused = List.copyOf(refused);
    }

    /** Nothing to do. */
    public static SettingsDecision none(Map<String, String> config) {
        return new SettingsDecision(config, Set.of(), LiveChange.NONE, Set.of(), List.of(), List.of(), List.of());
    }

    /**
     * Returns the same with what changes when pods are made anew.
     *
     * @param wanted fingerprints of the settings that a pod made now would be started with
     * @param pods those that the pods there are were started with
     */
    public SettingsDecision rolling(Map<String, String> wanted, Collection<Map<String, String>> pods) {
        var names = new TreeSet<String>();
        for (var pod : pods) {
            var all = new TreeSet<>(wanted.keySet());
            all.addAll(pod.keySet());
            all.stream()
                    .filter(name -> !Objects.equals(wanted.get(name), pod.get(name)))
                    .forEach(names::add);
        }
        return new SettingsDecision(config, withdrawn, due, drifted, dynamic, List.copyOf(names), refused);
    }

    /**
     * Returns the same with what changes in queue layers that run: they watch their file.
     *
     * @param wanted what it is to say
     * @param file what it says; empty if there is none yet
     */
    public SettingsDecision watched(Map<String, String> wanted, Map<String, String> file) {
        if (file.isEmpty()) {
            return this;
        }
        var names = new TreeSet<>(wanted.keySet());
        names.addAll(file.keySet());
        names.removeIf(name -> !LiveQueueSettings.isLive(name) || Objects.equals(wanted.get(name), file.get(name)));
        names.addAll(dynamic);
        return new SettingsDecision(config, withdrawn, due, drifted, List.copyOf(names), needsRoll, refused);
    }

    /** Returns what the status is to say; empty if all settings are in force. */
    public Optional<ConfigStatus> status() {
        return dynamic.isEmpty() && needsRoll.isEmpty() && refused.isEmpty()
                ? Optional.empty()
                : Optional.of(new ConfigStatus(first(dynamic), first(needsRoll), first(refused)));
    }

    /** Returns what is refused and why, in words; empty if nothing is. */
    public Optional<String> refusal() {
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of(refused.stream()
                        .map(one -> "Kafka refuses spec.config %s: %s".formatted(one.name(), one.message()))
                        .collect(Collectors.joining(
                                "; ", "", ". Brokers keep the value before, and so does their file")));
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(MOST, all.size()));
    }
}
