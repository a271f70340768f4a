package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When publishers let consumers go first. */
class CrowdingTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final Crowding crowding = new Crowding(ticker);

    private void pass(long ms) {
        ticker.advance(ms, TimeUnit.MILLISECONDS);
    }

    @Test
    void quickConsumersThatAreBehindAreWaitedForUntilTheyCatchUp() {
        crowding.tell(401, true, 0);
        assertThat(crowding.isCrowded()).isTrue();

        pass(8);
        crowding.tell(201, true, 200);
        assertThat(crowding.isCrowded()).isTrue();

        crowding.tell(200, true, 201);
        assertThat(crowding.isCrowded()).isFalse();
    }

    @Test
    void quickConsumersThatAreFarBehindAreWaitedForAgain() {
        crowding.tell(10_000, true, 0);
        pass(50);

        crowding.tell(9_000, true, 1_000);

        assertThat(crowding.isCrowded()).isTrue();
    }

    @Test
    void nobodyWaitsLongForConsumersThatTakeTheirTime() {
        crowding.tell(401, true, 0);
        pass(50);
        assertThat(crowding.isCrowded()).as("though the queue says nothing").isFalse();

        crowding.tell(5_000, true, 3);
        assertThat(crowding.isCrowded()).isFalse();

        pass(999);
        crowding.tell(5_000, true, 4);
        assertThat(crowding.isCrowded()).isFalse();

        pass(1);
        crowding.tell(5_000, true, 5);
        assertThat(crowding.isCrowded()).as("they may have become quick").isTrue();
    }

    @Test
    void aQueueWithoutConsumersIsNotCrowded() {
        crowding.tell(10_000, false, 0);

        assertThat(crowding.isCrowded()).isFalse();
    }
}
