package io.millrace.broker.queue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who is served next: the highest priority that has credit, in turn among equals; or one alone until it goes. */
final class Consumers {
    private boolean singleActive;
    private final List<Member> members = new ArrayList<>();
    private final Set<SessionId> pausedSessions = new HashSet<>();
    private int cursor;
    private @Nullable ConsumerId exclusiveOne;
    private @Nullable Member active;

    Consumers(boolean singleActive) {
        this.singleActive = singleActive;
    }

    /** A consumer and how many deliveries it holds. */
    static final class Member {
        final Consumer consumer;
        int unacked;
        boolean paused;

        Member(Consumer consumer) {
            this.consumer = consumer;
        }

        boolean hasCredit() {
            return !paused && (consumer.noAck() || consumer.prefetch() == 0 || unacked < consumer.prefetch());
        }
    }

    /** Whether one is served alone from now on. */
    void change(boolean oneAlone) {
        singleActive = oneAlone;
    }

    /** False if an exclusive consumer stands in the way, or would in that of those who wait to be the single active one. */
    boolean add(Consumer consumer, boolean exclusive) {
        if (find(consumer.id()) != null) {
            return true; // told twice: its link was renewed while this owner took over
        }
        if (exclusiveOne != null || (exclusive && (singleActive || !members.isEmpty()))) {
            return false;
        }
        if (exclusive) {
            exclusiveOne = consumer.id();
        }
        int place = 0;
        while (place < members.size() && members.get(place).consumer.priority() >= consumer.priority()) {
            place++;
        }
        var member = new Member(consumer);
        member.paused = pausedSessions.contains(consumer.id().session());
        members.add(place, member);
        if (active == null) {
            active = member;
        }
        cursor = 0;
        return true;
    }

    @Nullable
    Member find(ConsumerId id) {
        for (var member : members) {
            if (member.consumer.id().equals(id)) {
                return member;
            }
        }
        return null;
    }

    /** Whether a session takes nothing for now, by consumers that are yet to come, too. */
    void pause(SessionId session, boolean paused) {
        if (paused) {
            pausedSessions.add(session);
        } else {
            pausedSessions.remove(session);
        }
        for (var member : members) {
            if (member.consumer.id().session().equals(session)) {
                member.paused = paused;
            }
        }
    }

    /** Removes one consumer; false if it was not there. */
    boolean remove(ConsumerId id) {
        return removeIf(member -> member.consumer.id().equals(id));
    }

    /** Removes all consumers of a session, which is over; false if it had none. */
    boolean removeAll(SessionId session) {
        pausedSessions.remove(session);
        return removeIf(member -> member.consumer.id().session().equals(session));
    }

    private boolean removeIf(Predicate<Member> leaving) {
        cursor = 0;
        boolean removed = members.removeIf(leaving);
        if (members.isEmpty()) {
            exclusiveOne = null;
        }
        if (active == null || !members.contains(active)) {
            active = members.isEmpty() ? null : members.getFirst();
        }
        return removed;
    }

    /** The next to be served, or none if nobody has credit. */
    @Nullable
    Member next() {
        if (singleActive) {
            return active != null && active.hasCredit() ? active : null;
        }
        Member best = null;
        int at = 0;
        for (int i = 0; i < members.size(); i++) {
            int index = (cursor + i) % members.size();
            var member = members.get(index);
            if (member.hasCredit() && (best == null || member.consumer.priority() > best.consumer.priority())) {
                best = member;
                at = index;
                if (isTop(member)) {
                    break;
                }
            }
        }
        if (best != null) {
            cursor = (at + 1) % members.size();
        }
        return best;
    }

    private boolean isTop(Member member) {
        return member.consumer.priority() == members.getFirst().consumer.priority();
    }

    int size() {
        return members.size();
    }

    List<Consumer> list() {
        return members.stream().map(member -> member.consumer).toList();
    }
}
