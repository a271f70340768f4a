package io.millrace.broker.protocol;

/**
 * What a client published on a channel so far.
 *
 * @param published messages; those of a transaction count when it commits
 * @param confirmed those of them that have arrived and are confirmed
 * @param returned those of them that no queue wanted, and the client wanted back
 * @param dropped those of them that no queue wanted, and nobody wanted back
 */
public record PublishCounts(long published, long confirmed, long returned, long dropped) {}
