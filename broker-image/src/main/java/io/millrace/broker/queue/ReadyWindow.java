package io.millrace.broker.queue;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Messages of one level that came from the log and wait for a consumer. */
interface ReadyWindow {
    /** A message that has just come; those of one level come in order. */
    void addFresh(Entry entry);

    /** A message that was taken from here comes back to its place. */
    void addReturned(Entry entry);

    /** The message that may go next; null if none may now. */
    @Nullable
    Entry head();

    /** Takes the head; there has to be one. It is told with {@link #addReturned} or {@link #settled} what becomes of it. */
    Entry take();

    /** The message that goes first when there are too many, whether or not it may be delivered now; null if it is not in memory. */
    @Nullable
    Entry oldest();

    /** Takes the oldest, as {@link #take} takes the head. */
    Entry takeOldest();

    /** A message that was taken from here is settled. */
    void settled(Entry entry);

    /**
     * Takes out all that waits, to be settled.
     *
     * @param settle takes the place and the bytes (of body and properties) of each
     */
    void drain(BiConsumer<Long, Integer> settle);

    /** Forgets what waits: it will be read again. */
    void clear();

    /** Messages that wait. */
    int size();

    /** Those of them that a consumer could be given now. */
    int deliverable();

    /** Bytes of the bodies of all that waits. */
    long bodyBytes();

    /** No more is to be read for now. */
    boolean isFull();

    /** Worth a new read of the log. */
    boolean isLow();

    /** Whether something could go now if only it were in memory, and will soon be. */
    boolean awaitsBodies();
}
