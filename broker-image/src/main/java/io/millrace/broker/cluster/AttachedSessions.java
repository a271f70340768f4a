package io.millrace.broker.cluster;

import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.SessionId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this pod that the owner of a queue knows of. Each has to tell a new owner what it holds and wants, and what it wanted before comes again with that: it must
 * not count twice. On the queue's loop.
 */
final class AttachedSessions {
    /** Something an owner says to one of them. */
    interface Saying {
        void to(QueueHandle queue, QueueEvents events);
    }

    private final Map<SessionId, QueueEvents> known = new HashMap<>();
    /** Asked to attach again, and not heard of since: what they say now, they said before they knew. */
    private final Set<SessionId> asked = new HashSet<>();

    /** A command goes to an owner. */
    void spoke(QueueCommand command, @Nullable SessionId session, @Nullable QueueEvents events) {
        if (command instanceof QueueCommand.SessionClosed(var closed)) {
            known.remove(closed);
            asked.remove(closed);
        } else if (session != null && events != null && !asked.contains(session)) {
            known.put(session, events);
        }
    }

    /** Whether a session says a command again when it attaches to the next owner, or to the one that is there and has asked it. */
    boolean sayAgain(QueueCommand command, @Nullable SessionId session, boolean hasOwner) {
        return switch (command) {
            case QueueCommand.Subscribe _, QueueCommand.Get _, QueueCommand.Purge _, QueueCommand.Rewind _ ->
                session != null && (asked.contains(session) || (!hasOwner && known.containsKey(session)));
            default -> false;
        };
    }

    /** Whether a session was attached, and has not begun to attach again. */
    boolean contains(SessionId session) {
        return known.containsKey(session) || asked.contains(session);
    }

    /** Where a session hears the owner; null if that does not know it. */
    @Nullable
    QueueEvents heardBy(SessionId session) {
        return known.get(session);
    }

    /** There is another owner, or it has forgotten them. Those that were asked before and have not heard it yet need not be asked twice. */
    void attachAgain(QueueHandle queue) {
        var events = List.copyOf(known.values());
        asked.addAll(known.keySet());
        known.clear();
        Turns.each(events, session -> session.reattach(queue));
    }

    /** The queue is gone. Those that were asked hear it when they attach again. */
    void gone(QueueHandle queue) {
        var events = List.copyOf(known.values());
        known.clear();
        asked.clear();
        Turns.each(events, session -> session.gone(queue));
    }

    /** As {@link QueueHandle#attachesAgain}. */
    void attachesAgain(SessionId session) {
        asked.remove(session);
    }
}
