package io.millrace.broker.protocol;

import java.util.ArrayDeque;

/**
 * How long deliveries have waited for their acknowledgement, without a time for each: whoever looks regularly notes which tags were given by then. An age is
 * never more than the true one, and less by at most the time between two looks.
 */
final class DeliveryAges {
    private record Mark(long lastTag, long atMs) {}

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();

    /**
     * Notes that all tags up to {@code lastTag} have been given.
     *
     * @param oldest the oldest tag that waits; what came before it is forgotten
     */
    void look(long lastTag, long oldest, long nowMs) {
        while (!marks.isEmpty() && marks.getFirst().lastTag() < oldest) {
            marks.removeFirst();
        }
        if (marks.isEmpty() || marks.getLast().lastTag() < lastTag) {
            marks.addLast(new Mark(lastTag, nowMs));
        }
    }

    /** How long the oldest tag that waits has waited, by the looks until now. */
    long oldestMs(long nowMs) {
        return marks.isEmpty() ? 0 : nowMs - marks.getFirst().atMs();
    }
}
