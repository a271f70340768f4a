package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A sender and a reader at work on one thing, and the ledger of what came of it. */
final class Load implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String name;
    private final Traffic traffic;
    private final Ledger ledger = new Ledger();
    private final Thread sender;
    private final Thread reader;
    private volatile boolean sending = true;
    private volatile boolean reading = true;

    /** What is sent, and how. */
    interface Traffic {
        /** Sends until it is to end, and returns once all that was sent is confirmed or has failed. */
        void send(Load load);

        /** Reads until it is to end. */
        void read(Load load);

        /** Whether, now that nothing more is sent, there is nothing left to read. */
        boolean isDrained(Load load) throws Exception;
    }

    /** Begins to send. */
    Load(String name, Traffic traffic) {
        this.name = name;
        this.traffic = traffic;
        sender = Thread.ofPlatform().name(name + "-sender").start(() -> traffic.send(this));
        reader = Thread.ofPlatform().name(name + "-reader").unstarted(() -> traffic.read(this));
    }

    String name() {
        return name;
    }

    Ledger ledger() {
        return ledger;
    }

    boolean isSending() {
        return sending;
    }

    boolean isReading() {
        return reading;
    }

    /** Whether all that is ever sent has been sent. */
    boolean hasSentAll() {
        return !sender.isAlive();
    }

    Load startReading() {
        reader.start();
        return this;
    }

    void awaitConfirmed(long count) {
        await(count + " confirmed " + name).atMost(PATIENCE).until(() -> ledger.confirmed() >= count);
    }

    /** Ends the sending, and returns once all there is has been read. */
    Ledger drain() throws InterruptedException {
        sending = false;
        sender.join(PATIENCE.toMillis());
        await(name + " to be drained")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(() -> hasSentAll() && traffic.isDrained(this));
        return ledger;
    }

    @Override
    public void close() {
        sending = false;
        reading = false;
        try {
            sender.join(TimeUnit.SECONDS.toMillis(30));
            reader.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
