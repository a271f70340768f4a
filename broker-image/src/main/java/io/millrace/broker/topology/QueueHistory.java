package io.millrace.broker.topology;

import io.millrace.broker.model.FieldTable;
import java.util.ArrayList;
import java.util.List;

/**
 * How a queue came to be what it is, if it was changed since it was declared.
 *
 * @param declarations arguments it had earlier, the newest first: who declares it with them means this queue
 * @param formerLogs topics it wrote to earlier whose messages are not all settled, the oldest first
 * @param logNumber how many topics it had before
 * @param switched whether every pod writes to its topic; until then nothing of that is delivered, or order would be lost
 */
public record QueueHistory(List<FieldTable> declarations, List<FormerLog> formerLogs, int logNumber, boolean switched) {
    /** A queue as it was declared. */
    public static final QueueHistory NONE = new QueueHistory(List.of(), List.of(), 0, true);

    /** A log of a queue that has several has at most so many levels. */
    private static final int LEVELS_OF_A_LOG = 64;

    /** Former logs that may hold messages: each is more to read. */
    private static final int MOST_FORMER_LOGS = 3;

    /** Then the numbers of levels would not fit into the slot log. */
    private static final int MOST_MOVES = 500;

    private static final int MOST_DECLARATIONS = 8;

    public QueueHistory {
        declarations = List.copyOf(declarations);
        formerLogs = List.copyOf(formerLogs);
    }

    /**
     * A topic that a queue wrote to.
     *
     * @param number how many the queue had before it
     * @param arguments those of the queue then, which say what its levels are
     */
    public record FormerLog(String topic, int number, FieldTable arguments) {
        /** The number of its first level. */
        public int firstLevel() {
            return QueueHistory.firstLevel(number);
        }
    }

    /** The history of a queue that had these arguments until now. */
    QueueHistory declaredOnceWith(FieldTable arguments) {
        var all = new ArrayList<FieldTable>();
        all.add(arguments);
        declarations.stream().filter(earlier -> !earlier.equals(arguments)).forEach(all::add);
        return new QueueHistory(
                all.subList(0, Math.min(all.size(), MOST_DECLARATIONS)), formerLogs, logNumber, switched);
    }

    /** The history of a queue that wrote to {@code topic} until now, and from now on writes to another. */
    QueueHistory leaving(String topic, FieldTable arguments) {
        var all = new ArrayList<>(formerLogs);
        all.add(new FormerLog(topic, logNumber, arguments));
        return new QueueHistory(declarations, all, logNumber + 1, false);
    }

    /** The number of the first level of its topic. No two levels that a queue ever has share a number: what was said of one never counts for another. */
    public int firstLevel() {
        return firstLevel(logNumber);
    }

    private static int firstLevel(int log) {
        return log * LEVELS_OF_A_LOG;
    }

    /** How many topics a queue had before that in which a level lies. */
    public static int logOf(int level) {
        return level / LEVELS_OF_A_LOG;
    }

    /** As it is when every pod writes to the queue's topic. */
    QueueHistory switchedOver() {
        return new QueueHistory(declarations, formerLogs, logNumber, true);
    }

    /** Without a former log, of which everything is settled. */
    QueueHistory without(String topic) {
        var rest = formerLogs.stream().filter(log -> !log.topic().equals(topic)).toList();
        return new QueueHistory(declarations, rest, logNumber, switched);
    }

    /** Whether former logs have to be settled before the queue can move again. */
    boolean isFull() {
        return formerLogs.size() >= MOST_FORMER_LOGS;
    }

    /** Whether it has moved as often as a queue can. */
    boolean isWornOut() {
        return logNumber >= MOST_MOVES;
    }
}
