package io.millrace.broker.launcher;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a queue layer that needs other pods to be there first, in whatever order pods come: tries until it can, and says meanwhile what it
 * waits for. A container that ended instead would come back later and later.
 */
final class PatientStart implements Supplier<Optional<String>> {
    private static final Logger LOG = LoggerFactory.getLogger(PatientStart.class);

    private final QueueLayer.Starter starter;
    private final Duration pause;
    private final AtomicReference<String> problem = new AtomicReference<>("starting");

    /**
     * @param pause time between two tries
     */
    PatientStart(QueueLayer.Starter starter, Duration pause) {
        this.starter = starter;
        this.pause = pause;
    }

    /**
     * Returns once the queue layer serves.
     *
     * @throws Exception when waiting cannot help: a setting is wrong, or the thread was interrupted
     */
    QueueLayer start(QueueLayerSettings settings) throws Exception {
        while (true) {
            try {
                return starter.start(settings);
            } catch (IllegalArgumentException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                var reason = "cannot start yet: " + rootCause(e);
                if (!reason.equals(problem.getAndSet(reason))) {
                    LOG.warn("{}", reason);
                    LOG.debug("cannot start yet", e);
                }
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    /** What it waits for. */
    @Override
    public Optional<String> get() {
        return Optional.of(problem.get());
    }

    private static String rootCause(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
