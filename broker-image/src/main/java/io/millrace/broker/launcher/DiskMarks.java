package io.millrace.broker.launcher;

/**
 * When a disk is short of space. It is so until it has some more than where that began, so that it does not come and go.
 *
 * @param low the free share, of 1, below which it is short
 * @param enough the free share from which it is not any more
 */
record DiskMarks(double low, double enough) {
    /** Long before Kafka would end: it does when a write fails. */
    static final DiskMarks USUAL = new DiskMarks(0.10, 0.15);

    /** Whether it is short now, if it was before. */
    boolean isShort(boolean before, double free) {
        return free < (before ? enough : low);
    }
}
