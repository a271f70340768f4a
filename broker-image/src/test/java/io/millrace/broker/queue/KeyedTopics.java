package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The topics of a queue whose number of shards changes, the oldest first; new messages go to the last, and until all publishers know of it, some to the one before. */
final class KeyedTopics {
    /** How a topic is divided into levels. */
    private record Topic(int number, Partitioning partitioning) {
        int first() {
            return 64 * number;
        }

        IntStream levels() {
            return IntStream.range(first(), first() + partitioning.levels());
        }
    }

    private static final int MOST = 4;

    private final List<Topic> topics = new ArrayList<>();
    private final KeyedLog log;
    private boolean switched = true;
    private int moves;

    KeyedTopics(Partitioning partitioning, KeyedLog log) {
        this.log = log;
        topics.add(new Topic(0, partitioning));
    }

    /** A level of the last topic. */
    int anyLevel(Random chance) {
        var last = topics.getLast();
        return last.first() + chance.nextInt(last.partitioning().levels());
    }

    /** The level where one of the publishers puts a message. */
    int levelOf(Message message, Random chance) {
        var topic = switched || chance.nextBoolean() ? topics.getLast() : topics.get(topics.size() - 2);
        return topic.first() + topic.partitioning().levelOf(message);
    }

    boolean canMove() {
        return switched && topics.size() < MOST && topics.getLast().partitioning() instanceof Shards;
    }

    void move(Partitioning partitioning) {
        switched = false;
        var topic = new Topic(++moves, partitioning);
        topics.add(topic);
        log.add(topic.first(), partitioning.levels());
    }

    /** Everybody writes to the last topic; false if everybody did. */
    boolean switchOver() {
        boolean changed = !switched;
        switched = true;
        return changed;
    }

    /** Leaves the oldest topic, if there is a newer one and all in it is settled; the levels that are gone. */
    List<Integer> leave(IntPredicate settled) {
        var oldest = topics.getFirst();
        if (!switched || topics.size() == 1 || !oldest.levels().allMatch(settled)) {
            return List.of();
        }
        topics.removeFirst();
        oldest.levels().forEach(log::remove);
        return oldest.levels().boxed().toList();
    }

    List<PlacedLevel> placed(IntFunction<RecoveredLevel> recovered) {
        return topics.stream()
                .flatMap(topic -> topic.levels()
                        .mapToObj(level -> new PlacedLevel(
                                level,
                                topic.number(),
                                !switched && topic.equals(topics.getLast()),
                                recovered.apply(level))))
                .toList();
    }
}
