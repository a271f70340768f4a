package io.millrace.broker.cluster;

import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.SessionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The consumers of the model: who is there, who may be served, and before whom. */
final class ModelConsumers {
    private record Member(Consumer consumer, boolean exclusive) {}

    private final boolean singleActive;
    private final List<Member> members = new ArrayList<>();
    private final Set<SessionId> paused = new HashSet<>();
    private @Nullable ConsumerId active;

    ModelConsumers(boolean singleActive) {
        this.singleActive = singleActive;
    }

    boolean has(Consumer consumer) {
        return all().contains(consumer);
    }

    List<Consumer> all() {
        return members.stream().map(Member::consumer).toList();
    }

    List<Consumer> of(SessionId session) {
        return members.stream()
                .map(Member::consumer)
                .filter(one -> one.id().session().equals(session))
                .toList();
    }

    boolean isExclusive(ConsumerId id) {
        return members.stream().anyMatch(one -> one.consumer().id().equals(id) && one.exclusive());
    }

    /** Whether the queue has to take this consumer. */
    boolean subscribed(Consumer consumer, boolean exclusive) {
        if (members.stream().anyMatch(one -> one.consumer().id().equals(consumer.id()))) {
            return true;
        }
        if (members.stream().anyMatch(Member::exclusive) || (exclusive && (singleActive || !members.isEmpty()))) {
            return false;
        }
        members.add(new Member(consumer, exclusive));
        members.sort(Comparator.comparingInt((Member one) -> -one.consumer().priority()));
        if (active == null) {
            active = consumer.id();
        }
        return true;
    }

    void cancelled(ConsumerId id) {
        members.removeIf(one -> one.consumer().id().equals(id));
        nextActive();
    }

    void sessionClosed(SessionId session) {
        members.removeIf(one -> one.consumer().id().session().equals(session));
        nextActive();
        paused.remove(session);
    }

    void clear() {
        members.clear();
        paused.clear();
        active = null;
    }

    private void nextActive() {
        if (members.stream().noneMatch(one -> one.consumer().id().equals(active))) {
            active = members.isEmpty() ? null : members.getFirst().consumer().id();
        }
    }

    /** Also for its consumers that come later. */
    void paused(SessionId session, boolean isPaused) {
        if (isPaused) {
            paused.add(session);
        } else {
            paused.remove(session);
        }
    }

    /** Whether it may get a message while it holds so many. */
    boolean mayBeServed(Consumer consumer, long unacked) {
        boolean hasCredit = consumer.noAck() || consumer.prefetch() == 0 || unacked < consumer.prefetch();
        return hasCredit
                && !paused.contains(consumer.id().session())
                && (!singleActive || consumer.id().equals(active));
    }
}
