package io.millrace.broker.queue;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions for one message (basic.get) that are not answered yet: the queue has first to be read. */
final class WaitingGets {
    private final ArrayDeque<QueueCommand.Get> gets = new ArrayDeque<>();

    void add(QueueCommand.Get get) {
        gets.add(get);
    }

    boolean isEmpty() {
        return gets.isEmpty();
    }

    QueueCommand.@Nullable Get poll() {
        return gets.poll();
    }

    void sessionClosed(SessionId session) {
        gets.removeIf(get -> get.session().equals(session));
    }

    /** There is nothing for anybody. */
    void answerEmpty(List<QueueEffect> effects) {
        for (var get = gets.poll(); get != null; get = gets.poll()) {
            effects.add(new QueueEffect.AnswerGet(get.session(), get.requestId(), -1, null, false, 0, 0));
        }
    }
}
