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
 * @param firstLevel the number of the first level of its topic; the levels of former logs have other numbers
 * @param switched whether every pod writes to its topic; until then nothing of that is delivered, or order would be lost
 */
public record QueueHistory(
        List<FieldTable> declarations, List<FormerLog> formerLogs, int logNumber, int firstLevel, boolean switched) {
    /** A queue as it was declared. */
    public static final QueueHistory NONE = new QueueHistory(List.of(), List.of(), 0, 0, true);

    /** A log of a queue has at most so many levels, and their numbers begin at a multiple of it. */
    public static final int LEVELS_OF_A_LOG = 64;

    /** There are numbers for the levels of so many logs. */
    static final int MOST_LOGS = 4;

    private static final int MOST_DECLARATIONS = 8;

    public QueueHistory {
        declarations = List.copyOf(declarations);
        formerLogs = List.copyOf(formerLogs);
    }

    /**
     * A topic that a queue wrote to.
     *
     * @param number how many the queue had before it
     * @param firstLevel the number of its first level
     * @param arguments those of the queue then, which say what its levels are
     */
    public record FormerLog(String topic, int number, int firstLevel, FieldTable arguments) {}

    /** The history of a queue that had these arguments until now. */
    QueueHistory declaredOnceWith(FieldTable arguments) {
        var all = new ArrayList<FieldTable>();
        all.add(arguments);
        declarations.stream().filter(earlier -> !earlier.equals(arguments)).forEach(all::add);
        return new QueueHistory(
                all.subList(0, Math.min(all.size(), MOST_DECLARATIONS)), formerLogs, logNumber, firstLevel, switched);
    }

    /** The history of a queue that wrote to {@code topic} until now, and from now on writes to another. */
    QueueHistory leaving(String topic, FieldTable arguments) {
        var all = new ArrayList<>(formerLogs);
        all.add(new FormerLog(topic, logNumber, firstLevel, arguments));
        return new QueueHistory(declarations, all, logNumber + 1, freeLevel(all), false);
    }

    private static int freeLevel(List<FormerLog> taken) {
        int level = 0;
        while (isTaken(level, taken)) {
            level += LEVELS_OF_A_LOG;
        }
        return level;
    }

    private static boolean isTaken(int level, List<FormerLog> logs) {
        return logs.stream().anyMatch(log -> log.firstLevel() == level);
    }

    /** As it is when every pod writes to the queue's topic. */
    QueueHistory switchedOver() {
        return new QueueHistory(declarations, formerLogs, logNumber, firstLevel, true);
    }

    /** Without a former log, of which everything is settled. */
    QueueHistory without(String topic) {
        var rest = formerLogs.stream().filter(log -> !log.topic().equals(topic)).toList();
        return new QueueHistory(declarations, rest, logNumber, firstLevel, switched);
    }

    /** Whether one more log can be told from all others. */
    boolean hasRoom() {
        return formerLogs.size() < MOST_LOGS - 1;
    }
}
