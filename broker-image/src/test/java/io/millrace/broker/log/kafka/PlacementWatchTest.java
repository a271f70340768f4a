package io.millrace.broker.log.kafka;

import static io.millrace.broker.log.kafka.PlacementWatch.EVERY_NANOS;
import static io.millrace.broker.log.kafka.PlacementWatch.SELDOM_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PlacementWatchTest {
    private static final long STEP = EVERY_NANOS / 10;

    private Optional<Map<Integer, String>> wish = Optional.empty();
    private boolean failing;
    private long now = Long.MAX_VALUE - EVERY_NANOS; // System.nanoTime may overflow
    private final PlacementWatch watch = new PlacementWatch(
            () -> failing
                    ? CompletableFuture.failedFuture(new IllegalStateException())
                    : CompletableFuture.completedFuture(wish),
            now);

    /** How long after each other it was due, in a while. */
    private List<Long> duesWithin(long nanos) {
        var dues = new ArrayList<Long>();
        long before = now;
        for (long end = now + nanos; now - end < 0; now += STEP) {
            if (watch.isDue(now)) {
                dues.add(now - before);
                before = now;
            }
        }
        return dues;
    }

    @Test
    void nothingIsDueWhileSlotsAreWhereTheyAreToBe() {
        assertThat(duesWithin(10 * SELDOM_NANOS)).isEmpty();
    }

    @Test
    void slotsThatAreToMoveAreAskedForOnceIfTheyDo() {
        wish = Optional.of(Map.of(0, "pod-1"));

        assertThat(duesWithin(EVERY_NANOS + STEP)).hasSize(1);
        wish = Optional.empty();

        assertThat(duesWithin(10 * SELDOM_NANOS)).isEmpty();
    }

    @Test
    void whatDoesNotHelpIsTriedEverMoreRarely() {
        wish = Optional.of(Map.of(0, "pod-1"));

        var dues = duesWithin(10 * SELDOM_NANOS);

        assertThat(dues).isSorted().startsWith(EVERY_NANOS, EVERY_NANOS, 2 * EVERY_NANOS, 4 * EVERY_NANOS);
        assertThat(dues.getLast()).isEqualTo(SELDOM_NANOS);
    }

    @Test
    void anotherWishIsTriedSoon() {
        wish = Optional.of(Map.of(0, "pod-1"));
        duesWithin(SELDOM_NANOS);
        long asked = duesWithin(SELDOM_NANOS).size();
        wish = Optional.of(Map.of(0, "pod-2"));

        assertThat(asked).isLessThan(3);
        assertThat(duesWithin(SELDOM_NANOS)).containsSequence(EVERY_NANOS, 2 * EVERY_NANOS);
    }

    @Test
    void aLookThatFailsIsNoReasonToAsk() {
        failing = true;

        assertThat(duesWithin(SELDOM_NANOS)).isEmpty();
    }

    @Test
    void aLookThatTakesItsTimeIsNotWaitedFor() {
        var look = new CompletableFuture<Optional<Map<Integer, String>>>();
        var slow = new PlacementWatch(() -> look, 0);

        assertThat(slow.isDue(EVERY_NANOS)).isFalse();
        assertThat(slow.isDue(2 * EVERY_NANOS)).isFalse();
        look.complete(Optional.of(Map.of(0, "pod-1")));

        assertThat(slow.isDue(3 * EVERY_NANOS)).isTrue();
    }
}
