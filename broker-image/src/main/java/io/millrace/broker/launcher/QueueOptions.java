package io.millrace.broker.launcher;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of docs/configuration.md.
 *
 * @param publishLanes producers that messages are published through
 * @param fetchers consumers that backlogs are read with
 */
record QueueOptions(int publishLanes, int fetchers) {
    private static final String LANES = "millrace.queues.publish.lanes";
    private static final String FETCHERS = "millrace.queues.fetchers";
    private static final int CORES_PER_LANE = 4;
    private static final int MOST = 64;

    /**
     * Reads the settings among other options of the launcher.
     *
     * @throws IllegalArgumentException naming a key that is unknown or has a wrong value
     */
    static QueueOptions parse(Map<String, String> options) {
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeIf(key -> !key.startsWith(QueuesSettings.OPTIONS));
        unknown.removeAll(new HashSet<>(Set.of(LANES, FETCHERS)));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown settings of the queue layer: " + unknown + "; known are " + LANES + " and " + FETCHERS);
        }
        int cores = Runtime.getRuntime().availableProcessors();
        return new QueueOptions(
                number(options, LANES, Math.max(1, cores / CORES_PER_LANE)), number(options, FETCHERS, 2));
    }

    private static int number(Map<String, String> options, String key, int otherwise) {
        var value = options.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("\\d{1,2}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > MOST) {
            throw new IllegalArgumentException(key + " is '" + value + "', not a number from 1 to " + MOST);
        }
        return Integer.parseInt(value);
    }
}
