package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.TopologyKey;
import org.junit.jupiter.api.Test;

final class FormerLivesTest {
    private long now;
    private final FormerLives lives = new FormerLives(() -> now);

    private static TopologyKey name(String queue) {
        return new TopologyKey.OfQueue(VirtualHostName.DEFAULT, new QueueName(queue));
    }

    @Test
    void aNameThatNobodyHadBeginsItsFirstLife() {
        assertThat(lives.next(name("q"))).isEqualTo(1);
    }

    @Test
    void theNextQueueOfANameHasALifeOfItsOwn() {
        lives.touched(name("q"), 3);

        assertThat(lives.next(name("q"))).isEqualTo(4);
    }

    /** The topic of a life is deleted when the next one may have begun. */
    @Test
    void newsOfAnEarlierLifeDoNotGiveItsNumberAgain() {
        lives.touched(name("q"), 4);
        now = 1;
        lives.touched(name("q"), 3);

        assertThat(lives.next(name("q"))).isEqualTo(5);
    }

    @Test
    void aNameIsForgottenATimeAfterTheLastNewsOfIt() {
        lives.touched(name("q"), 1);
        lives.touched(name("r"), 1);
        now = FormerLives.KEPT_NANOS;
        lives.touched(name("q"), 1);

        now = FormerLives.KEPT_NANOS + 1;
        lives.touched(name("s"), 1);

        assertThat(lives.next(name("r"))).isEqualTo(1);
        assertThat(lives.next(name("q"))).isEqualTo(2);
        assertThat(lives.size()).isEqualTo(2);
    }

    @Test
    void soManyAreKeptAtMost() {
        for (int i = 0; i <= FormerLives.KEPT_AT_MOST; i++) {
            lives.touched(name("q" + i), 1);
        }

        assertThat(lives.size()).isEqualTo(FormerLives.KEPT_AT_MOST);
        assertThat(lives.next(name("q0"))).isEqualTo(1);
        assertThat(lives.next(name("q1"))).isEqualTo(2);
    }
}
