package io.millrace.broker.cluster;

import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.SessionId;

/** Queue commands as edges send them. The session's pod is not written: it is the edge itself. */
final class LinkQueueCommands {
    private LinkQueueCommands() {}

    static void write(LinkBuffer out, QueueCommand command) {
        switch (command) {
            case QueueCommand.Subscribe(var consumer, var exclusive) -> subscribe(out, consumer, exclusive);
            case QueueCommand.Cancelled(var consumer) -> {
                out.small(2);
                out.text(consumer.consumerTag());
            }
            case QueueCommand.SessionClosed closed -> out.small(3);
            case QueueCommand.Settled settled -> {
                out.small(4);
                out.numbers(settled.places());
                out.text(settled.outcome().name());
            }
            case QueueCommand.Get get -> {
                out.small(5);
                out.number(get.requestId());
                out.flag(get.noAck());
            }
            case QueueCommand.Purge purge -> {
                out.small(6);
                out.number(purge.requestId());
            }
            case QueueCommand.Paused paused -> {
                out.small(7);
                out.flag(paused.paused());
            }
            case QueueCommand.Enqueued(var message) -> {
                out.small(8);
                out.message(message);
            }
            case QueueCommand.LogEnd(var end) -> {
                out.small(9);
                out.number(end);
            }
            case QueueCommand.HandBack handBack -> {
                out.small(10);
                out.text(handBack.consumerTag());
                out.numbers(handBack.places());
            }
            case QueueCommand.Declared declared -> out.small(11);
            case QueueCommand.Rewind rewind -> {
                out.small(12);
                out.number(rewind.requestId());
                out.numbers(rewind.places());
            }
            case QueueCommand.HandedBack _,
                    QueueCommand.RulesChanged _,
                    QueueCommand.LevelsChanged _,
                    QueueCommand.Leaving _,
                    QueueCommand.Appended _,
                    QueueCommand.Fetched _,
                    QueueCommand.ReadAgain _,
                    QueueCommand.Forwarded _,
                    QueueCommand.BoundDurable _,
                    QueueCommand.Tick _ -> throw new IllegalArgumentException("not for a link");
        }
    }

    private static void subscribe(LinkBuffer out, Consumer consumer, boolean exclusive) {
        out.small(1);
        out.text(consumer.id().consumerTag());
        out.number(consumer.prefetch());
        out.flag(consumer.noAck());
        out.number(consumer.priority());
        out.flag(exclusive);
    }

    static QueueCommand read(LinkBuffer in, SessionId session) {
        return switch (in.small()) {
            case 1 -> {
                var id = new ConsumerId(session, in.text());
                var consumer = new Consumer(id, (int) in.number(), in.flag(), (int) in.number());
                yield new QueueCommand.Subscribe(consumer, in.flag());
            }
            case 2 -> new QueueCommand.Cancelled(new ConsumerId(session, in.text()));
            case 3 -> new QueueCommand.SessionClosed(session);
            case 4 -> new QueueCommand.Settled(session, in.numbers(), QueueCommand.Outcome.valueOf(in.text()));
            case 5 -> new QueueCommand.Get(session, in.number(), in.flag());
            case 6 -> new QueueCommand.Purge(session, in.number());
            case 7 -> new QueueCommand.Paused(session, in.flag());
            case 8 -> new QueueCommand.Enqueued(in.message());
            case 9 -> new QueueCommand.LogEnd(in.number());
            case 10 -> new QueueCommand.HandBack(session, in.text(), in.numbers());
            case 11 -> new QueueCommand.Declared();
            case 12 -> new QueueCommand.Rewind(session, in.number(), in.numbers());
            default -> throw new IllegalArgumentException("an unknown queue command on a link");
        };
    }
}
