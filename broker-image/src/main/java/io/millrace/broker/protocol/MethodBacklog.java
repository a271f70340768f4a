package io.millrace.broker.protocol;

import io.millrace.broker.wire.ContentHeader;
import io.millrace.broker.wire.Method;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The methods of a channel in their order: while one waits for its answer, those behind it wait here. */
final class MethodBacklog {
    /** Handles a method whose turn it is. */
    interface Dispatch {
        void on(Method method, @Nullable ContentHeader header, byte @Nullable [] body);
    }

    private record Waiting(Method method, @Nullable ContentHeader header, byte @Nullable [] body) {}

    private final Dispatch dispatch;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean stalled;

    MethodBacklog(Dispatch dispatch) {
        this.dispatch = dispatch;
    }

    int size() {
        return waiting.size();
    }

    void on(Method method, @Nullable ContentHeader header, byte @Nullable [] body) {
        if (stalled) {
            waiting.add(new Waiting(method, header, body));
        } else {
            dispatch.on(method, header, body);
        }
    }

    /** What comes waits until {@link #resume}. */
    void stall() {
        stalled = true;
    }

    void resume() {
        stalled = false;
        while (!stalled) {
            var next = waiting.poll();
            if (next == null) {
                return;
            }
            dispatch.on(next.method(), next.header(), next.body());
        }
    }
}
