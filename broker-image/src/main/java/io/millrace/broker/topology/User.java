package io.millrace.broker.topology;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A user of the broker.
 *
 * @param tags management rights, such as {@code administrator} or {@code impersonator}; sorted
 */
public record User(String name, PasswordHash password, Set<String> tags, Limits limits) implements TopologyEntry {
    public User {
        tags = Collections.unmodifiableSortedSet(new TreeSet<>(tags));
    }

    /** A user without limits. */
    public User(String name, PasswordHash password, Set<String> tags) {
        this(name, password, tags, Limits.NONE);
    }

    @Override
    public TopologyKey.OfUser key() {
        return new TopologyKey.OfUser(name);
    }
}
