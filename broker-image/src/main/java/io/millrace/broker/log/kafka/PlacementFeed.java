package io.millrace.broker.log.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the {@link PlacementAssignor} of a node of this process told of where slots lie, as the node's own listener says. */
public final class PlacementFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementFeed.class);

    /** Shorter than what a member waits from look to look: it asks, as a rule, when the assignor knows what it has seen. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private static final int TIMEOUT_MS = 5_000;

    private final String logDirectory;
    private final Admin admin;
    private final SlotPlacement placement;
    private volatile boolean closed;

    /**
     * Begins.
     *
     * @param connection how an Admin client connects to the node
     * @param logDirectory the node's {@code log.dirs}
     */
    public PlacementFeed(Map<String, Object> connection, String logDirectory) {
        this.logDirectory = logDirectory;
        var config = new HashMap<>(connection);
        config.put("client.id", "millrace-placement");
        config.put("default.api.timeout.ms", TIMEOUT_MS);
        config.put("request.timeout.ms", TIMEOUT_MS);
        config.put("metric.reporters", "");
        config.put("enable.metrics.push", false);
        admin = Admin.create(config);
        placement = new SlotPlacement(admin);
        read();
    }

    /** What was read last stays while nothing can be read: slots have not moved because nobody answers. */
    private void read() {
        if (closed) {
            return;
        }
        placement.read().whenComplete((found, failure) -> {
            if (failure == null) {
                PlacementAssignor.tell(logDirectory, found);
            } else {
                LOG.debug("it cannot be read where slots lie: {}", failure.toString());
            }
            LATER.execute(this::read);
        });
    }

    @Override
    public void close() {
        closed = true;
        admin.close(Duration.ZERO);
        PlacementAssignor.forget(logDirectory);
    }
}
