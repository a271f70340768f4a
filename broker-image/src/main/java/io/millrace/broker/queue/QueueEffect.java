package io.millrace.broker.queue;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import org.jspecify.annotations.Nullable;

/** What the world has to do for a queue. */
public sealed interface QueueEffect {
    /** Tell a consumer that it has begun, or that an exclusive one stands in the way. Deliveries follow this. */
    record AnswerSubscribe(Consumer consumer, boolean accepted) implements QueueEffect {}

    /** Send a message to a consumer. {@code deliveryCount} counts earlier failed deliveries. */
    record Deliver(Consumer consumer, long place, Message message, boolean redelivered, int deliveryCount)
            implements QueueEffect {}

    /** Answer a {@link QueueCommand.Get}; no message means the queue is empty. {@code remaining} is the number of messages still ready. */
    record AnswerGet(
            SessionId session,
            long requestId,
            long place,
            @Nullable Message message,
            boolean redelivered,
            int deliveryCount,
            long remaining)
            implements QueueEffect {}

    /** Answer a {@link QueueCommand.Purge} with the number of messages removed. */
    record AnswerPurge(SessionId session, long requestId, long purged) implements QueueEffect {}

    /** Answer a {@link QueueCommand.Rewind} once it is written to the slot log. */
    record AnswerRewind(SessionId session, long requestId) implements QueueEffect {}

    /** A message leaves the queue for others: send copies, then report with {@link QueueCommand.Forwarded}. */
    sealed interface Forward extends QueueEffect {
        long place();
    }

    /** It died: to the dead-letter exchange. */
    record DeadLetter(long place, Message message, DeathReason reason) implements Forward {}

    /** Its delay is over: to where it is routed. */
    record Release(long place, Message message) implements Forward {}

    /** It is not due yet: once more to this queue, to the level it belongs to now. */
    record Defer(long place, Message message) implements Forward {}

    /** Read the log of a level from {@code place} on and report with {@link QueueCommand.Fetched}; after a pause, go on. */
    record StartFetch(long place) implements QueueEffect {}

    /** The window of a level is full: read no further for now, but keep what was read ahead. What is on its way may still be reported. */
    record PauseFetch(int level) implements QueueEffect {}

    /** A level's log is not to be read any further. What is on its way may still be reported. */
    record StopFetch(int level) implements QueueEffect {}

    /** Beside all other reading, read the log of a level from {@code place} on and report with {@link QueueCommand.ReadAgain}, until {@link StopRecall}. */
    record StartRecall(long place) implements QueueEffect {}

    /** What is on its way may still be reported. */
    record StopRecall(int level) implements QueueEffect {}

    /** Replicate the delivered bound of a level, then report with {@link QueueCommand.BoundDurable}. */
    record ExtendBound(long bound) implements QueueEffect {}

    /** Send a {@link QueueCommand.Tick} at this time (milliseconds since the epoch) or soon after. */
    record WakeAt(long whenMs) implements QueueEffect {}

    /** Nobody has used the queue for the time of its lease: delete it. Comes again as long as it is there. */
    record LeaseOver() implements QueueEffect {}

    /** The last consumer left (the moment auto-delete waits for). */
    record LastConsumerGone() implements QueueEffect {}
}
