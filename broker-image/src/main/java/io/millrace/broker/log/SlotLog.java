package io.millrace.broker.log;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** The changelog of slots. */
public interface SlotLog {
    /** Appends records to one slot in order; the stage ends with the offset of the last one once replicated. */
    CompletionStage<Long> append(int slot, List<SlotRecord> records);

    /** Told every record of every slot in log order, from the beginning on, on one thread. */
    interface Replay {
        /** One record. */
        void record(int slot, long offset, SlotRecord slotRecord);

        /** One that this release does not know how to read: a newer one wrote it, and this pod is too old to own the slot. */
        void unreadable(int slot, long offset);
    }
}
