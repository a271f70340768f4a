package io.millrace.operator.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {

    private record Wish(String topic, int partitions) {}

    private final Load<Wish> load = new Load<>(10, Wish::partitions, Wish::topic);

    @Test
    void takesUntilItIsFull() {
        assertThat(taken(wish("a", 4), wish("b", 4), wish("c", 2), wish("d", 1)))
                .containsExactly(true, true, true, false);
    }

    @Test
    void whatIsTooMuchForAnyRequestGoesAlone() {
        assertThat(taken(wish("a", 11), wish("b", 1))).containsExactly(true, false);
    }

    @Test
    void whatIsTooMuchBesideOthersWaits() {
        assertThat(taken(wish("a", 1), wish("b", 10))).containsExactly(true, false);
    }

    @Test
    void whatIsAskedTwiceWeighsOnce() {
        assertThat(taken(wish("a", 6), wish("a", 6), wish("b", 4))).containsExactly(true, true, true);
    }

    @Test
    void twoWishesForOneTopicDoNotGoTogether() {
        assertThat(taken(wish("a", 1), wish("a", 2))).containsExactly(true, false);
    }

    @Test
    void weightsThatWouldOverflowAreTooMuch() {
        assertThat(taken(wish("a", 9), wish("b", Integer.MAX_VALUE))).containsExactly(true, false);
    }

    private List<Boolean> taken(Wish... wishes) {
        return List.of(wishes).stream().map(load::takes).toList();
    }

    private static Wish wish(String topic, int partitions) {
        return new Wish(topic, partitions);
    }
}
