package io.millrace.operator.rebalance;

/**
 * Pairs of brokers between which a search has found nothing. Once said, a pair stays closed until all are looked at
 * anew, though a change elsewhere may have opened it; and then until one of the two has changed.
 */
final class ClosedPairs {

    private final Layout layout;

    /** How often the two had changed when nothing was found, and one more; 0 where the pair is open. */
    private final int[][] closed;

    ClosedPairs(Layout layout) {
        this.layout = layout;
        this.closed = new int[layout.brokers][layout.brokers];
    }

    boolean has(int from, int to) {
        return closed[from][to] != 0;
    }

    /** Whether a pair is closed and nothing has changed since. */
    boolean hasStill(int from, int to) {
        return closed[from][to] == state(from, to);
    }

    void close(int from, int to) {
        closed[from][to] = state(from, to);
    }

    /** Opens the pairs of which a broker has changed since. */
    void openChanged() {
        for (int from = 0; from < layout.brokers; from++) {
            for (int to = 0; to < layout.brokers; to++) {
                closed[from][to] = hasStill(from, to) ? closed[from][to] : 0;
            }
        }
    }

    private int state(int from, int to) {
        return 1 + layout.changes[from] + layout.changes[to];
    }
}
