package io.millrace.broker.queue;

import io.millrace.broker.model.Message;
import io.millrace.broker.queue.QueueCommand.Arrival;
import io.millrace.broker.queue.QueueCommand.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Words that tests of a queue speak in, and their clock. */
final class QueueScene {
    static final SessionId ALICE = new SessionId("pod-0", 1);
    static final SessionId BOB = new SessionId("pod-0", 2);

    long now = 1_000;

    QueueMachine logged() {
        var queue = new QueueMachine(
                QueueRules.plain(true),
                QueueLimits.STANDARD,
                List.of(new RecoveredLevel(new SettlementLedger(0), new ReturnCounts(), 0, 0)),
                0);
        queue.on(new QueueCommand.BoundDurable(1_000_000), now);
        return queue;
    }

    List<QueueEffect> arrive(QueueMachine queue, long... offsets) {
        var effects = new ArrayList<QueueEffect>();
        for (long offset : offsets) {
            effects.addAll(queue.on(new QueueCommand.Appended(offset, message()), now));
        }
        return effects;
    }

    List<QueueEffect> subscribe(QueueMachine queue, SessionId session, int prefetch) {
        var consumer = new Consumer(new ConsumerId(session, "c" + session.number()), prefetch, false, 0);
        return queue.on(new QueueCommand.Subscribe(consumer, false), now);
    }

    static QueueCommand ack(SessionId session, long... offsets) {
        return new QueueCommand.Settled(session, offsets, Outcome.ACK);
    }

    static List<Arrival> arrivals(long... offsets) {
        var arrivals = new ArrayList<Arrival>();
        for (long offset : offsets) {
            arrivals.add(new Arrival(offset, message()));
        }
        return arrivals;
    }

    static List<Long> delivered(List<QueueEffect> effects) {
        return effects.stream()
                .filter(QueueEffect.Deliver.class::isInstance)
                .map(effect -> ((QueueEffect.Deliver) effect).place())
                .toList();
    }

    static Message message() {
        return new Message("", "q", new byte[2], "hello".getBytes(StandardCharsets.UTF_8), Message.NEVER, 0);
    }
}
