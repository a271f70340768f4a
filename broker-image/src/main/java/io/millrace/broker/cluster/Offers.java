package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to a queue that may refuse them: every one passes the queue's owner, here or over the link, who admits and appends it. What is on its way when
 * the link to the owner breaks may be refused although it arrives, never the other way round.
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
        var which = queue.publishing();
        queue.loop()
                .execute(() -> here(message, arrived -> {
                    done.done(arrived);
                    queue.published(which);
                }));
    }

    private void here(Message message, Publisher.Done done) {
        var owned = queue.owned();
        var owner = queue.owner();
        if (queue.isGone()) {
            done.done(true);
        } else if (owned != null) {
            owned.admissions().offer(message, done);
        } else if (queue.isElsewhere()) {
            links.offer(owner, queue.definition().qid(), message, answer -> answered(answer, owner, message, done));
        } else {
            waitFor(() -> here(message, done), done);
        }
    }

    /** Without an answer the link broke, and nobody knows whether the message arrived. */
    private void answered(@Nullable LinkMessage answer, SlotOwner asked, Message message, Publisher.Done done) {
        if (answer instanceof LinkMessage.NotOwner) {
            queue.loop().execute(() -> {
                if (queue.owner().epoch() > asked.epoch()) {
                    here(message, done);
                } else {
                    waitFor(() -> here(message, done), done);
                }
            });
        } else {
            done.done(answer instanceof LinkMessage.Offered(var request, var arrived) && arrived);
        }
    }

    /** A publish of another pod, for the owner by the claim of {@code epoch}. It waits until this pod has seen that claim. */
    void fromLink(long epoch, Message message, Publisher.Done done, Runnable notOwner) {
        queue.loop().execute(() -> fromLinkHere(epoch, message, done, notOwner));
    }

    private void fromLinkHere(long epoch, Message message, Publisher.Done done, Runnable notOwner) {
        var owned = queue.owned();
        if (queue.isGone()) {
            done.done(true);
        } else if (epoch < queue.owner().epoch()) {
            notOwner.run();
        } else if (owned != null && epoch == queue.owner().epoch()) {
            owned.admissions().offer(message, done);
        } else {
            waitFor(() -> fromLinkHere(epoch, message, done, notOwner), done);
        }
    }

    private void waitFor(Runnable offer, Publisher.Done done) {
        if (waiting.isFull()) {
            done.done(false);
        } else {
            waiting.addMessage(offer);
        }
    }
}
