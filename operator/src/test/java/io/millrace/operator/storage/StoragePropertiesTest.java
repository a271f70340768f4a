package io.millrace.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.storage.DiskFacts.Expansion;
import io.millrace.operator.storage.StorageDecision.SetStep;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds whatever sizes are asked for, in whatever order, wherever the operator ends amid its writes. */
class StoragePropertiesTest {

    private static final int PATIENCE = 40;

    /** Claims in GiB and the StatefulSet, as Kubernetes treats them. */
    private static final class World {
        final int[] asked;
        final int[] has;
        final Random random;
        boolean allowed = true;
        int template;
        boolean there = true;
        boolean leaving;

        World(Random random) {
            this.random = random;
            asked = new int[1 + random.nextInt(4)];
            has = new int[asked.length];
            template = 1 + random.nextInt(5);
            Arrays.fill(asked, template);
            Arrays.fill(has, template);
        }

        /** One pass, of which no more than some writes are done. */
        StorageDecision pass(int wish, int writes) {
            var decision = StoragePlanner.decide(gib(wish), facts(wish), true);
            int left = writes;
            for (var disk : decision.due()) {
                if (left-- > 0) {
                    var size = amount(decision.size());
                    assertThat(allowed).isTrue();
                    assertThat(size).as("only upwards").isGreaterThan(asked[disk.node()]);
                    asked[disk.node()] = size;
                }
            }
            if (left > 0) {
                write(decision);
            }
            return decision;
        }

        private void write(StorageDecision decision) {
            switch (decision.step()) {
                case RELEASE -> {
                    assertThat(there && !leaving).isTrue();
                    leaving = true;
                }
                case AWAIT -> assertThat(leaving).isTrue();
                case KEEP -> {
                    var size = amount(decision.template());
                    assertThat(!there || template == size)
                            .as("what is there is not changed")
                            .isTrue();
                    assertThat(leaving).isFalse();
                    assertThat(size).as("nothing shrinks").isGreaterThanOrEqualTo(there ? template : 0);
                    there = true;
                    template = size;
                }
            }
        }

        void tick() {
            for (int node = 0; node < asked.length; node++) {
                if (random.nextBoolean()) {
                    has[node] = Math.max(has[node], asked[node]);
                }
            }
            if (leaving && random.nextBoolean()) {
                leaving = false;
                there = false;
            }
        }

        StorageFacts facts(int wish) {
            List<DiskFacts> disks = new ArrayList<>();
            for (int node = 0; node < asked.length; node++) {
                var due = asked[node] < Math.max(wish, there ? template : 0);
                disks.add(new DiskFacts(
                        node,
                        "data-" + node,
                        "v",
                        true,
                        gib(asked[node]),
                        Optional.of(gib(has[node])),
                        "standard",
                        !due ? Expansion.NOT_ASKED : allowed ? Expansion.ALLOWED : Expansion.REFUSED,
                        Optional.empty(),
                        Optional.empty(),
                        ""));
            }
            var set = there ? Optional.of(new SetFacts("uid", gib(template), leaving)) : Optional.<SetFacts>empty();
            return new StorageFacts(Instant.EPOCH, set, disks);
        }

        int smallest() {
            return IntStream.of(has).min().orElseThrow();
        }
    }

    @Property(tries = 500)
    void everyGrowthComesToItsEndAndNothingEverShrinks(@ForAll long seed) {
        var random = new Random(seed);
        var world = new World(random);
        for (int change = 0; change < 4; change++) {
            var wish = 1 + random.nextInt(6);
            world.allowed = random.nextInt(3) > 0;
            for (int pass = random.nextInt(12); pass > 0; pass--) {
                var before = world.asked.clone();
                world.pass(wish, random.nextInt(3) == 0 ? random.nextInt(3) : Integer.MAX_VALUE);
                world.tick();
                for (int node = 0; node < before.length; node++) {
                    assertThat(world.asked[node]).isGreaterThanOrEqualTo(before[node]);
                }
            }
        }

        world.allowed = true;
        var last = 6;
        var decision = world.pass(last, Integer.MAX_VALUE);
        for (int pass = 0; decision.told().isPresent() && pass < PATIENCE; pass++) {
            world.tick();
            decision = world.pass(last, Integer.MAX_VALUE);
        }
        assertThat(decision.told()).isEmpty();
        assertThat(decision.step()).isEqualTo(SetStep.KEEP);
        assertThat(world.template).isEqualTo(last);
        assertThat(world.smallest()).isEqualTo(last);
    }

    @Property(tries = 500)
    void whatIsNotRefusedIsReachedAndWhatIsRefusedChangesNothing(@ForAll long seed) {
        var random = new Random(seed);
        var world = new World(random);
        world.allowed = random.nextBoolean();
        var before = world.template;
        var wish = 1 + random.nextInt(6);

        for (int pass = 0; pass < PATIENCE; pass++) {
            world.pass(wish, Integer.MAX_VALUE);
            world.tick();
        }

        var refused = wish < before || (wish > before && !world.allowed);
        assertThat(world.pass(wish, 0).refusal().isPresent()).isEqualTo(refused);
        assertThat(world.template).isEqualTo(refused ? before : wish);
        assertThat(world.smallest()).isEqualTo(refused ? before : wish);
    }

    private static DiskSize gib(int amount) {
        return new DiskSize(amount + "Gi");
    }

    private static int amount(DiskSize size) {
        return Integer.parseInt(size.text().substring(0, size.text().length() - 2));
    }
}
