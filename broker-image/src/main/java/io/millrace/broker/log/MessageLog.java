package io.millrace.broker.log;

import io.millrace.broker.model.Message;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The logs of queues and topics: append, read from an offset on. */
public interface MessageLog {
    /**
     * Appends a message; never blocks. Messages appended under the same {@code lane} number to the same partition keep their order.
     *
     * @param lane any number; a connection keeps to one
     * @param listener told once, on a thread of the log's: it may only hand the news on
     */
    void append(int lane, LogTarget target, Message message, AppendListener listener);

    /** What is not appended to for so long, and not kept ready, may make the next append wait. */
    int IDLE_SECONDS = 300;

    /** Keeps topics that are there ready for appends for another while; those that are not named are forgotten in time. */
    CompletionStage<Void> keepReady(Set<String> topics);

    /** Makes ready to append to {@code topic} without delay; fails if it does not appear in time. */
    CompletionStage<Void> prepare(String topic);

    /** Whether so much is on its way that publishers should pause. */
    boolean isCongested();

    /** Reads {@code topic} from {@code offset} on until {@link Reading#stop()}. The listener runs on a thread of the log's. */
    Reading read(String topic, int partition, long offset, ReadListener listener);

    /**
     * As {@link #read}, beside all other readings of the same partition.
     *
     * @throws IllegalStateException if there are too many of them
     */
    Reading follow(String topic, int partition, long offset, ReadListener listener);

    /** Told when an append ended. */
    interface AppendListener {
        /** Replicated as min.insync.replicas asks, at {@code offset} (-1 if the log does not say); or failed, with the reason. */
        void appended(long offset, @Nullable String failure);
    }

    /** Told what was read. */
    interface ReadListener {
        /** Records in order; the next read begins at {@code nextOffset}. */
        void read(List<LogRecord> records, long nextOffset);
    }

    /** A read under way. */
    interface Reading {
        /** Reports nothing more until {@link #resume}, but keeps what was read ahead. */
        void pause();

        /** Goes on where it paused. */
        void resume();

        /** Ends it; what is on its way may still be reported. */
        void stop();
    }
}
