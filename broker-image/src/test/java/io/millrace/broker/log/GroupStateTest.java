package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** How far a group is behind. */
class GroupStateTest {
    private static GroupState.Seen group(GroupState.Position... positions) {
        return new GroupState.Seen("Stable", OptionalInt.of(1), List.of(), List.of(positions));
    }

    private static GroupState.Position behind(int partition, long lag) {
        return new GroupState.Position(
                new LogPart("orders", partition),
                OptionalLong.of(5),
                OptionalLong.of(5 + lag),
                OptionalLong.of(lag),
                Optional.empty());
    }

    private static GroupState.Position unknown(int partition, String reason) {
        return new GroupState.Position(
                new LogPart("orders", partition),
                OptionalLong.of(5),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.of(reason));
    }

    @Test
    void lagIsTheSumOverPartitions() {
        var group = group(behind(0, 3), behind(1, 0), behind(2, 4));

        assertThat(group.lag()).hasValue(7);
        assertThat(group.reason()).isEmpty();
    }

    @Test
    void lagIsNotKnownUnlessThatOfEveryPartitionIs() {
        var group = group(behind(0, 3), unknown(1, "no leader"));

        assertThat(group.lag()).isEmpty();
        assertThat(group.reason()).hasValue("orders-1: no leader");
    }
}
