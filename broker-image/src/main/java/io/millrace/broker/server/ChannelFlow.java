package io.millrace.broker.server;

import io.millrace.broker.model.Meter;

/**
 * What goes through a channel, with RabbitMQ's distinctions.
 *
 * @param published messages the client published; those of a transaction when it commits
 * @param confirmed those of them that were confirmed by basic.ack
 * @param returned those of them that no queue wanted, and the client wanted back
 * @param dropped those of them that no queue wanted, and nobody wanted back
 * @param delivered messages sent to consumers that acknowledge
 * @param deliveredNoAck messages sent to consumers that do not, and answers by direct reply-to
 * @param got answers to basic.get that are to be acknowledged
 * @param gotNoAck answers to basic.get that are not
 * @param gotNothing answers to basic.get that there is no message
 * @param redelivered messages sent, by whatever way, that were flagged as redelivered
 * @param acknowledged messages the client acknowledged; those of a transaction when it commits
 */
public record ChannelFlow(
        Meter published,
        Meter confirmed,
        Meter returned,
        Meter dropped,
        Meter delivered,
        Meter deliveredNoAck,
        Meter got,
        Meter gotNoAck,
        Meter gotNothing,
        Meter redelivered,
        Meter acknowledged) {
    /** Messages sent by whatever way. */
    public Meter sent() {
        return delivered.plus(deliveredNoAck).plus(got).plus(gotNoAck);
    }
}
