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
    }
}
