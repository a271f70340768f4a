package io.millrace.broker.queue;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A level of a queue and what tells it from the others.
 *
 * @param number the level of its places
 * @param log how many topics the queue had before that in which it lies
 * @param held whether its messages have to wait until the queue has been changed everywhere
 * @param state as it was found; does not matter for a level that is there already
 */
public record PlacedLevel(int number, int log, boolean held, RecoveredLevel state) {
    /** Levels of a queue that was never changed, the lowest first. */
    static List<PlacedLevel> numbered(List<RecoveredLevel> levels) {
        return IntStream.range(0, levels.size())
                .mapToObj(number -> new PlacedLevel(number, 0, false, levels.get(number)))
                .toList();
    }
}
