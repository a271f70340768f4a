package io.millrace.broker.cluster;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.QueueEffect;
import io.millrace.broker.queue.QueueRules;
import io.millrace.broker.queue.SessionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.MessageFormatter;

/**
 * A queue as a list that anybody understands: each message is in one place at a time. It is told what is asked of the real queue, and judges everything that
 * comes of it. It knows nothing of windows, ledgers or logs.
 */
final class QueueModel {
    /** A basic.get that waits for its answer. */
    record Question(SessionId session, long request, boolean noAck) {}

    final long base;
    final List<ModelItem> items = new ArrayList<>();
    final ModelConsumers consumers;
    private final QueueRules rules;
    private final int heldAtMost;
    private final ArrayDeque<Question> questions = new ArrayDeque<>();
    long knownEnd;
    long notBefore;
    long redeliveredBelow;
    boolean leaving;
    boolean anyHandedBack;

    /** @param heldAtMost deliveries that may be unacknowledged at the same time, whatever consumers allow */
    QueueModel(QueueRules rules, long base, int heldAtMost) {
        this.heldAtMost = heldAtMost;
        this.rules = rules;
        consumers = new ModelConsumers(rules.singleActive());
        this.base = base;
        knownEnd = base;
    }

    static void fail(String what, @Nullable Object... of) {
        throw new AssertionError(MessageFormatter.basicArrayFormat(what, of));
    }

    private static void require(boolean holds, String what, @Nullable Object... of) {
        if (!holds) {
            throw new AssertionError(MessageFormatter.basicArrayFormat(what, of));
        }
    }

    ModelItem at(long offset) {
        return items.get((int) (offset - base));
    }

    long end() {
        return base + items.size();
    }

    long add(@Nullable Message message) {
        items.add(new ModelItem(message));
        return end() - 1;
    }

    void known(long end) {
        knownEnd = Math.max(knownEnd, end);
    }

    /** The log was read up to here: what is no message is known to be none. */
    void read(long end) {
        known(end);
        for (long offset = base; offset < end; offset++) {
            if (!at(offset).isMessage()) {
                at(offset).place = ModelItem.Place.SETTLED;
            }
        }
    }

    /** Messages, and records that the queue has not yet seen to be none. */
    long ready() {
        long ready = 0;
        for (long offset = base; offset < knownEnd; offset++) {
            if (at(offset).place == ModelItem.Place.READY) {
                ready++;
            }
        }
        return ready;
    }

    private long firstReady() {
        for (long offset = base; offset < end(); offset++) {
            if (at(offset).isMessage() && at(offset).place == ModelItem.Place.READY) {
                return offset;
            }
        }
        return end();
    }

    List<Long> heldBy(SessionId session) {
        var held = new ArrayList<Long>();
        for (long offset = base; offset < end(); offset++) {
            if (at(offset).place == ModelItem.Place.HELD && session.equals(at(offset).holder)) {
                held.add(offset);
            }
        }
        return held;
    }

    // --- clients and owners ---

    /** What it holds stays with its session, and does not count for another consumer of its name. */
    void cancelled(ConsumerId id) {
        consumers.cancelled(id);
        items.stream()
                .filter(item -> id.equals(item.consumer) && !item.handedBack)
                .forEach(item -> item.consumer = null);
    }

    void sessionClosed(SessionId session) {
        consumers.sessionClosed(session);
        questions.removeIf(one -> one.session().equals(session));
        heldBy(session).forEach(offset -> giveBack(at(offset)));
    }

    private void giveBack(ModelItem item) {
        item.returned = true;
        item.count++;
        boolean isOver = !rules.deadLetters() && !item.handedBack && item.count > rules.deliveryLimit();
        item.place = isOver ? ModelItem.Place.SETTLED : ModelItem.Place.READY;
        item.countIsVague |= item.handedBack;
        item.holder = null;
        item.consumer = null;
    }

