package io.millrace.broker.protocol;

import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.wire.Exchange;
import io.millrace.broker.wire.Method;
import io.millrace.broker.wire.Queue;

/** The queue last declared on a channel, which an empty queue name stands for (AMQP 0-9-1, queue.bind and others). */
final class LastQueue {
    private String name = "";

    void declared(String queue) {
        name = queue;
    }

    /** The queue a method means; throws 404 if it names none and none was declared. */
    String named(String queue, Method by) {
        if (!queue.isEmpty()) {
            return queue;
        }
        if (name.isEmpty()) {
            throw new ChannelError(ReplyCode.NOT_FOUND, "no previously declared queue", by.classId(), by.methodId());
        }
        return name;
    }

    /** The method with its queue spelled out; a passive declaration means the name it has, as in RabbitMQ. */
    Queue spelledOut(Queue method) {
        return switch (method) {
            case Queue.Bind bind
            when bind.queue().isEmpty() ->
                new Queue.Bind(
                        named("", bind),
                        bind.exchange(),
                        bind.routingKey().isEmpty() ? name : bind.routingKey(),
                        bind.noWait(),
                        bind.arguments());
            case Queue.Unbind unbind
            when unbind.queue().isEmpty() ->
                new Queue.Unbind(
                        named("", unbind),
                        unbind.exchange(),
                        unbind.routingKey().isEmpty() ? name : unbind.routingKey(),
                        unbind.arguments());
            case Queue.Delete delete
            when delete.queue().isEmpty() ->
                new Queue.Delete(named("", delete), delete.ifUnused(), delete.ifEmpty(), delete.noWait());
            default -> method;
        };
    }

    /** Whether the client wants no answer. */
    static boolean noWait(Method request) {
        return switch (request) {
            case Exchange.Declare declare -> declare.noWait();
            case Exchange.Delete delete -> delete.noWait();
            case Exchange.Bind bind -> bind.noWait();
            case Exchange.Unbind unbind -> unbind.noWait();
            case Queue.Declare declare -> declare.noWait();
            case Queue.Delete delete -> delete.noWait();
            case Queue.Bind bind -> bind.noWait();
            default -> false;
        };
    }
}
