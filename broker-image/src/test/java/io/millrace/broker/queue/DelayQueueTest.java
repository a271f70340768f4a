package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.queue.DelayWorld.Released;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The hidden queue of a delayed exchange: messages wait for their time in it. */
class DelayQueueTest {
    private static final long DAY_MS = 86_400_000;
    private static final QueueLimits FOUR_A_LEVEL =
            new QueueLimits(4 * Delays.LEVELS, 4L << 20, 1_000, 64L << 20, 1_000);

    /** How late a message may be of which more wait than memory holds: the order within the lowest level is that of the log. */
    private static final long PRECISION_MS = 1_500;

    private final DelayWorld world = new DelayWorld(QueueLimits.STANDARD);

    @Test
    void aMessageIsReleasedWhenItIsDueAndNotBefore() {
        world.publish(5_000);

        world.pass(4_999);
        assertThat(world.released).isEmpty();
        assertThat(world.machine().ready()).isEqualTo(1);

        world.pass(10);
        assertThat(world.released).hasSize(1);
        assertThat(world.machine().ready()).isZero();
        assertThat(world.machine().unackedCount()).isZero();
    }

    @Test
    void theEarliestDueGoesFirstHoweverTheyCame() {
        LongStream.of(30_000, 900, 5_000, 100, 5_001).forEach(world::publish);

        world.pass(40_000);

        assertThat(world.released)
                .extracting(one -> Delays.dueMs(one.message()) - 1_000_000)
                .containsExactly(100L, 900L, 5_000L, 5_001L, 30_000L);
    }

    @Test
    void whatFitsIntoMemoryIsWrittenOnce() {
        LongStream.range(0, 100).forEach(i -> world.publish(DAY_MS + i));

        world.pass(2 * DAY_MS);

        assertThat(world.released).hasSize(100);
        assertThat(world.appends).isEqualTo(100);
    }

    @Test
    void itCountsUntilItsCopyIsSafeAndIsSentAgainIfThatFails() {
        world.publish(100);
        world.logFails = true;
        world.pass(5_000);
        assertThat(world.machine().unackedCount()).isEqualTo(1);

        world.logFails = false;
        world.pass(10);

        assertThat(world.released).hasSize(1);
        assertThat(world.machine().unackedCount()).isZero();
    }

    @Test
    void aNewOwnerReleasesWhatBecameDueMeanwhileAtOnce() {
        LongStream.of(100, 2_000, 60_000).forEach(world::publish);
        world.pass(1_000);

        world.now += 10_000;
        world.restart();
        world.pass(100);

        assertThat(world.released)
                .extracting(one -> Delays.dueMs(one.message()) - 1_000_000)
                .containsExactly(100L, 2_000L);
    }

    @Test
    void nothingMoreIsReleasedByAnOwnerThatLeaves() {
        world.publish(100);
        world.machine().on(new QueueCommand.Leaving(), world.now);

        world.pass(1_000);

        assertThat(world.released).isEmpty();
        assertThat(world.machine().ready()).isEqualTo(1);
    }

    /** A day's delay goes down nine levels; in none of them it is written more than a few times. */
    @Test
    void millionsAreWrittenAFewTimesALevelAtMost() {
        var small = new DelayWorld(FOUR_A_LEVEL);
        int count = 500;
        for (int i = 0; i < count; i++) {
            small.publish(DAY_MS + i * 10_000L);
        }

        small.pass(3 * DAY_MS);

        assertThat(small.released).hasSize(count);
        assertThat(small.appends).isLessThan(count * 9 * 4);
        assertThat(small.released).allSatisfy(DelayQueueTest::assertOnTime);
    }

    private static void assertOnTime(Released one) {
        long dueMs = Delays.dueMs(one.message());
        assertThat(one.whenMs()).isBetween(dueMs, dueMs + PRECISION_MS);
    }

    /** A moment, how long it is after the last one, and what is published in it. */
    record Step(long afterMs, List<Long> delaysMs, boolean restart) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        var delays = Arbitraries.oneOf(
                Arbitraries.longs().between(1, 1_500),
                Arbitraries.longs().between(1, 20_000),
                Arbitraries.longs().between(1, 3_600_000),
                Arbitraries.longs().between(1, 4_294_967_295L));
        return Combinators.combine(
                        Arbitraries.longs().between(0, 30_000),
                        delays.list().ofMaxSize(12),
                        Arbitraries.frequency(net.jqwik.api.Tuple.of(9, false), net.jqwik.api.Tuple.of(1, true)))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    @Property(tries = 300)
    void anyMixOfDelaysIsReleasedCompletelyAndNeverEarly(@ForAll("histories") List<Step> steps) {
        var small = new DelayWorld(FOUR_A_LEVEL);
        int published = 0;
        for (var step : steps) {
            small.pass(step.afterMs());
            for (long delayMs : step.delaysMs()) {
                small.publish(delayMs);
                published++;
            }
            if (step.restart()) {
                small.restart();
            }
        }

        small.pass(60 * DAY_MS);

        Set<byte[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        assertThat(small.released).allSatisfy(one -> {
            assertThat(one.whenMs()).isGreaterThanOrEqualTo(Delays.dueMs(one.message()));
            seen.add(one.message().body());
        });
        assertThat(seen).hasSize(published);
        assertThat(small.machine().ready() + small.machine().unackedCount()).isZero();
    }

    @Property(tries = 300)
    void withoutAnyHarmEachIsReleasedOnceAndInTime(@ForAll("histories") List<Step> steps) {
        var small = new DelayWorld(FOUR_A_LEVEL);
        int published = 0;
        for (var step : steps) {
            small.pass(step.afterMs());
            step.delaysMs().forEach(small::publish);
            published += step.delaysMs().size();
        }

        small.pass(60 * DAY_MS);

        assertThat(small.released).hasSize(published).allSatisfy(DelayQueueTest::assertOnTime);
    }
}