    /** The owner is another now, whose state is what the last one wrote; sessions that died take nothing with them. */
    void ownerChanged(long bound, long now, long patienceMs) {
        consumers.clear();
        questions.clear();
        leaving = false;
        anyHandedBack = false;
        knownEnd = end();
        redeliveredBelow = Math.min(bound, end());
        notBefore = now + patienceMs;
    }

    void handedBack(SessionId session, String tag, long offset) {
        var item = at(offset);
        if (item.place != ModelItem.Place.READY) {
            return; // it was settled meanwhile
        }
        item.place = ModelItem.Place.HELD;
        item.holder = session;
        item.consumer = new ConsumerId(session, tag);
        item.handedBack = true;
        anyHandedBack = true;
    }

    // --- settling ---

    /** A session decides about a message; nothing happens if it does not hold it, unless its decision was too late for an earlier owner. */
    void settled(SessionId session, long offset, Outcome outcome, long now) {
        var item = at(offset);
        boolean late = item.place == ModelItem.Place.READY && now < notBefore;
        if (late) {
            item.handedBack = true;
            anyHandedBack = true;
        } else if (item.place != ModelItem.Place.HELD || !session.equals(item.holder)) {
            return;
        }
        switch (outcome) {
            case ACK -> item.place = ModelItem.Place.SETTLED;
            case REQUEUE -> giveBack(item);
            case DEAD_LETTER -> item.place = ModelItem.Place.DOOMED;
        }
    }

    void asked(Question question) {
        questions.add(question);
    }

    void purged() {
        for (long offset = base; offset < knownEnd; offset++) {
            if (at(offset).place == ModelItem.Place.READY) {
                at(offset).place = ModelItem.Place.SETTLED;
            }
        }
    }

    // --- what the queue does ---

    void deliver(QueueEffect.Deliver deliver, long now) {
        var consumer = deliver.consumer();
        var item = goes(deliver.place(), deliver.redelivered(), deliver.deliveryCount(), deliver.message(), now);
        require(consumers.has(consumer), "{} goes to {}, which is not there", deliver.place(), consumer.id());
        require(
                consumers.mayBeServed(consumer, unacked(consumer, false)),
                "{} goes to {}, which has no credit or is not active",
                deliver.place(),
                consumer.id());
        consumers.all().stream()
                .filter(other ->
                        other.priority() > consumer.priority() && consumers.mayBeServed(other, unacked(other, true)))
                .forEach(other -> fail("{} goes past {}", deliver.place(), other));
        took(item, consumer.noAck(), consumer.id().session(), consumer.id());
    }

    /** @param inAnyCase what it handed back counts too: when the queue begins to count it, is not to be seen from outside */
    private long unacked(Consumer consumer, boolean inAnyCase) {
        return items.stream()
                .filter(item -> item.place == ModelItem.Place.HELD
                        && consumer.id().equals(item.consumer)
                        && (inAnyCase || !item.handedBack))
                .count();
    }

    private ModelItem goes(long offset, boolean redelivered, int count, @Nullable Message message, long now) {
        var item = at(offset);
        require(!leaving, "{} is delivered by an owner that leaves", offset);
        require(now >= notBefore, "{} is delivered before sessions have told what they hold", offset);
        require(
                item.place == ModelItem.Place.READY && item.isMessage(),
                "{} is delivered, but it is {}",
                offset,
                item.place);
        goneWithoutALetter(offset, now);
        require(offset == firstReady(), "{} is delivered before {}", offset, firstReady());
        require(offset < knownEnd, "{} is delivered before anybody told of it", offset);
        require(Objects.equals(message, item.message), "{} has another message", offset);
        require(
                message == null || message.expiresAtMs() == message.timestampMs() || !item.expiredAt(now),
                "{} is delivered after it expired",
                offset);
        require(
                redelivered == (item.returned || offset < redeliveredBelow),
                "{} is flagged {}; returned {}, bound {}",
                offset,
                redelivered,
                item.returned,
                redeliveredBelow);
        require(redelivered || !item.delivered, "{} was delivered before and does not say so", offset);
        require(item.countIsVague || count == item.count, "{} came back {} times, not {}", offset, item.count, count);
        return item;
    }

