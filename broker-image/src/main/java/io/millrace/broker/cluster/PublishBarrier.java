package io.millrace.broker.cluster;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Read-your-writes: publishes are counted when they leave for the log and when the queue knows of them. Safe for any thread. */
final class PublishBarrier {
    private record Waiting(long target, Runnable then) {}

    private final EventLoop loop;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong known = new AtomicLong();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    PublishBarrier(EventLoop loop) {
        this.loop = loop;
    }

    void publishing() {
        published.incrementAndGet();
    }

    void known() {
        letPass(known.incrementAndGet());
    }

    /** Runs {@code then} on the loop when all that was published before this call is known. */
    void pass(Runnable then) {
        var mine = new Waiting(published.get(), then);
        if (known.get() >= mine.target()) {
            loop.execute(then);
            return;
        }
        waiting.add(mine);
        letPass(known.get());
    }

    private void letPass(long reached) {
        for (var first = waiting.peek(); first != null && first.target() <= reached; first = waiting.peek()) {
            if (waiting.remove(first)) {
                loop.execute(first.then());
            }
        }
    }
}
