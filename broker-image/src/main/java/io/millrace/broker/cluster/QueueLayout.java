package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogTarget;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Delays;
import io.millrace.broker.queue.Partitioning;
import io.millrace.broker.queue.Priorities;
import io.millrace.broker.queue.Shards;
import io.millrace.broker.topology.QueueDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where a queue's messages lie: in the partitions of its topic and of those it had before it was changed. One that was never changed has levels 0, 1, … in the partitions
 * of the same numbers. Of messages of one priority those of an older topic come first.
 *
 * @param topic where new messages go; empty for a queue in memory
 * @param firstLevel the level of that topic's first partition
 * @param partitioning which partition of it a message goes to
 * @param parts all levels, the lowest first
 */
record QueueLayout(String topic, int firstLevel, Partitioning partitioning, List<Part> parts) {
    /**
     * One level.
     *
     * @param level its number, which no other level of the queue ever has
     * @param log the partition it is
     * @param held whether some pods may not know yet that the queue writes there
     */
    record Part(int level, LogPart log, boolean held) {}

    private record Ranked(Part part, int rank) {}

    static QueueLayout of(QueueDefinition queue) {
        var history = queue.history();
        var ranked = new ArrayList<Ranked>();
        for (var log : history.formerLogs()) {
            addLevels(
                    ranked,
                    log.topic(),
                    log.firstLevel(),
                    QueueSettings.partitioning(queue.kind(), log.arguments()),
                    false);
        }
        var topic = queue.topic() == null ? "" : queue.topic();
        var partitioning = QueueSettings.partitioning(queue.kind(), queue.arguments());
        addLevels(ranked, topic, history.firstLevel(), partitioning, !history.switched());
        ranked.sort(Comparator.comparingInt(Ranked::rank)
                .thenComparing(one -> one.part().level(), Comparator.reverseOrder()));
        return new QueueLayout(
                topic,
                history.firstLevel(),
                partitioning,
                ranked.stream().map(Ranked::part).toList());
    }

    private static void addLevels(
            List<Ranked> ranked, String topic, int firstLevel, Partitioning partitioning, boolean held) {
        IntStream.range(0, partitioning.levels())
                .mapToObj(partition -> new Ranked(
                        new Part(firstLevel + partition, new LogPart(topic, partition), held),
                        rank(partitioning, partition)))
                .forEach(ranked::add);
    }

    /** Priorities go from the lowest to the highest; other levels have no rank and stay in their order. */
    private static int rank(Partitioning partitioning, int partition) {
        return switch (partitioning) {
            case Priorities priorities -> priorities.lowestOf(partition);
            case Shards shards -> partition;
            case Delays delays -> partition;
        };
    }

    /** Where a new message goes; the record of a message of a queue with group keys carries its key. */
    LogTarget target(Message message) {
        return switch (partitioning) {
            case Priorities priorities -> LogTarget.of(topic, priorities.levelOf(message));
            case Shards shards -> {
                var key = Shards.keyOf(message);
                yield new LogTarget(topic, shards.shardOf(key), key.bytes());
            }
            case Delays delays -> LogTarget.of(topic, delays.levelOf(message));
        };
    }

    /** The level that a partition of {@link #topic} is. */
    int level(LogTarget target) {
        return firstLevel + target.partition();
    }

    /** The partitions, in the order of the levels. */
    List<LogPart> logs() {
        return parts.stream().map(Part::log).toList();
    }

    boolean has(int level) {
        return parts.stream().anyMatch(part -> part.level() == level);
    }
}
