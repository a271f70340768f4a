package io.millrace.broker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.protocol.Resources.Disk;
import io.millrace.broker.wire.Connection;
import io.millrace.broker.wire.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final Set<Alarm> NONE = Set.of();

    private final List<Method> told = new ArrayList<>();
    private final Throttle throttle = new Throttle(told::add);

    @Test
    void whoDoesNotPublishIsNotTold() {
        assertThat(throttle.published(NONE)).isFalse();
        throttle.cleared();

        assertThat(throttle.isBlocked()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void thePublisherWaitsFromItsFirstPublishUntilNoAlarmIsLeft() {
        assertThat(throttle.published(EnumSet.of(Alarm.DISK, Alarm.MEMORY))).isTrue();
        assertThat(throttle.published(EnumSet.of(Alarm.DISK))).isFalse();
        assertThat(throttle.isBlocked()).isTrue();

        throttle.cleared();
        throttle.cleared();

        assertThat(throttle.isBlocked()).isFalse();
        assertThat(told).containsExactly(new Connection.Blocked("low on memory & disk"), new Connection.Unblocked());
    }

    @Test
    void anAlarmEndsALittleAfterItsLimit() {
        assertThat(look(99, 100, 0).alarms(NONE)).isEmpty();
        assertThat(look(100, 100, 0).alarms(NONE)).containsExactly(Alarm.MEMORY);
        assertThat(look(96, 100, 0).alarms(Set.of(Alarm.MEMORY))).containsExactly(Alarm.MEMORY);
        assertThat(look(94, 100, 0).alarms(Set.of(Alarm.MEMORY))).isEmpty();

        assertThat(look(0, 49, 0).alarms(NONE)).containsExactly(Alarm.DISK);
        assertThat(look(0, 54, 0).alarms(NONE)).isEmpty();
        assertThat(look(0, 54, 0).alarms(Set.of(Alarm.DISK))).containsExactly(Alarm.DISK);
        assertThat(look(0, 56, 0).alarms(Set.of(Alarm.DISK))).isEmpty();
    }

    @Test
    void theLogIsGivenAMomentToCatchUp() {
        assertThat(look(0, 100, 2).alarms(NONE)).isEmpty();
        assertThat(look(0, 100, 3).alarms(NONE)).containsExactly(Alarm.LOG);
        assertThat(look(0, 100, 0).alarms(Set.of(Alarm.LOG))).isEmpty();
    }

    @Test
    void whatIsNotKnownIsNoAlarm() {
        assertThat(Resources.PLENTY.alarms(NONE)).isEmpty();
    }

    @Test
    void aDiskIsShortBelowItsShareUntilItHasHalfAsMuchMore() {
        assertThat(share(0.10)).isEmpty();
        assertThat(share(0.09)).containsExactly(Alarm.DISK);
        assertThat(share(0.14, Alarm.DISK)).containsExactly(Alarm.DISK);
        assertThat(share(0.16, Alarm.DISK)).isEmpty();
    }

    /** The limit is at a tenth. */
    private static Set<Alarm> share(double free, Alarm... before) {
        var disk = new Disk(1_000, 50, free, 0.1);
        return new Resources(0, 100, Optional.of(disk), 0).alarms(Set.of(before));
    }

    /** Memory has its limit at 100, disk at 50. */
    private static Resources look(long memoryUsed, long diskFree, int congestedLooks) {
        return new Resources(memoryUsed, 100, Optional.of(new Disk(diskFree, 50, 1, 0)), congestedLooks);
    }
}
