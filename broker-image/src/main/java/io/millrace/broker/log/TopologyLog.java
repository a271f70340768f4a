package io.millrace.broker.log;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The changelog of the topology: keys and values of {@code amqp.topology}. It has one writer at a time; a claim makes a pod the writer, and entries of writers
 * older than the newest claim before them do not count.
 */
public interface TopologyLog {
    /** Claims the log for a writer whose entries carry {@code epoch}, higher than that of any writer before; the stage ends with the claim's offset. */
    CompletionStage<Long> claim(String pod, long epoch);

    /** Appends entries in order; the stage ends with the offset of the last one once replicated. */
    CompletionStage<Long> append(long epoch, List<Entry> entries);

    /** A key and its value; no value removes the key. */
    record Entry(String key, @Nullable String value) {}

    /** Told everything in log order, from the beginning on, on one thread. */
    interface Replay {
        /** A writer of {@code epoch} claims the log. */
        void claimed(long offset, long epoch);

        /** One entry, written under {@code epoch}. */
        void entry(long offset, long epoch, Entry entry);
    }
}
