package io.millrace.broker.cluster;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.TopologyCommand;
import org.jspecify.annotations.Nullable;

/** What two pods' queue layers say to each other. The side that connected is the edge, whose clients want something; the other owns queues. */
sealed interface LinkMessage {
    /** First of all, from the edge: who it is. */
    record Hello(String pod) implements LinkMessage {}

    /**
     * Edge: a command of one of its sessions to a queue; session 0 is none.
     *
     * @param epoch of the claim by which the edge takes this pod for the owner: it means no other life of the queue
     */
    record ToQueue(long qid, long epoch, long session, QueueCommand command) implements LinkMessage {}

    /** Edge: how many messages and consumers has the queue? */
    record Count(long request, long qid) implements LinkMessage {}

    /** Edge: a change of the topology, for the writer; {@code homePod} is where a queue in memory belongs. */
    record Change(long request, String homePod, TopologyCommand command) implements LinkMessage {}

    /** Edge, to the writer: its replica of the topology has the log up to this offset. */
    record Applied(long offset) implements LinkMessage {}

    /** Edge: it has seen the claim of this epoch, and its sessions have told what they hold of the slot's queues. */
    record Attached(int slot, long epoch) implements LinkMessage {}

    /** Edge: it sends nothing more for the slot's queues to the owner of this epoch. */
    record Detached(int slot, long epoch) implements LinkMessage {}

    /** Edge: an answer for a channel of the other side; without a message the question whether that is there. */
    record Reply(long request, String address, @Nullable Message message) implements LinkMessage {}

    /** Edge: a message for a queue that may refuse it; {@code epoch} as in {@link ToQueue}. */
    record Offer(long request, long qid, long epoch, Message message) implements LinkMessage {}

    /** Owner: it hands the slot over, which it owned by the claim of this epoch; what is for its queues has to wait for the next owner. */
    record Detach(int slot, long epoch) implements LinkMessage {}

    /** Owner: whether a message that was offered is in the queue. */
    record Offered(long request, boolean arrived) implements LinkMessage {}

    /** This pod does not own the queue of an offer any more, and has not admitted the message. */
    record NotOwner(long request) implements LinkMessage {}

    /** Owner: whether the channel of a {@link Reply} is there. */
    record Replied(long request, boolean there) implements LinkMessage {}

    /** Owner: a consumer was accepted, or not. */
    record Subscribed(long qid, long session, String consumerTag, boolean accepted) implements LinkMessage {}

    /** Owner: a delivery. */
    record Delivery(
            long qid,
            long session,
            String consumerTag,
            boolean noAck,
            long offset,
            boolean redelivered,
            Message message)
            implements LinkMessage {}

    /** Owner: the answer to a get; no message means the queue is empty. */
    record Got(
            long qid,
            long session,
            long request,
            long offset,
            boolean redelivered,
            long remaining,
            @Nullable Message message)
            implements LinkMessage {}

    /** Owner: the answer to a purge. */
    record Purged(long qid, long session, long request, long count) implements LinkMessage {}

    /** Owner: the answer to a rewind. */
    record Rewound(long qid, long session, long request) implements LinkMessage {}

    /** Owner: a consumer's queue is gone. */
    record Cancelled(long qid, long session, String consumerTag) implements LinkMessage {}

    /** Edge: something about the other pod is asked. */
    record Inquire(long request, String question) implements LinkMessage {}

    /** Owner: the answer to {@link Inquire}. */
    record Told(long request, String words) implements LinkMessage {}

    /** Owner: the answer to {@link Count}. */
    record Counted(long request, QueueCount count) implements LinkMessage {}

    /** Owner: a change was made; the edge answers its client when its own replica has it. */
    record Changed(long request, long offset, Decision.Reply reply) implements LinkMessage {}

    /** Owner: a change was refused. */
    record Refused(long request, AmqpError error) implements LinkMessage {}

    /** Owner: this pod is not the writer; ask again later, perhaps elsewhere. */
    record NotWriter(long request) implements LinkMessage {}
}
