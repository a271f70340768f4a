package io.millrace.operator.desired;

import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.LiveQueueSettings;
import io.millrace.operator.intent.LiveSettings;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings that are read at start only: a fingerprint of each, in an annotation of every pod. When one changes, pods are made
 * anew; and until then it tells which. What is taken live is not among them.
 */
public final class StartSettings {

    private StartSettings() {}

    private static final String LISTENER = "millrace.listener.";

    /** Returns the fingerprints of those that a broker's pod made now would be started with, by name. */
    public static Map<String, String> of(BrokerClusterIntent intent) {
        var settings = ofLog(intent);
        if (intent.queues()) {
            settings.putAll(BrokerConfigMap.queues(intent));
            settings.keySet().removeIf(LiveQueueSettings::isLive);
        }
        return fingerprints(settings);
    }

    /** Returns those of a dedicated controller: it has no listeners for clients, and no queue layer beside it. */
    static Map<String, String> ofControllers(BrokerClusterIntent intent) {
        var settings = ofLog(intent);
        settings.keySet().removeIf(name -> name.startsWith(LISTENER));
        return fingerprints(settings);
    }

    private static Map<String, String> ofLog(BrokerClusterIntent intent) {
        var settings = new TreeMap<>(BrokerConfigMap.log(intent));
        settings.keySet().removeIf(LiveSettings::isLive);
        return settings;
    }

    private static Map<String, String> fingerprints(Map<String, String> settings) {
        settings.replaceAll((name, value) -> Hash.of(name + "=" + value));
        return settings;
    }

    /** Reads an annotation; empty if it is not one of these. */
    public static Map<String, String> parse(String annotation) {
        return annotation
                .lines()
                .filter(line -> line.lastIndexOf('=') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf('=')),
                        line -> line.substring(line.lastIndexOf('=') + 1),
                        (first, second) -> second));
    }

    static String text(Map<String, String> fingerprints) {
        return fingerprints.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
