package io.millrace.broker.cluster;

import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.SessionId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to a queue while nobody owned it. Nothing that clients wait for or have settled is ever dropped: it is bounded by what they may
 * hold (unacknowledged messages), by one question per channel and by their number. Messages are bounded by nothing; so they are
 * refused before they come here while {@link #isFull} says so. On the queue's loop, but for that.
 */
final class OwnerlessCommands {
    private static final int MESSAGES_AT_MOST = 10_000;

    private final ArrayDeque<Runnable> early = new ArrayDeque<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Map<SessionId, Integer> ofSessions = new HashMap<>();
    private final Turns turns = new Turns();
    private boolean running;
    private int messages;
    private volatile boolean full;

    /** Adds what brings a message. */
    void addMessage(Runnable task) {
        messages++;
        full = messages >= MESSAGES_AT_MOST;
        early.add(task);
    }

    /** Adds a command of a session that is attached, or of none. */
    void addEarly(QueueCommand command, Runnable task) {
        if (command instanceof QueueCommand.Enqueued) {
            addMessage(task);
        } else {
            early.add(task);
        }
    }

    /** Adds a command that came over a link. */
    void add(QueueCommand command, Runnable task) {
        if (command instanceof QueueCommand.Enqueued) {
            addMessage(task);
        } else {
            tasks.add(task);
        }
    }

    void add(Runnable task) {
        tasks.add(task);
    }

    /** Adds a command of a session of this pod that no owner knows of. */
    void add(SessionId session, Runnable task) {
        ofSessions.merge(session, 1, Integer::sum);
        Runnable turn = () -> {
            ofSessions.computeIfPresent(session, (_, count) -> count == 1 ? null : count - 1);
            task.run();
        };
        if (running) {
            turns.await(turn);
        } else {
            tasks.add(turn);
        }
    }

    /** Whether a command of a session waits that no owner knew of: what it says next waits behind it, as it may while others are handed on. */
    boolean has(@Nullable SessionId session) {
        return session != null && !ofSessions.isEmpty() && ofSessions.containsKey(session);
    }

    /** Whether messages are to be refused; on any thread. */
    boolean isFull() {
        return full;
    }

    /**
     * Hands all on: somebody owns the queue now, or it is gone. What is sent again to wait does so until the next call.
     *
     * @param attach has the attached sessions tell the owner what they hold and want: after the messages, which they may ask for, and what they have settled, and before
     *     sessions that are new
     */
    void run(Runnable attach) {
        early.forEach(turns::await);
        turns.await(attach);
        tasks.forEach(turns::await);
        early.clear();
        tasks.clear();
        messages = 0;
        full = false;
        running = true;
        turns.begin();
        try {
            turns.end();
        } finally {
            running = false;
        }
    }
}
