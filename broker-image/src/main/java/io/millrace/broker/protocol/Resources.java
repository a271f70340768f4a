package io.millrace.broker.protocol;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What there was to spare when somebody looked.
 *
 * @param memoryUsedBytes what objects that live take of the heap
 * @param memoryLimitBytes from here on there is an alarm
 * @param disk what is left on the fullest disk of the log; absent while unknown
 * @param congestedLooks how often in a row the log was found behind with what is published
 */
public record Resources(long memoryUsedBytes, long memoryLimitBytes, Optional<Disk> disk, int congestedLooks) {
    /** Nothing is known yet, and nothing short. */
    public static final Resources PLENTY = new Resources(0, Long.MAX_VALUE, Optional.empty(), 0);

    /**
     * What is left on a disk.
     *
     * @param freeBytes so much
     * @param limitBytes below this there is an alarm
     * @param freeShare of 1
     * @param limitShare below this there is an alarm, too; 0: never
     */
    public record Disk(long freeBytes, long limitBytes, double freeShare, double limitShare) {
        private static final double BYTES_CLEARED_AT = 1.1;
        private static final double SHARE_CLEARED_AT = 1.5;

        boolean isShort(boolean before) {
            return freeBytes < limitBytes * (before ? BYTES_CLEARED_AT : 1)
                    || freeShare < limitShare * (before ? SHARE_CLEARED_AT : 1);
        }
    }

    private static final double MEMORY_CLEARED_AT = 0.95;
    private static final int CONGESTED_FROM = 3;

    /** The alarms from now on; one that is raised ends a little after its limit, so that it does not come and go. */
    public Set<Alarm> alarms(Set<Alarm> before) {
        var alarms = EnumSet.noneOf(Alarm.class);
        if (memoryUsedBytes >= memoryLimitBytes * (before.contains(Alarm.MEMORY) ? MEMORY_CLEARED_AT : 1)) {
            alarms.add(Alarm.MEMORY);
        }
        if (disk.filter(one -> one.isShort(before.contains(Alarm.DISK))).isPresent()) {
            alarms.add(Alarm.DISK);
        }
        if (congestedLooks >= CONGESTED_FROM || (congestedLooks > 0 && before.contains(Alarm.LOG))) {
            alarms.add(Alarm.LOG);
        }
        return alarms;
    }
}
