package io.millrace.broker.cluster;

import io.millrace.broker.model.Meter;
import java.util.stream.Stream;

/**
 * What goes through a queue, as far as its owner has seen it.
 *
 * @param published messages that came in
 * @param delivered messages sent to consumers and answers to basic.get
 * @param redelivered those of them that were flagged so
 * @param acknowledged messages that consumers acknowledged
 */
public record QueueFlow(Meter published, Meter delivered, Meter redelivered, Meter acknowledged) {
    /** Nothing has gone through. */
    public static final QueueFlow NOTHING = new QueueFlow(Meter.ZERO, Meter.ZERO, Meter.ZERO, Meter.ZERO);

    /** Both together. */
    public QueueFlow plus(QueueFlow other) {
        return new QueueFlow(
                published.plus(other.published),
                delivered.plus(other.delivered),
                redelivered.plus(other.redelivered),
                acknowledged.plus(other.acknowledged));
    }

    Stream<Meter> meters() {
        return Stream.of(published, delivered, redelivered, acknowledged);
    }
}
