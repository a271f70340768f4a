package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import java.util.List;

/** Everything that can happen to a queue. Where a message lies, or a level's log begins and ends, is told as a {@link Place}; a memory queue counts its own. */
public sealed interface QueueCommand {
    /** A message published through this pod was appended at {@code place} (tail delivery: no fetch needed). */
    record Appended(long place, Message message) implements QueueCommand {}

    /** A message for a memory queue, which gives it the next place of its level. */
    record Enqueued(Message message) implements QueueCommand {}

    /** Records of one level read from the log, in order, from place {@code from} up to {@code next}, where the next read begins (gaps are markers or deleted records). */
    record Fetched(long from, List<Arrival> arrivals, long next) implements QueueCommand {}

    /** Records of one level that were read again for {@link QueueEffect.StartRecall}, as in {@link Fetched}. */
    record ReadAgain(long from, List<Arrival> arrivals, long next) implements QueueCommand {}

    /** The log of a level is known to reach up to the place {@code end} (exclusive), whoever wrote there. */
    record LogEnd(long end) implements QueueCommand {}

    /** A consumer wants to begin; an exclusive one tolerates no other (AMQP 0-9-1, basic.consume exclusive). */
    record Subscribe(Consumer consumer, boolean exclusive) implements QueueCommand {}

    /** Deliveries of an earlier owner that a session still holds; told before its consumers subscribe again. */
    record HandBack(SessionId session, String consumerTag, long[] places) implements QueueCommand {}

    /** Every session that may hold deliveries of an earlier owner has told: nothing has to wait for them any more. */
    record HandedBack() implements QueueCommand {}

    /** The session's connection takes nothing more for now, or takes again: what bounds consumers that need not acknowledge. */
    record Paused(SessionId session, boolean paused) implements QueueCommand {}

    /** A consumer was cancelled; what it holds unacknowledged stays with its session. */
    record Cancelled(ConsumerId consumer) implements QueueCommand {}

    /** A session (AMQP channel) ended: its consumers go, and all it holds unacknowledged returns to its place in the queue. */
    record SessionClosed(SessionId session) implements QueueCommand {}

    /** A session settled deliveries. */
    record Settled(SessionId session, long[] places, Outcome outcome) implements QueueCommand {}

    /** basic.get: one message now, or the answer that there is none. */
    record Get(SessionId session, long requestId, boolean noAck) implements QueueCommand {}

    /** The queue is about to go to another owner: nothing is delivered any more, but what is settled counts. */
    record Leaving() implements QueueCommand {}

    /** Somebody declared the queue again, or passively: it is in use. */
    record Declared() implements QueueCommand {}

    /** queue.purge: settle all that is ready. */
    record Purge(SessionId session, long requestId) implements QueueCommand {}

    /**
     * Go back or ahead to these places, one per level: everything from there on is ready again, settled or not, but for what consumers hold now; everything before is settled.
     */
    record Rewind(SessionId session, long requestId, long[] places) implements QueueCommand {}

    /** The copies of a message that goes elsewhere were appended, or could not be. */
    record Forwarded(long place, boolean appended) implements QueueCommand {}

    /** The promise "nothing of this level at or above {@code bound} was ever delivered" is now replicated. */
    record BoundDurable(long bound) implements QueueCommand {}

    /** What the queue does has changed. */
    record RulesChanged(QueueRules rules) implements QueueCommand {}

    /** The queue lies elsewhere in the log from now on, or does so everywhere; the lowest level comes first. */
    record LevelsChanged(List<PlacedLevel> levels) implements QueueCommand {}

    /** Time passes. */
    record Tick() implements QueueCommand {}

    /** A record of the log. */
    record Arrival(long place, Message message) {}

    /** What a consumer decided about a delivery. */
    enum Outcome {
        ACK,
        REQUEUE,
        DEAD_LETTER
    }
}
