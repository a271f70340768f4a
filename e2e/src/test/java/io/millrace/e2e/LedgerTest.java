package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void aConfirmedMessageThatNeverCameIsMissing() {
        var ledger = new Ledger();
        for (long number = 0; number < 5; number++) {
            ledger.sent();
            ledger.confirmed("k", number);
            if (number != 3) {
                ledger.received("k", number);
            }
        }

        assertThat(ledger.missing()).containsExactly("k:3");
    }

    @Test
    void aMessageThatWasNotConfirmedMayBeLost() {
        var ledger = new Ledger();
        ledger.sent();
        ledger.failedForGood();

        assertThat(ledger.missing()).isEmpty();
        assertThat(ledger.inFlight()).isZero();
    }

    @Test
    void theSameMessageTwiceIsADuplicateAndNoDisorder() {
        var ledger = new Ledger();
        ledger.received("k", 0);
        ledger.received("k", 1);
        ledger.received("k", 0);

        assertThat(ledger.duplicates()).isEqualTo(1);
        assertThat(ledger.disorder()).isEmpty();
    }

    @Test
    void aMessageAfterALaterOneOfItsKeyIsDisorder() {
        var ledger = new Ledger();
        ledger.received("k", 0);
        ledger.received("k", 2);
        ledger.received("other", 1);
        ledger.received("k", 1);

        assertThat(ledger.disorder()).containsExactly("k: 1 after 2");
    }
}
