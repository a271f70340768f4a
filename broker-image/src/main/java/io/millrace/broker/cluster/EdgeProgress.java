package io.millrace.broker.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the other pods have followed a log, for what has to wait until all have. A pod that does not answer holds nobody up for long. Safe for any thread. */
final class EdgeProgress {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeProgress.class);
    private static final long NOT_YET = -1;

    private record Waiting(long offset, Runnable then) {}

    private final Map<Object, Long> applied = new HashMap<>();
    private final Map<Object, String> linked = new HashMap<>();
    private final Set<String> expected = new HashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final String what;
    private final Executor late;

    /**
     * @param what what they follow, for the log
     * @param patienceMs how long one is waited for
     */
    EdgeProgress(String what, int patienceMs) {
        this.what = what;
        late = CompletableFuture.delayedExecutor(patienceMs, TimeUnit.MILLISECONDS);
    }

    /** Pods that serve clients and will say how far they are. They are waited for before their links are there too, until one wait was in vain. */
    synchronized void expect(Set<String> pods) {
        expected.addAll(pods);
        expected.removeAll(linked.values());
    }

    /** A pod's link is there; the pod will say how far it is. */
    void connected(Object edge, String pod) {
        synchronized (this) {
            linked.put(edge, pod);
            expected.remove(pod);
        }
        applied(edge, NOT_YET);
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
            linked.remove(edge);
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
                LOG.info("{}: not waiting any longer for {} to follow to {}", what, behind(offset), offset);
                then.run();
            }
        });
    }

    private synchronized boolean take(Waiting one) {
        return waiting.remove(one);
    }

    /** Who was waited for; who has no link by now is not waited for again. */
    private synchronized Set<String> behind(long offset) {
        var pods = new TreeSet<>(expected);
        expected.clear();
        linked.forEach((edge, pod) -> {
            if (applied.getOrDefault(edge, NOT_YET) < offset) {
                pods.add(pod);
            }
        });
        return pods;
    }

    private void runDue() {
        var due = new ArrayList<Waiting>();
        synchronized (this) {
            long lowest = expected.isEmpty()
                    ? applied.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE)
                    : NOT_YET;
            waiting.removeIf(one -> one.offset() <= lowest && due.add(one));
        }
        due.forEach(one -> one.then().run());
    }
}
