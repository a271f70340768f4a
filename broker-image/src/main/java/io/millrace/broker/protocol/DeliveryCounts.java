package io.millrace.broker.protocol;

/**
 * What was sent on a channel so far.
 *
 * @param delivered messages to consumers that acknowledge
 * @param deliveredNoAck messages to consumers that do not
 * @param got answers to basic.get that are to be acknowledged
 * @param gotNoAck answers to basic.get that are not
 * @param gotNothing answers to basic.get that there is no message
 * @param redelivered those of all these messages that were flagged so
 * @param acknowledged messages that were acknowledged; those of a transaction count when it commits
 */
public record DeliveryCounts(
        long delivered,
        long deliveredNoAck,
        long got,
        long gotNoAck,
        long gotNothing,
        long redelivered,
        long acknowledged) {}
