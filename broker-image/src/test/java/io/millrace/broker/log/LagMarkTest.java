package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.queue.SettlementLedger;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What Kafka's tools are shown of a queue. */
class LagMarkTest {
    @Test
    void aMarkHoldsTheFloorAndTheRunsAboveIt() {
        var ledger = new SettlementLedger(10);
        ledger.settleRange(12, 15);
        ledger.settle(20);

        var mark = LagMark.of(5, 300, ledger);

        assertThat(mark.floor()).isEqualTo(10);
        assertThat(mark.metadata()).startsWith("Q1;");
        assertThat(Base64.getUrlDecoder().decode(mark.metadata().substring(3)))
                .containsExactly(5, (byte) 0xac, 2, 2, 3, 5, 1);
    }

    @Test
    void tooManyRunsForKafkaAreLeftOut() {
        var ledger = new SettlementLedger(0);
        for (long offset = 1; offset < 4_000; offset += 2) {
            ledger.settle(offset);
        }

        assertThat(LagMark.of(5, 300, ledger)).isEqualTo(new LagMark(0, "Q1;+"));
    }

    @Test
    void asMuchAsFitsIsShown() {
        var ledger = new SettlementLedger(0);
        for (long offset = 1; offset < 2_900; offset += 2) {
            ledger.settle(offset);
        }

        assertThat(LagMark.of(5, 300, ledger).metadata()).hasSizeBetween(3_000, 4_096);
    }
}
