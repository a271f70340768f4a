package io.millrace.broker.cluster;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Read-your-writes: publishes are counted when they leave for the log and when the queue knows of them. Later ones may be known first, since lanes overtake each
 * other: so whoever waits, waits for those that had left by then, and for no others. Safe for any thread.
 */
final class PublishBarrier {
    /** The publishes between one who waits and the next: of those before it, none may be on its way. */
    static final class Phase {
        private long underWay;
    }

    private record Waiting(Phase last, Runnable then) {}

    private final EventLoop loop;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private Phase current = new Phase();

    PublishBarrier(EventLoop loop) {
        this.loop = loop;
    }

    /** A publish leaves; what is returned is told when it is known. */
    synchronized Phase publishing() {
        current.underWay++;
        return current;
    }

    synchronized void known(Phase phase) {
        phase.underWay--;
        letPass();
    }

    /** Runs {@code then} on the loop when all that was published before this call is known. */
    synchronized void pass(Runnable then) {
        waiting.add(new Waiting(current, then));
        if (current.underWay > 0) {
            current = new Phase();
        }
        letPass();
    }

    private void letPass() {
        for (var first = waiting.peek(); first != null && first.last().underWay == 0; first = waiting.peek()) {
            loop.execute(waiting.remove().then());
        }
    }
}
