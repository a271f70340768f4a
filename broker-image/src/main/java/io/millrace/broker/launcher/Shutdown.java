package io.millrace.broker.launcher;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process in order on SIGTERM and SIGINT: what was started last is closed first. The exit code is 0
 * when all went well after it had served. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** Something to close that may fail. */
    interface Closing {
        void close() throws IOException;
    }

    private final Deque<Closing> started = new ArrayDeque<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean serving;

    /** Takes over the end of the process from here on. */
    Shutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "shutdown"));
    }

    /** Remembers something to close. */
    synchronized void closeAtEnd(Closing closing) {
        started.push(closing);
    }

    /** Waits for the signal; the process ends from inside. */
    void await() throws InterruptedException {
        serving = true;
        never.await();
    }

    private synchronized void end() {
        var clean = true;
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (IOException | RuntimeException e) {
                clean = false;
                LOG.error("shutdown went wrong", e);
            }
        }
        if (clean && serving) {
            // After a signal the JVM would report 128 + its number, which reads as a failure.
            Runtime.getRuntime().halt(0);
        }
    }
}
