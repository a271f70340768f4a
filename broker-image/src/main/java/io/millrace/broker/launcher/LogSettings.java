package io.millrace.broker.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings of {@code log} as the operator writes them ({@code log.properties} of docs/seams.md).
 *
 * @param cluster name of the BrokerCluster
 * @param headlessService service that gives every pod its name in DNS
 * @param controllers ids of the nodes that are controllers
 * @param listeners listeners for Kafka clients, by name
 * @param kafka what goes to Kafka as it is
 */
record LogSettings(
        String cluster,
        String headlessService,
        List<Integer> controllers,
        List<ClientListener> listeners,
        Map<String, String> kafka) {
    static final String CLUSTER = "millrace.cluster";
    static final String HEADLESS_SERVICE = "millrace.headless.service";
    static final String CONTROLLERS = "millrace.controllers";
    static final String LISTENER = "millrace.listener.<name>.";

    private static final Pattern LISTENER_KEY = Pattern.compile("millrace\\.listener\\.([^.]+)\\.([a-z]+)");

    LogSettings {
        controllers = List.copyOf(controllers);
        listeners = List.copyOf(listeners);
        kafka = Map.copyOf(kafka);
    }

    /**
     * Reads the file's content.
     *
     * @throws IllegalArgumentException naming the key that is missing, unknown or wrong
     */
    static LogSettings parse(Map<String, String> properties) {
        var kafka = new HashMap<String, String>();
        var listeners = new TreeMap<String, Map<String, String>>();
        properties.forEach((key, value) -> {
            var listener = LISTENER_KEY.matcher(key);
            if (listener.matches()) {
                listeners
                        .computeIfAbsent(listener.group(1), name -> new HashMap<>())
                        .put(listener.group(2), value.strip());
            } else if (!key.startsWith("millrace.")) {
                kafka.put(key, value.strip());
            } else if (!List.of(CLUSTER, HEADLESS_SERVICE, CONTROLLERS).contains(key)) {
                throw new IllegalArgumentException("unknown key " + key);
            }
        });
        var parsed = new ArrayList<ClientListener>();
        listeners.forEach((name, keys) -> parsed.add(listener(name, keys)));
        return new LogSettings(
                required(properties, CLUSTER),
                required(properties, HEADLESS_SERVICE),
                controllers(required(properties, CONTROLLERS)),
                parsed,
                kafka);
    }

    private static ClientListener listener(String name, Map<String, String> keys) {
        var prefix = LISTENER.replace("<name>", name);
        keys.keySet().stream()
                .filter(key -> !List.of("port", "type", "tls", "authentication").contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new IllegalArgumentException("unknown key " + prefix + key);
                });
        return new ClientListener(
                name,
                number(prefix + "port", Optional.ofNullable(keys.get("port")).orElse("")),
                oneOf(ClientListener.Type.class, prefix + "type", keys.getOrDefault("type", "internal")),
                Boolean.parseBoolean(keys.getOrDefault("tls", "false")),
                oneOf(
                        ClientListener.Authentication.class,
                        prefix + "authentication",
                        keys.getOrDefault("authentication", "none")));
    }

    private static List<Integer> controllers(String value) {
        return Arrays.stream(value.split(",", -1))
                .map(id -> number(CONTROLLERS, id.strip()))
                .toList();
    }

    private static String required(Map<String, String> properties, String key) {
        var value = properties.getOrDefault(key, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("missing key " + key);
        }
        return value;
    }

    private static int number(String key, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + value + "', not a number", e);
        }
    }

    private static <E extends Enum<E>> E oneOf(Class<E> values, String key, String value) {
        return Arrays.stream(values.getEnumConstants())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(key + " is '" + value + "', which is not known"));
    }
}
