package io.millrace.operator.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Settings as the brokers that run have them; values as they were written, not as Kafka reads them.
 *
 * @param everywhere what was set for all brokers while they run, by name
 * @param brokers what else there is to each setting, by node id and name
 */
public record SettingFacts(Map<String, String> everywhere, Map<Integer, Map<String, Found>> brokers) {

    private static final long HOUR_MS = 3_600_000;
    private static final long MINUTE_MS = 60_000;

    public SettingFacts {
        everywhere = Map.copyOf(everywhere);
        var copy = new HashMap<Integer, Map<String, Found>>();
        brokers.forEach((node, found) -> copy.put(node, Map.copyOf(found)));
        brokers = Map.copyOf(copy);
    }

    /** Where a value comes from. */
    public enum Source {
        /** Set for that broker alone while it runs. */
        BROKER,
        /** Set for all brokers while they run. */
        EVERYWHERE,
        /** In the file it was started with, or from its launcher. */
        START,
        /** Kafka's own. */
        DEFAULT
    }

    /**
     * One of the values that a setting could have, of itself or of a synonym, such as {@code log.retention.hours} of
     * {@code log.retention.ms}.
     */
    public record Value(Source source, String name, String text) {}

    /**
     * A setting of one broker.
     *
     * @param own set for it alone while it runs
     * @param started what it was started with
     * @param otherwise what it would have if neither it nor all brokers had been told anything, in the units of the setting
     */
    public record Found(
            @Nullable String own,
            @Nullable String started,
            @Nullable String otherwise) {

        private static final Found NOTHING = new Found(null, null, null);

        /** Reads the values that Kafka lists, in the order in which they count. */
        public static Found of(String name, List<Value> values) {
            return new Found(
                    text(name, Source.BROKER, values),
                    text(name, Source.START, values),
                    values.stream()
                            .filter(value -> value.source() == Source.DEFAULT
                                    || (value.source() == Source.START
                                            && !value.name().equals(name)))
                            .findFirst()
                            .map(value -> inUnitsOf(name, value))
                            .orElse(null));
        }

        private static @Nullable String text(String name, Source source, List<Value> values) {
            return values.stream()
                    .filter(value -> value.source() == source && value.name().equals(name))
                    .findFirst()
                    .map(Value::text)
                    .orElse(null);
        }

        private static String inUnitsOf(String name, Value value) {
            if (!name.endsWith(".ms")) {
                return value.text();
            }
            if (value.name().endsWith(".hours")) {
                return Long.toString(Long.parseLong(value.text()) * HOUR_MS);
            }
            return value.name().endsWith(".minutes")
                    ? Long.toString(Long.parseLong(value.text()) * MINUTE_MS)
                    : value.text();
        }
    }

    /** Returns a setting of a broker. */
    Found of(int node, String name) {
        return brokers.getOrDefault(node, Map.of()).getOrDefault(name, Found.NOTHING);
    }

    /** Returns whether some broker was started with a value of it. */
    boolean isStartedWith(String name) {
        return brokers.keySet().stream().anyMatch(node -> of(node, name).started() != null);
    }

    /** Returns what brokers would have if nobody had told them anything. */
    Optional<String> otherwise(String name) {
        return brokers.keySet().stream()
                .sorted()
                .flatMap(node -> Stream.ofNullable(of(node, name).otherwise()))
                .findFirst();
    }

    /** Returns what the first broker would have if nobody had told it anything while it runs. */
    Optional<String> untold(String name) {
        return brokers.keySet().stream()
                .sorted()
                .flatMap(node -> Stream.ofNullable(common(of(node, name), null)))
                .findFirst();
    }

    /** Returns the values that brokers have, but for what single ones were told. */
    List<String> common(String name) {
        return brokers.keySet().stream()
                .sorted()
                .flatMap(node -> Stream.ofNullable(common(of(node, name), everywhere.get(name))))
                .toList();
    }

    /** Returns whether every broker has that value, but for what single ones were told. */
    boolean isEverywhere(String name, String value) {
        var found = common(name);
        return found.size() == brokers.size() && found.stream().allMatch(value::equals);
    }

    private static @Nullable String common(Found found, @Nullable String everywhere) {
        if (everywhere != null) {
            return everywhere;
        }
        return found.started() != null ? found.started() : found.otherwise();
    }
}
