package io.millrace.broker.cluster;

import io.millrace.broker.queue.QueueCommand;
import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * What was sent to a queue while nobody owned it, in order. Nothing that clients wait for or have settled is ever dropped: it is bounded by what they may
 * hold (unacknowledged messages), by one question per channel and by their number. Messages are bounded by nothing; so they are
 * refused before they come here while {@link #isFull} says so. On the queue's loop, but for that.
 */
final class OwnerlessCommands {
    private static final int MESSAGES_AT_MOST = 10_000;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private int messages;
    private volatile boolean full;

    void add(QueueCommand command, Runnable task) {
        if (command instanceof QueueCommand.Enqueued) {
            addMessage(task);
        } else {
            tasks.add(task);
        }
    }

    /** Adds what brings a message. */
    void addMessage(Runnable task) {
        messages++;
        full = messages >= MESSAGES_AT_MOST;
        tasks.add(task);
    }

    void add(Runnable task) {
        tasks.add(task);
    }

    /** Whether messages are to be refused; on any thread. */
    boolean isFull() {
        return full;
    }

    /** Hands all on: somebody owns the queue now, or it is gone. */
    void run() {
        var waiting = new ArrayList<>(tasks);
        tasks.clear();
        messages = 0;
        full = false;
        waiting.forEach(Runnable::run);
    }
}
