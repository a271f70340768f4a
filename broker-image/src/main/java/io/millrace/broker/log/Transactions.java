package io.millrace.broker.log;

import io.millrace.broker.model.Message;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Transactions of the log: what is appended in one is there wholly or not at all, also when this process ends in its midst (KIP-98). */
public interface Transactions {
    /**
     * Begins to commit under a name. Who did before under the same name can commit nothing more, and what it had under way has been aborted, or committed, when
     * the stage ends.
     */
    CompletionStage<Committer> open(String name);

    /** Aborts what is under way under names that begin like this: their processes are gone, and readers need not wait for them. */
    CompletionStage<Void> abortOngoing(String prefix);

    /**
     * Letters that {@link Committer#commit} noted for a slot, by queue. Who commits under {@code name}, in which alone they are noted, cannot any more when the
     * stage ends. To be called before the first commit that notes any.
     */
    CompletionStage<Map<Long, Letters>> letters(int slot, String name);

    /** Who commits under a name. After a commit that failed it is of no use: whether it is in the log, is known when another one was opened. */
    interface Committer extends AutoCloseable {
        /**
         * Appends all messages and notes in one transaction; a note that names no place removes that of its queue. One call at a time.
         *
         * @return ends with the offsets of the messages, in their order
         */
        CompletionStage<List<Long>> commit(List<Append> messages, int slot, List<Letters> notes);

        /** Lets go of connections and memory; never waits. */
        @Override
        void close();
    }

    /** A message and where it goes. */
    record Append(LogTarget target, Message message) {}
}
