package io.millrace.broker.cluster;

/**
 * Who owns a slot, as far as this pod knows.
 *
 * @param pod who claimed it last; empty while it is handed over, and while none has claimed it
 * @param epoch of the newest claim seen: its offset in the slot log
 */
record SlotOwner(String pod, long epoch) {
    static final SlotOwner NOBODY = new SlotOwner("", -1);

    /** Whether it is known who. */
    boolean isKnown() {
        return !pod.isEmpty();
    }

    /** The owner hands over; the next one will have a newer epoch. */
    SlotOwner leaving() {
        return new SlotOwner("", epoch);
    }
}
