package io.millrace.broker.cluster;

import io.millrace.broker.model.ExchangeName;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Delays;
import io.millrace.broker.topology.CopyKeys;
import java.time.Clock;

/** Sends messages on that wait in the hidden queue of a delayed exchange. The queue settles them only when the copies are replicated. */
final class ReleaseOffice {
    private final Publisher publisher;
    private final Routing routing;
    private final Clock clock;
    private final Retries retries = new Retries();

    ReleaseOffice(Publisher publisher, Routing routing, Clock clock) {
        this.publisher = publisher;
        this.routing = routing;
        this.clock = clock;
    }

    /**
     * Routes a message whose delay is over from the exchange that held it, wherever it was published; {@code done} hears true when it lies in all its queues or nobody
     * wants it, false (after a pause) when to try again.
     */
    void release(QueueHandle queue, Message message, Publisher.Done done) {
        var released = Delays.released(message, clock.millis());
        var exchange = new ExchangeName(queue.queueName());
        var route = routing.route(queue.definition().vhost(), exchange, released);
        if (route.isEmpty()) {
            done.done(true);
            return;
        }
        publisher.publish(
                CopyKeys.withoutBlind(released),
                route,
                queue.definition().slot(),
                retries.of(queue, "the release of a delayed message", done));
    }

    /** Appends a message that is not due yet to the same queue again, to the level it belongs to now; {@code done} as above. */
    void defer(QueueHandle queue, Message message, Publisher.Done done) {
        publisher.append(
                Delays.deferred(message, clock.millis()),
                queue,
                queue.definition().slot(),
                retries.of(queue, "the deferral of a delayed message", done));
    }
}
