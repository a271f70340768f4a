package io.millrace.operator.settings;

import io.millrace.api.v1alpha1.ConfigStatus;
import io.millrace.api.v1alpha1.RefusedSetting;
import io.millrace.operator.settings.SettingFacts.Found;
import io.millrace.operator.settings.SettingFacts.Source;
import io.millrace.operator.settings.SettingFacts.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Settings of a cluster with two brokers, that runs as its spec says and was looked at before. */
final class SettingsScene {

    private static final Map<String, String> DEFAULTS = Map.of(
            "num.io.threads", "8",
            "log.retention.hours", "168",
            "log.retention.bytes", "-1",
            "unclean.leader.election.enable", "false");

    private final Map<String, String> everywhere = new HashMap<>();
    private final Map<Integer, Map<String, String>> own = new HashMap<>(Map.of(0, Map.of(), 1, Map.of()));
    private final Map<Integer, Map<String, String>> started = new HashMap<>(Map.of(0, Map.of(), 1, Map.of()));
    private final Map<String, String> refused = new HashMap<>();
    private Map<String, String> file = Map.of();
    private Set<String> withdrawn = Set.of();
    private Optional<ConfigStatus> told = Optional.empty();
    private boolean answers = true;
    private boolean all = true;
    private boolean seen = true;

    SettingsScene file(Map<String, String> settings) {
        file = settings;
        return this;
    }

    SettingsScene withdrawn(String... names) {
        withdrawn = Set.of(names);
        return this;
    }

    SettingsScene everywhere(String name, String value) {
        everywhere.put(name, value);
        return this;
    }

    SettingsScene own(int node, String name, String value) {
        own.put(node, Map.of(name, value));
        return this;
    }

    SettingsScene started(int node, String name, String value) {
        started.put(node, Map.of(name, value));
        return this;
    }

    SettingsScene refused(String name, String why) {
        refused.put(name, why);
        return this;
    }

    SettingsScene told(List<String> dynamic, List<RefusedSetting> refusals) {
        told = Optional.of(new ConfigStatus(dynamic, List.of(), refusals));
        return this;
    }

    SettingsScene silent() {
        answers = false;
        return this;
    }

    SettingsScene oneAway() {
        all = false;
        return this;
    }

    SettingsScene specChanged() {
        seen = false;
        return this;
    }

    ConfigFacts facts() {
        return new ConfigFacts(
                file,
                Map.of(),
                withdrawn,
                List.of(),
                answers ? Optional.of(found()) : Optional.empty(),
                all,
                refused,
                told,
                seen);
    }

    SettingsDecision decide(Map<String, String> spec) {
        return SettingsPlanner.decide(spec, facts());
    }

    private SettingFacts found() {
        var brokers = new HashMap<Integer, Map<String, Found>>();
        for (int node = 0; node < 2; node++) {
            brokers.put(node, ofNode(node));
        }
        return new SettingFacts(everywhere, brokers);
    }

    private Map<String, Found> ofNode(int node) {
        var names = new ArrayList<>(DEFAULTS.keySet());
        names.add("log.retention.ms");
        var found = new HashMap<String, Found>();
        names.forEach(name -> found.put(name, Found.of(name, values(node, name))));
        return found;
    }

    /** As Kafka lists them: of the setting and its synonyms, what was told before what was in the file before defaults. */
    private List<Value> values(int node, String name) {
        var synonyms = name.equals("log.retention.ms") ? List.of(name, "log.retention.hours") : List.of(name);
        var values = new ArrayList<Value>();
        add(values, synonyms, Source.BROKER, own.getOrDefault(node, Map.of()));
        add(values, synonyms, Source.EVERYWHERE, everywhere);
        add(values, synonyms, Source.START, started.getOrDefault(node, Map.of()));
        add(values, synonyms, Source.DEFAULT, DEFAULTS);
        return values;
    }

    private static void add(List<Value> values, List<String> names, Source source, Map<String, String> all) {
        for (var name : names) {
            var text = all.get(name);
            if (text != null) {
                values.add(new Value(source, name, text));
            }
        }
    }
}
