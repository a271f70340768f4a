package io.millrace.broker.log;

import java.util.Set;

/** Told which slots are this pod's. The assignment is advice: a pod works on a slot only after it has read its own claim back. */
public interface SlotAssignment {
    /** These slots are to be taken over. */
    void assigned(Set<Integer> slots);

    /** These are to be handed over; the call returns when their state has been flushed. */
    void revoked(Set<Integer> slots);

    /** These are somebody else's already: nothing may be written for them any more. */
    void lost(Set<Integer> slots);
}
