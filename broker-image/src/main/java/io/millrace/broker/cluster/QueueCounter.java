package io.millrace.broker.cluster;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts the messages and consumers of a queue, wherever it lies. On the queue's loop. */
final class QueueCounter {
    private static final int AGAIN_MS = 200;

    private final QueueHandle queue;
    private final Links links;
    private final LogEnds logEnds;
    private final OwnerlessCommands waiting;

    QueueCounter(QueueHandle queue, Links links, LogEnds logEnds, OwnerlessCommands waiting) {
        this.logEnds = logEnds;
        this.queue = queue;
        this.links = links;
        this.waiting = waiting;
    }

    void count(QueueHandle.Counted counted) {
        var owned = queue.owned();
        if (queue.isGone()) {
            counted.counted(QueueCount.NOTHING);
        } else if (owned != null) {
            counted.counted(owned.count());
        } else if (queue.isElsewhere()) {
            logEnds.nudge();
            links.count(queue.ownerPod(), queue.definition().qid(), answer -> counted(counted, answer));
        } else {
            waiting.add(() -> count(counted));
        }
    }

    private void counted(QueueHandle.Counted counted, @Nullable LinkMessage answer) {
        if (answer instanceof LinkMessage.Counted(var request, var count)) {
            counted.counted(count);
        } else {
            queue.loop().schedule(() -> count(counted), AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }
}
