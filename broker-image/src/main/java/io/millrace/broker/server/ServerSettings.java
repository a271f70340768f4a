package io.millrace.broker.server;

import java.time.Duration;

/**
 * What the AMQP side of a pod is told (docs/configuration.md).
 *
 * @param consumerTimeout how long a delivery may wait for its acknowledgement, where queue and consumer say nothing
 * @param memoryHighWatermark the share of the heap, up to 1, from which publishers wait
 * @param diskFreeLimitBytes with less than that free on one of the log's disks publishers wait
 * @param diskFreeLimitShare the same as a share of the disk, of 1; 0: only bytes count
 * @param certificateLogin where the user's name stands in a client's certificate
 */
public record ServerSettings(
        Duration consumerTimeout,
        double memoryHighWatermark,
        long diskFreeLimitBytes,
        double diskFreeLimitShare,
        CertificateLogin certificateLogin) {
    /** What holds where nothing is said. */
    public static final ServerSettings DEFAULTS =
            new ServerSettings(Duration.ofMinutes(30), 0.8, 256L << 20, 0, CertificateLogin.COMMON_NAME);
}
