package io.millrace.broker.launcher;

import io.millrace.broker.server.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the AMQP side is told by {@code queues.properties}, which may be replaced while it runs: those of its settings that docs/configuration.md
 * calls live. While the file is wrong, or away, it is what it said last. Safe for any thread.
 */
final class LiveServerSettings implements Supplier<ServerSettings>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveServerSettings.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Path file;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("settings").daemon().factory());
    private volatile ServerSettings now;
    /** On the thread that looks; not the file's time at first, for it may have been replaced since it was read. */
    private FileTime seen = FileTime.fromMillis(0);

    /**
     * Prepares to look.
     *
     * @param begin what it said when this process started
     */
    LiveServerSettings(Path file, ServerSettings begin) {
        this.file = file;
        now = begin;
    }

    /** Looks at the file every second, until this is closed. */
    void start() {
        clock.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public ServerSettings get() {
        return now;
    }

    /** Reads the file, if it is not the one that was read last. */
    void look() {
        try {
            var newest = Files.getLastModifiedTime(file);
            if (newest.equals(seen)) {
                return;
            }
            seen = newest; // one that is wrong is told of once
            var options = QueuesSettings.parse(MountedProperties.read(file)).options();
            var next = QueueOptions.live(options, now);
            if (!next.equals(now)) {
                LOG.info("settings have changed: {}", next);
                now = next;
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the settings in {} cannot be used, going on with those before: {}", file, e.getMessage());
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
