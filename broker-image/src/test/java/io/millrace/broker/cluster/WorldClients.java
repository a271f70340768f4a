package io.millrace.broker.cluster;

import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueEffect;
import io.millrace.broker.queue.SessionId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;

/** The sessions of the queue under test: what they ask of it, the model hears as well. */
final class WorldClients {
    static final List<SessionId> SESSIONS =
            List.of(new SessionId("a", 1), new SessionId("a", 2), new SessionId("b", 1), new SessionId("b", 2));

    private final QueueModel model;
    private final java.util.function.Consumer<QueueCommand> queue;
    private final LongSupplier now;
    private final ArrayDeque<QueueEffect.AnswerSubscribe> answers = new ArrayDeque<>();
    private final ArrayDeque<Long> purges = new ArrayDeque<>();
    private long request;

    WorldClients(QueueModel model, java.util.function.Consumer<QueueCommand> queue, LongSupplier now) {
        this.model = model;
        this.queue = queue;
        this.now = now;
    }

    void answered(QueueEffect.AnswerSubscribe answer) {
        answers.add(answer);
    }

    void purged(long count) {
        purges.add(count);
    }

    static Outcome anyOutcome(Random chance) {
        return List.of(Outcome.ACK, Outcome.REQUEUE, Outcome.DEAD_LETTER).get(chance.nextInt(3));
    }

    static SessionId session(Random chance) {
        return SESSIONS.get(chance.nextInt(SESSIONS.size()));
    }

    void subscribe(Random chance) {
        var id = new ConsumerId(session(chance), "c" + chance.nextInt(2));
        var consumer = new Consumer(id, chance.nextInt(4), chance.nextInt(5) == 0, chance.nextInt(3));
        subscribe(consumer, chance.nextInt(8) == 0);
    }

    void subscribe(Consumer consumer, boolean exclusive) {
        boolean known = model.consumers.of(consumer.id().session()).stream()
                .anyMatch(one -> one.id().equals(consumer.id()));
        if (known) {
            return;
        }
        boolean expected = model.consumers.subscribed(consumer, exclusive);
        queue.accept(new QueueCommand.Subscribe(consumer, exclusive));
        var answer = answers.poll();
        if (answer == null || answer.accepted() != expected) {
            QueueModel.fail("{} is answered with {}", consumer, answer);
        }
    }

    List<ConsumerId> anyConsumer(Random chance) {
        return model.consumers.of(session(chance)).stream()
                .map(Consumer::id)
                .limit(1)
                .toList();
    }

    void cancel(ConsumerId id) {
        model.cancelled(id);
        queue.accept(new QueueCommand.Cancelled(id));
    }

    void close(SessionId session) {
        model.sessionClosed(session);
        queue.accept(new QueueCommand.SessionClosed(session));
    }

    void pause(SessionId session, boolean paused) {
        model.consumers.paused(session, paused);
        queue.accept(new QueueCommand.Paused(session, paused));
    }

    void settle(SessionId session, Random chance) {
        var held = model.heldBy(session);
        if (held.isEmpty()) {
            return;
        }
        int first = chance.nextInt(held.size());
        boolean multiple = chance.nextInt(4) == 0;
        var chosen = multiple ? held.subList(0, first + 1) : held.subList(first, first + 1);
        var outcome =
                chance.nextInt(3) > 0 ? Outcome.ACK : chance.nextInt(3) > 0 ? Outcome.REQUEUE : Outcome.DEAD_LETTER;
        settle(session, List.copyOf(chosen), outcome);
    }

    void settle(SessionId session, List<Long> offsets, Outcome outcome) {
        offsets.forEach(offset -> model.settled(session, offset, outcome, now.getAsLong()));
        queue.accept(new QueueCommand.Settled(
                session, offsets.stream().mapToLong(Long::longValue).toArray(), outcome));
    }

    /** Settles what others hold, or nobody: it must not count. While a new owner waits for word it would be believed. */
    void alien(SessionId session, Random chance) {
        if (now.getAsLong() < model.notBefore || model.items.isEmpty()) {
            return;
        }
        long offset = model.base + chance.nextInt(model.items.size());
        if (!model.heldBy(session).contains(offset) && !model.at(offset).handedBack) {
            settle(session, List.of(offset), anyOutcome(chance));
        }
    }

    void get(SessionId session, boolean noAck) {
        model.asked(new QueueModel.Question(session, ++request, noAck));
        queue.accept(new QueueCommand.Get(session, request, noAck));
    }

    void purge(SessionId session) {
        if (model.anyHandedBack) {
            return; // what was handed back and not reached since is settled too, though it is held
        }
        long expected = model.ready();
        model.purged();
        queue.accept(new QueueCommand.Purge(session, ++request));
        var purged = purges.poll();
        if (purged == null || purged != expected) {
            QueueModel.fail("a purge says {}, but there were {}", purged, expected);
        }
    }
}
