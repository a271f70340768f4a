package io.millrace.broker.launcher;

import io.millrace.broker.server.CertificateLogin;
import io.millrace.broker.server.ServerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of docs/configuration.md.
 *
 * @param publishLanes producers that messages are published through
 * @param fetchers consumers that backlogs are read with
 * @param server what the AMQP side is told
 * @param amqpTls the AMQP listener with TLS, if there is to be one
 */
record QueueOptions(int publishLanes, int fetchers, ServerSettings server, Optional<AmqpTls> amqpTls) {
    private static final String LANES = key("publish.lanes");
    private static final String FETCHERS = key("fetchers");
    private static final String CONSUMER_TIMEOUT = key("consumer.timeout.ms");

    private static final String MEMORY_MARK = key("memory.high.watermark");
    private static final String DISK_LIMIT = key("disk.free.limit.bytes");
    /** A disk of a cluster is the brokers' own; one of a workstation is shared, and may be full of other things. */
    static final String DISK_MARK = key("disk.free.low.watermark");

    /** Those that may change while the queue layer runs. */
    static final Set<String> LIVE = Set.of(CONSUMER_TIMEOUT, MEMORY_MARK, DISK_LIMIT, DISK_MARK);

    /** All of them. */
    static final Set<String> KEYS = Stream.of(Set.of(LANES, FETCHERS), LIVE, AmqpTls.KEYS)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private static final int CORES_PER_LANE = 4;
    private static final int MOST = 64;
    private static final long LONGEST_MS = Duration.ofDays(365).toMillis();

    private static String key(String name) {
        return QueuesSettings.OPTIONS + name;
    }

    /**
     * Reads the settings among other options of the launcher.
     *
     * @throws IllegalArgumentException naming a key that is unknown or has a wrong value
     */
    static QueueOptions parse(Map<String, String> options) {
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeIf(key -> !key.startsWith(QueuesSettings.OPTIONS));
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown settings of the queue layer: " + unknown + "; known are "
                    + String.join(", ", new TreeSet<>(KEYS)));
        }
        int cores = Runtime.getRuntime().availableProcessors();
        return new QueueOptions(
                (int) number(options, LANES, Math.max(1, cores / CORES_PER_LANE), MOST),
                (int) number(options, FETCHERS, 2, MOST),
                server(options, AmqpTls.loginFrom(options)),
                AmqpTls.parse(options));
    }

    /**
     * Reads again the settings that may change while the queue layer runs.
     *
     * @param before those until now: what may not change stays
     * @throws IllegalArgumentException naming a key that has a wrong value
     */
    static ServerSettings live(Map<String, String> options, ServerSettings before) {
        return server(options, before.certificateLogin());
    }

    private static ServerSettings server(Map<String, String> options, CertificateLogin login) {
        var defaults = ServerSettings.DEFAULTS;
        return new ServerSettings(
                Duration.ofMillis(number(
                        options, CONSUMER_TIMEOUT, defaults.consumerTimeout().toMillis(), LONGEST_MS)),
                share(options, MEMORY_MARK, defaults.memoryHighWatermark()),
                number(options, DISK_LIMIT, defaults.diskFreeLimitBytes(), Long.MAX_VALUE),
                share(options, DISK_MARK, defaults.diskFreeLimitShare()),
                login);
    }

    private static double share(Map<String, String> options, String key, double otherwise) {
        var value = options.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("0\\.\\d{1,6}|1(\\.0)?") || Double.parseDouble(value) <= 0) {
            throw new IllegalArgumentException(key + " is '" + value + "', not a share above 0 and up to 1");
        }
        return Double.parseDouble(value);
    }

    /** A whole number from 1 to {@code most}. */
    static long number(Map<String, String> options, String key, long otherwise, long most) {
        var value = options.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("\\d{1,18}") || Long.parseLong(value) < 1 || Long.parseLong(value) > most) {
            throw new IllegalArgumentException(key + " is '" + value + "', not a number from 1 to " + most);
        }
        return Long.parseLong(value);
    }
}
