package io.millrace.broker.cluster;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one thing be done after the other, though each may bring up more: that waits, and has its turn in order, when what is being done has ended, in whatever way. One
 * thread's.
 */
final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean taken;

    /** Takes the turn; false if something is being done. Whoever has it says when it {@linkplain #end ends}. */
    boolean begin() {
        if (taken) {
            return false;
        }
        taken = true;
        return true;
    }

    /** Has its turn after what is being done, and what waits already. */
    void await(Runnable task) {
        waiting.add(task);
    }

    /** Does what waits. What fails of that is a bug, and takes nothing from what comes after it; nobody is here any more to hear of it. */
    void end() {
        try {
            for (var next = waiting.poll(); next != null; next = waiting.poll()) {
                attempt(next);
            }
        } finally {
            taken = false;
        }
    }

    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a command to a queue failed", e);
        }
    }

    /** Does the same for each, in order, whatever fails; the first failure is thrown after the last one. */
    static <T> void each(List<T> all, Consumer<T> what) {
        RuntimeException failed = null;
        for (int i = 0; i < all.size(); i++) { // for each message: no iterator
            try {
                what.accept(all.get(i));
            } catch (RuntimeException e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
