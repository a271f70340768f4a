package io.millrace.broker.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** How far the other pods have followed a log, for what has to wait until all have. A pod that does not answer holds nobody up for long. Safe for any thread. */
final class EdgeProgress {
    private record Waiting(long offset, Runnable then) {}

    private final Map<Object, Long> applied = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Executor late;

    /** @param patienceMs how long one is waited for */
    EdgeProgress(int patienceMs) {
        late = CompletableFuture.delayedExecutor(patienceMs, TimeUnit.MILLISECONDS);
    }

    /** An edge, known by its link, has followed the log up to {@code offset}. */
    void applied(Object edge, long offset) {
        synchronized (this) {
            applied.merge(edge, offset, Math::max);
        }
        runDue();
    }

    /** An edge is gone: nobody waits for it. */
    void gone(Object edge) {
        synchronized (this) {
            applied.remove(edge);
        }
        runDue();
    }

    /** Runs {@code then} once: when all edges have followed the log up to {@code offset}, or their time is up. */
    void whenApplied(long offset, Runnable then) {
        var mine = new Waiting(offset, then);
        synchronized (this) {
            waiting.add(mine);
        }
        runDue();
        late.execute(() -> {
            if (take(mine)) {
                then.run();
            }
        });
    }

    private synchronized boolean take(Waiting one) {
        return waiting.remove(one);
    }

    private void runDue() {
        var due = new ArrayList<Waiting>();
        synchronized (this) {
            long lowest =
                    applied.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
            waiting.removeIf(one -> one.offset() <= lowest && due.add(one));
        }
        due.forEach(one -> one.then().run());
    }
}