    private static void took(ModelItem item, boolean noAck, SessionId session, @Nullable ConsumerId consumer) {
        item.delivered = true;
        item.handedBack = false;
        item.place = noAck ? ModelItem.Place.SETTLED : ModelItem.Place.HELD;
        item.holder = session;
        item.consumer = consumer;
    }

    void answered(QueueEffect.AnswerGet answer, long now) {
        var question =
                Optional.ofNullable(questions.poll()).orElseThrow(() -> new AssertionError("an answer to no question"));
        require(
                question.session().equals(answer.session()) && question.request() == answer.requestId(),
                "{} is answered before {}",
                answer,
                question);
        if (answer.message() == null) {
            goneWithoutALetter(knownEnd, now);
            require(ready() == 0, "a get finds nothing, but there are {}", ready());
            return;
        }
        var item = goes(answer.place(), answer.redelivered(), answer.deliveryCount(), answer.message(), now);
        took(item, question.noAck(), answer.session(), null);
        require(
                anyHandedBack || answer.remaining() == ready(),
                "a get of {} says {} remain, but there are {}",
                answer.place(),
                answer.remaining(),
                ready());
    }

    void dies(long offset, DeathReason reason, long now) {
        var item = at(offset);
        boolean allowed =
                switch (reason) {
                    case REJECTED -> item.place == ModelItem.Place.DOOMED;
                    case EXPIRED -> isDue(offset) && item.expiredAt(now) && now >= notBefore;
                    case MAXLEN -> isDue(offset) && (ready() > rules.maxLength() || anyHandedBack);
                    case DELIVERY_LIMIT -> item.place == ModelItem.Place.READY && item.count > rules.deliveryLimit();
                };
        require(
                allowed,
                "{} dies of {}; it is {}, the first is {}, {} are ready",
                offset,
                reason,
                item.place,
                firstReady(),
                ready());
        item.place = ModelItem.Place.DYING;
    }

    /** What stood before {@code end} and may go is gone; whether it is settled is looked at when the command is over. */
    private void goneWithoutALetter(long end, long now) {
        while (firstReady() < end && maySettleSilently(firstReady(), now)) {
            at(firstReady()).place = ModelItem.Place.SETTLED;
        }
    }

    private boolean isDue(long offset) {
        return at(offset).place == ModelItem.Place.READY && offset == firstReady();
    }

    /** The queue says so of a message without a letter. */
    void settledSilently(long offset, long now) {
        var item = at(offset);
        if (!item.isMessage()) {
            item.place = ModelItem.Place.SETTLED;
            return;
        }
        require(maySettleSilently(offset, now), "{} is settled, but it is {}", offset, item.place);
        item.place = ModelItem.Place.SETTLED;
    }

    private boolean maySettleSilently(long offset, long now) {
        var item = at(offset);
        return !rules.deadLetters()
                && (item.place == ModelItem.Place.DOOMED
                        || (item.place == ModelItem.Place.READY && item.count > rules.deliveryLimit())
                        || (isDue(offset) && (item.expiredAt(now) || ready() > rules.maxLength() || anyHandedBack)));
    }

    /** Nothing is on its way: whoever can be served has been. */
    void nobodyIsKeptWaiting(long now) {
        if (leaving || now < notBefore) {
            return;
        }
        boolean hasRoom = items.stream()
                        .filter(item -> item.place == ModelItem.Place.HELD)
                        .count()
                < heldAtMost;
        boolean canGo =
                hasRoom && consumers.all().stream().anyMatch(one -> consumers.mayBeServed(one, unacked(one, false)));
        require(
                !canGo || anyHandedBack || firstReady() == end(),
                "{} is ready and could go, and does not",
                firstReady());
        require(questions.isEmpty(), "a get waits for its answer");
    }
}
