package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Places that are remembered, against a list. */
class ParkedPlacesTest {
    private static List<Long> all(ParkedPlaces places) {
        var all = new ArrayList<Long>();
        places.forEach(all::add);
        return all;
    }

    @Test
    void itHoldsWhatAListHolds() {
        var chance = new Random(7);
        var places = new ParkedPlaces();
        var list = new ArrayList<Long>();
        long low = 10_000;
        long high = 10_000;
        for (int i = 0; i < 20_000; i++) {
            switch (chance.nextInt(9)) {
                case 0, 1, 2 -> {
                    places.addLast(++high, 3);
                    list.addLast(high);
                }
                case 3, 4 -> {
                    places.addFirst(--low, 3);
                    list.addFirst(low);
                }
                case 5, 6 -> {
                    if (!list.isEmpty()) {
                        places.removeFirst();
                        list.removeFirst();
                    }
                }
                case 7 -> {
                    long one = list.isEmpty() ? 1 : list.get(chance.nextInt(list.size()));
                    assertThat(places.remove(one)).isEqualTo(list.remove((Object) one));
                }
                default -> {
                    if (chance.nextInt(50) == 0) {
                        var drained = new ArrayList<Long>();
                        long end = list.isEmpty() ? 0 : list.get(list.size() / 2);
                        places.drainBelow(end, (place, bytes) -> drained.add(place));
                        assertThat(drained).allMatch(place -> place < end);
                        list.removeAll(drained);
                    }
                }
            }
            assertThat(places.size()).isEqualTo(list.size());
            assertThat(places.bodyBytes()).isEqualTo(3L * list.size());
            if (!list.isEmpty()) {
                assertThat(places.first()).isEqualTo(list.getFirst());
            }
            if (i % 100 == 0) {
                assertThat(all(places)).isEqualTo(list);
            }
        }
    }
}
