package io.millrace.broker.protocol;

import io.millrace.broker.model.FieldTable;

/**
 * A consumer of a channel, for those who look.
 *
 * @param tag its consumer tag
 * @param queue the queue's name, in virtual host {@code vhost}
 * @param prefetch how many deliveries it may hold unacknowledged; 0: as many as come
 * @param acknowledges whether it acknowledges what it gets
 * @param exclusive whether it has the queue to itself
 * @param arguments those of {@code basic.consume}
 */
public record ConsumerStatus(
        String tag,
        String vhost,
        String queue,
        int prefetch,
        boolean acknowledges,
        boolean exclusive,
        FieldTable arguments) {}
