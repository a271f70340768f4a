package io.millrace.broker.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was delivered and has not been settled, by place. */
final class Unacknowledged {
    /** A delivery and who holds it: a consumer of the session, or the session itself by basic.get. */
    record Held(Entry entry, SessionId session, Consumers.@Nullable Member member) {}

    private final QueueLimits limits;
    private final PlaceMap<Held> held = new PlaceMap<>();
    private long bytes;

    Unacknowledged(QueueLimits limits) {
        this.limits = limits;
    }

    boolean hasRoom() {
        return held.size() < limits.unackedMessages() && bytes < limits.unackedBytes();
    }

    void hold(Entry entry, SessionId session, Consumers.@Nullable Member member) {
        if (member != null) {
            member.unacked++;
        }
        held.put(entry.place, new Held(entry, session, member));
        bytes += entry.message.sizeBytes();
    }

    boolean contains(long place) {
        return held.contains(place);
    }

    /** Takes a delivery out; null if the session does not hold it. */
    @Nullable
    Entry take(SessionId session, long place) {
        var one = held.get(place);
        if (one == null || !one.session().equals(session)) {
            return null;
        }
        held.remove(place);
        bytes -= one.entry().message.sizeBytes();
        if (one.member() != null) {
            one.member().unacked--;
        }
        return one.entry();
    }

    /** Takes out all that a session holds. */
    List<Entry> takeAll(SessionId session) {
        var taken = new ArrayList<Entry>();
        for (var one : held.values()) {
            if (one.session().equals(session)) {
                taken.add(one.entry());
            }
        }
        for (var entry : taken) {
            take(session, entry.place);
        }
        return taken;
    }

    int size() {
        return held.size();
    }
}
