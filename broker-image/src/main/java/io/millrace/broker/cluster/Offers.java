package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;

/**
 * Publishes to a queue that may refuse them: every one passes the queue's owner, here or over the link, who admits and appends it. What is on its way when
 * the owner changes may be refused although it arrives, never the other way round.
 */
final class Offers {
    private final QueueHandle queue;
    private final Links links;
    private final OwnerlessCommands waiting;

    Offers(QueueHandle queue, Links links, OwnerlessCommands waiting) {
        this.queue = queue;
        this.links = links;
        this.waiting = waiting;
    }

    /** A publish of this pod; any thread. {@code done} hears on some thread whether the message is in the queue, or the queue gone. */
    void offer(Message message, Publisher.Done done) {
        queue.publishing();
        queue.loop()
                .execute(() -> here(message, arrived -> {
                    done.done(arrived);
                    queue.published();
                }));
    }

    private void here(Message message, Publisher.Done done) {
        if (queue.owned() == null && queue.isElsewhere() && !queue.isGone()) {
            links.offer(queue.ownerPod(), queue.definition().qid(), message, done);
        } else {
            toOwner(message, done, () -> here(message, done));
        }
    }

    /** A publish of another pod. It waits if this pod does not own the queue: its claim may be on the way. */
    void fromLink(Message message, Publisher.Done done) {
        queue.loop().execute(() -> fromLinkHere(message, done));
    }

    private void fromLinkHere(Message message, Publisher.Done done) {
        toOwner(message, done, () -> fromLinkHere(message, done));
    }

    private void toOwner(Message message, Publisher.Done done, Runnable again) {
        var owned = queue.owned();
        if (queue.isGone()) {
            done.done(true);
        } else if (owned != null) {
            owned.offer(message, done);
        } else if (waiting.isFull()) {
            done.done(false);
        } else {
            waiting.addMessage(again);
        }
    }
}
