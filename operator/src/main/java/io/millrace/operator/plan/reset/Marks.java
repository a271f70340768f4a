package io.millrace.operator.plan.reset;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All marks of a cluster, as they follow from the records of its journal in the order of the log. */
public final class Marks {

    private final Map<String, Mark> latest = new TreeMap<>();

    /**
     * Takes the next record. Of two attempts at the same thing the first counts, until it is withdrawn: who begins second
     * must find that out by reading its own start back.
     */
    public void add(String key, Mark mark) {
        var before = latest.get(key);
        if (before == null
                || before.state() == Mark.State.WITHDRAWN
                || before.run().equals(mark.run())) {
            latest.put(key, mark);
        }
    }

    /** Returns what is known of one thing; what was withdrawn has not happened. */
    public Optional<Mark> of(String key) {
        return Optional.ofNullable(latest.get(key)).filter(mark -> mark.state() != Mark.State.WITHDRAWN);
    }
}
