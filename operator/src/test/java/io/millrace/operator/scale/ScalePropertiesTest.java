package io.millrace.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.RebalanceMode;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * What holds whatever is asked for, whenever the wish changes and whenever the operator ends: before any of its writes and
 * after. The simulated cluster checks the promises after each of them.
 */
class ScalePropertiesTest {

    private static final List<Integer> SIZES = List.of(1, 3, 4, 5, 6);

    /** More than any way from one size to another takes. */
    private static final int PATIENCE = 400;

    @Property(tries = 150)
    void everySizeIsReachedAndNoPromiseIsBrokenOnTheWay(@ForAll long seed) {
        var random = new Random(seed);
        var cluster = new SimulatedCluster(any(random), random);

        for (int change = 0; change < 4; change++) {
            var wish = wish(random);
            cluster.ask(1 + random.nextInt(3));
            for (int pass = random.nextInt(60); pass > 0; pass--) {
                // A number of writes so small that the operator ends amid a pass, every third time.
                cluster.pass(wish, random.nextInt(3) == 0 ? random.nextInt(4) : Integer.MAX_VALUE);
                cluster.tick();
            }
        }

        var last = wish(random);
        cluster.ask(1 + random.nextInt(last.replication()));
        assertThat(passesUntil(cluster, last)).as(() -> cluster.toString()).isLessThan(PATIENCE);
        assertThat(cluster.pass(last, 0).steps()).isEmpty();
    }

    private static int passesUntil(SimulatedCluster cluster, ScaleWish wish) {
        for (int pass = 0; pass < PATIENCE; pass++) {
            var decision = cluster.pass(wish, Integer.MAX_VALUE);
            if (cluster.is(wish) && decision.phase() == ScaleDecision.Phase.SETTLED) {
                return pass;
            }
            cluster.tick();
        }
        return PATIENCE;
    }

    private static ScaleWish wish(Random random) {
        var brokers = any(random);
        // One of four or more may be cordoned: three are left for three replicas.
        var cordoned = brokers > 3 && random.nextInt(3) == 0 ? Set.of(random.nextInt(brokers)) : Set.<Integer>of();
        return Scenes.wish(brokers, cordoned, RebalanceMode.Auto, "");
    }

    private static int any(Random random) {
        return SIZES.get(random.nextInt(SIZES.size()));
    }
}
