package io.millrace.broker.server;

import java.time.Duration;

/**
 * What the AMQP side of a pod is told (docs/configuration.md).
 *
 * @param consumerTimeout how long a delivery may wait for its acknowledgement, where queue and consumer say nothing
 */
public record ServerSettings(Duration consumerTimeout) {
    /** RabbitMQ's defaults. */
    public static final ServerSettings DEFAULTS = new ServerSettings(Duration.ofMinutes(30));
}
