package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who could take over the quorum of the metadata. */
class VoterReaderTest {
    private static final long NOW = 1_000_000;

    @Test
    void aVoterThatWasNotCaughtUpForFiveSecondsCouldNotTakeOver() {
        var voters = VoterReader.voters(0, Map.of(0, NOW, 1, NOW - 5_000, 2, NOW - 5_001));

        assertThat(voters.all()).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(voters.caughtUp()).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void theLeaderIsAlwaysCaughtUpAndAVoterThatNeverWasIsNot() {
        assertThat(VoterReader.voters(1, Map.of(0, 0L, 1, 0L, 2, NOW)).caughtUp())
                .containsExactlyInAnyOrder(1, 2);
    }
}
