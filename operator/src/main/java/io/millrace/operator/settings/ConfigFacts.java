package io.millrace.operator.settings;

import io.millrace.api.v1alpha1.ConfigStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a decision about settings needs, at one moment.
 *
 * @param file the file that brokers read when they start, as it is now
 * @param queues that of the queue layer
 * @param withdrawn live settings that were in the file once and that brokers may still have been started with
 * @param pods a fingerprint of each setting that a pod was started with, for each pod that says so
 * @param brokers settings of the brokers that run; empty if they did not say
 * @param all whether there is no pod whose broker has not said so
 * @param refused why Kafka would not take what is due, by name
 * @param told what the status says of settings
 * @param seen whether the spec is the one that was last looked at
 */
public record ConfigFacts(
        Map<String, String> file,
        Map<String, String> queues,
        Set<String> withdrawn,
        List<Map<String, String>> pods,
        Optional<SettingFacts> brokers,
        boolean all,
        Map<String, String> refused,
        Optional<ConfigStatus> told,
        boolean seen) {

    public ConfigFacts {
        file = Map.copyOf(file);
        queues = Map.copyOf(queues);
        withdrawn = Set.copyOf(withdrawn);
        pods = List.copyOf(pods);
        refused = Map.copyOf(refused);
    }

    /** Returns those of a cluster of which nothing is known. */
    public static ConfigFacts nothing() {
        return new ConfigFacts(
                Map.of(), Map.of(), Set.of(), List.of(), Optional.empty(), false, Map.of(), Optional.empty(), false);
    }

    /** Returns the same with what the brokers say. */
    public ConfigFacts ofBrokers(SettingFacts found, boolean everybody, Map<String, String> refusals) {
        return new ConfigFacts(file, queues, withdrawn, pods, Optional.of(found), everybody, refusals, told, seen);
    }

    /** Returns the same without what the brokers say, for they are not to be believed. */
    public ConfigFacts ofSilentBrokers() {
        return new ConfigFacts(file, queues, withdrawn, pods, Optional.empty(), false, Map.of(), told, seen);
    }
}
