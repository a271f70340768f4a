package io.millrace.broker.cluster;

import io.millrace.broker.model.DeathReason;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.DeadLettering;
import io.millrace.broker.queue.QueueEffect;
import java.time.Clock;
import java.util.List;

/** Publishes messages that died in a queue to its dead-letter exchange. The source settles them only when the copies are replicated. */
final class DeadLetterOffice {
    private final Publisher publisher;
    private final Routing routing;
    private final Clock clock;
    private final Retries retries = new Retries();

    DeadLetterOffice(Publisher publisher, Routing routing, Clock clock) {
        this.publisher = publisher;
        this.routing = routing;
        this.clock = clock;
    }

    /**
     * Sends the letter for a message that lies in a queue: through the box, if it is to arrive exactly once; {@code done} hears true when it lies in all its
     * queues or nobody wants it, false (after a pause) when to try again.
     */
    void send(QueueHandle queue, QueueEffect.DeadLetter dead, LetterBox box, Publisher.Done done) {
        if (queue.isLogged() && queue.settings().deadLettersOnce()) {
            letter(
                    queue,
                    dead.message(),
                    dead.reason(),
                    done,
                    (letter, route, retried) ->
                            box.post(queue.definition().qid(), dead.place(), letter, route, retried));
        } else {
            send(queue, dead.message(), dead.reason(), done);
        }
    }

    /** Sends the letter for a message that a queue did not take; {@code done} as above. */
    void send(QueueHandle queue, Message message, DeathReason reason, Publisher.Done done) {
        letter(
                queue,
                message,
                reason,
                done,
                (letter, route, retried) ->
                        publisher.publish(letter, route, queue.definition().slot(), retried));
    }

    /** A way for letters. */
    private interface Way {
        void send(Message letter, Publisher.Route route, Publisher.Done done);
    }

    private void letter(QueueHandle queue, Message message, DeathReason reason, Publisher.Done done, Way way) {
        var exchange = queue.settings().deadLetterExchange();
        if (exchange.isEmpty()) {
            done.done(true);
            return;
        }
        var letter = DeadLettering.letter(
                message,
                queue.queueName(),
                reason,
                exchange.get().value(),
                queue.settings().deadLetterRoutingKey().orElse(null),
                clock.millis());
        var route = withoutCycles(routing.route(queue.definition().vhost(), letter), letter, reason);
        if (route.isEmpty()) {
            done.done(true);
            return;
        }
        way.send(letter, route, retries.of(queue, "dead-lettering", done));
    }

    private static Publisher.Route withoutCycles(Publisher.Route route, Message letter, DeathReason reason) {
        if (reason == DeathReason.REJECTED) {
            return route;
        }
        List<QueueHandle> queues = route.queues().stream()
                .filter(target -> !DeadLettering.isCycle(letter, target.queueName()))
                .toList();
        return new Publisher.Route(queues, route.topics());
    }
}
