package io.millrace.broker.protocol;

import java.util.List;

/**
 * A channel in a moment, for those who look.
 *
 * @param confirms whether publishes are confirmed
 * @param transactional whether publishes and acknowledgements wait for a commit
 * @param prefetch {@code basic.qos} for consumers to come; 0 is no limit
 * @param channelPrefetch {@code basic.qos} for the whole channel; 0 is no limit
 * @param unacked deliveries that wait for their acknowledgement
 * @param unconfirmed publishes that wait for their confirm
 * @param uncommitted publishes that wait for a commit
 * @param uncommittedAcks deliveries whose acknowledgement waits for a commit
 * @param publishes what was published so far
 * @param deliveries what was sent so far
 */
public record ChannelStatus(
        boolean confirms,
        boolean transactional,
        int prefetch,
        int channelPrefetch,
        int unacked,
        long unconfirmed,
        int uncommitted,
        int uncommittedAcks,
        PublishCounts publishes,
        DeliveryCounts deliveries,
        List<ConsumerStatus> consumers) {}
