package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DeliveryTagsTest {
    private static final long SEED = 7;

    /** Against a sorted map: what is open, in what order, whatever is taken out and put back. */
    @Test
    void agreesWithASortedMapWhateverIsTakenAndPutBack() {
        var random = new Random(SEED);
        var tags = new DeliveryTags();
        var open = new TreeMap<Long, Long>();
        var taken = new ArrayList<DeliveryTags.Held>();
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    long tag = tags.hold(RecordingPort.queue("q"), "c", step);
                    open.put(tag, (long) step);
                }
                case 2 -> tags.skip();
                case 3 -> {
                    if (!open.isEmpty()) {
                        long tag = random.nextBoolean() ? open.firstKey() : open.lastKey();
                        take(tags, tag, taken);
                        open.remove(tag);
                    }
                }
                case 4 -> {
                    if (!open.isEmpty() && random.nextInt(10) == 0) {
                        long tag = open.floorKey(open.firstKey() + random.nextInt(20));
                        tags.takeUpTo(tag, taken::add);
                        open.headMap(tag, true).clear();
                    }
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        taken.forEach(held -> {
                            tags.putBack(held);
                            open.put(held.tag(), held.offset());
                        });
                        taken.clear();
                    }
                }
            }
            if (step % 100 == 0) {
                assertThat(open(tags)).isEqualTo(List.copyOf(open.keySet()));
                assertThat(tags.open()).isEqualTo(open.size());
            }
        }
    }

    private static void take(DeliveryTags tags, long tag, List<DeliveryTags.Held> taken) {
        var held = tags.take(tag);
        assertThat(held).isNotNull();
        taken.add(held);
    }

    private static List<Long> open(DeliveryTags tags) {
        var open = new ArrayList<Long>();
        tags.forEach(held -> open.add(held.tag()));
        return open;
    }
}
