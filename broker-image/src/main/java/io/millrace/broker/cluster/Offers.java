package io.millrace.broker.cluster;

import io.millrace.broker.model.Message;
import java.util.concurrent.TimeUnit;

/**
 * Publishes to a queue that may refuse them: every one passes the queue's owner, here or over the link, who admits and appends it. What is on its way when
 * the owner changes may be refused although it arrives, never the other way round.
 */
final class Offers {
    /** How long a publish of another pod waits for this pod's claim, which that pod may have seen earlier. */
    private static final int CLAIM_PATIENCE_MS = 2_000;

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

    /**
     * A publish of another pod. It waits a while if this pod does not own the queue: its claim may be on the way. If none comes, or another pod's, that pod was
     * wrong about the owner, and the publish is refused.
     */
    void fromLink(Message message, Publisher.Done done) {
        queue.loop().execute(() -> {
            if (queue.owned() != null || queue.isGone() || waiting.isFull()) {
                toOwner(message, done, () -> {});
            } else {
                var early = new Early(message, done);
                waiting.addMessage(early);
                queue.loop().schedule(early, CLAIM_PATIENCE_MS, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** Run when something is known of the owner, or the time is up. */
    private final class Early implements Runnable {
        private final Message message;
        private final Publisher.Done done;
        private boolean over;

        Early(Message message, Publisher.Done done) {
            this.message = message;
            this.done = done;
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            over = true;
            if (queue.owned() == null && !queue.isGone()) {
                done.done(false);
            } else {
                toOwner(message, done, () -> {});
            }
        }
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
