package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Upper bounds by their names; a negative one is none.
 *
 * @param values sorted by name
 */
public record Limits(Map<String, Long> values) {
    /** No bounds. */
    public static final Limits NONE = new Limits(Map.of());

    /** The name of the limit of open connections, of users and of virtual hosts. */
    public static final String CONNECTIONS = "max-connections";

    /** The name of the limit of queues in a virtual host. */
    public static final String QUEUES = "max-queues";

    /** The name of the limit of open channels of a user. */
    public static final String CHANNELS = "max-channels";

    private static final Set<String> OF_VIRTUAL_HOST = Set.of(CONNECTIONS, QUEUES);
    private static final Set<String> OF_USER = Set.of(CONNECTIONS, CHANNELS);

    public Limits {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /**
     * The limits of a virtual host.
     *
     * @throws IllegalArgumentException with RabbitMQ's text if there are no such limits
     */
    public static Limits ofVirtualHost(FieldTable terms) {
        problem(OF_VIRTUAL_HOST, "limits", terms).ifPresent(text -> {
            throw new IllegalArgumentException("Validation failed\n\n" + text + "\n");
        });
        return new Limits(numbers(terms));
    }

    /**
     * The limits of a user.
     *
     * @throws IllegalArgumentException with RabbitMQ's text if there are no such limits
     */
    public static Limits ofUser(FieldTable terms) {
        problem(OF_USER, "user-limits", terms).ifPresent(text -> {
            throw new IllegalArgumentException(text);
        });
        return new Limits(numbers(terms));
    }

    private static Optional<String> problem(Set<String> known, String what, FieldTable terms) {
        var unknown = new LinkedHashMap<>(terms.entries());
        unknown.keySet().removeAll(known);
        if (!unknown.isEmpty()) {
            return Optional.of("Unrecognised terms " + PolicyKeys.terms(unknown) + " in " + what);
        }
        return terms.entries().entrySet().stream()
                .filter(entry -> !(entry.getValue() instanceof FieldValue.Whole))
                .map(entry -> entry.getKey() + " should be a number, actually was " + PolicyKeys.term(entry.getValue()))
                .findFirst();
    }

    private static Map<String, Long> numbers(FieldTable terms) {
        var numbers = new TreeMap<String, Long>();
        terms.entries().forEach((name, value) -> numbers.put(name, ((FieldValue.Whole) value).asLong()));
        return numbers;
    }

    /** The bound of that name, if there is one. */
    public OptionalLong of(String name) {
        long value = values.getOrDefault(name, -1L);
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** These and other ones; of the same name the other counts. */
    public Limits with(Limits others) {
        var all = new TreeMap<>(values);
        all.putAll(others.values);
        return new Limits(all);
    }

    public Limits without(String name) {
        var rest = new TreeMap<>(values);
        rest.remove(name);
        return new Limits(rest);
    }
}
