package io.millrace.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Random histories of queues with group keys. {@code -Dmodel.seed} and {@code -Dmodel.runs} choose them; a failure says its seed. */
class GroupKeyModelTest {
    private static final int STEPS = 300;
    private static final long FIRST = Long.getLong("model.seed", 1);
    private static final int RUNS = Integer.getInteger("model.runs", 500);

    private static GroupKeyWorld world(Random chance) {
        var rules = QueueRules.plain(true).withPartitioning(new Shards(1 + chance.nextInt(3)));
        if (chance.nextBoolean()) {
            rules = rules.withDeadLetters();
        }
        if (chance.nextInt(4) == 0) {
            rules = rules.withSingleActive();
        }
        var limits = new QueueLimits(2 + chance.nextInt(20), 1 << 20, 12, 1 << 20, 1_000);
        return new GroupKeyWorld(rules, limits, 2 + chance.nextInt(6));
    }

    private static Optional<String> wrong(long seed) {
        var chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        var world = world(chance);
        try {
            for (int i = 0; i < STEPS; i++) {
                world.step(chance);
                if (i % 50 == 49) {
                    world.settleDown();
                    world.nobodyIsKeptWaiting();
                }
            }
            world.finish();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of("seed " + seed + ": " + e);
        }
    }

    @Test
    void ofEachKeyOneIsInFlightInOrderAndNoneIsLost() {
        var wrong = LongStream.range(FIRST, FIRST + RUNS)
                .mapToObj(GroupKeyModelTest::wrong)
                .flatMap(Optional::stream)
                .limit(5)
                .toList();

        assertThat(wrong).isEmpty();
    }

    @Test
    void aQueueWithoutKeysIsCaught() {
        var limits = new QueueLimits(8, 1 << 20, 12, 1 << 20, 0);
        var chance = new Random(1);
        var world = new GroupKeyWorld(QueueRules.plain(true), limits, 3);

        String found = "";
        try {
            for (int i = 0; i < STEPS; i++) {
                world.step(chance);
            }
        } catch (AssertionError e) {
            found = String.valueOf(e.getMessage());
        }

        assertThat(found).contains("is delivered while");
    }
}
