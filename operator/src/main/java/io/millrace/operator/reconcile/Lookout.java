package io.millrace.operator.reconcile;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the brokers again and again, on virtual threads, while this process is the one that acts; a look that is still
 * under way is not begun anew.
 */
@Singleton
public final class Lookout implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("lookout").daemon().factory());
    private final Leadership leadership;

    public Lookout(Leadership leadership) {
        this.leadership = leadership;
    }

    /** Has something done every so often until this is closed; what it throws is logged. */
    public void every(Duration period, String what, Runnable look) {
        var busy = new AtomicBoolean();
        Runnable guarded = () -> {
            try {
                look.run();
            } catch (RuntimeException e) {
                LOG.warn("looking at {}: {}", what, e.getMessage());
            } finally {
                busy.set(false);
            }
        };
        var unused = clock.scheduleWithFixedDelay(
                () -> {
                    if (leadership.leads() && busy.compareAndSet(false, true)) {
                        Thread.ofVirtual().name("look-" + what).start(guarded);
                    }
                },
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    @PreDestroy
    public void close() {
        clock.shutdownNow();
    }
}
