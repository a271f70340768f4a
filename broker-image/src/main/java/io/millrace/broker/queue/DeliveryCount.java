package io.millrace.broker.queue;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;

/** The header that tells a consumer how often a message came back before (RabbitMQ, Quorum Queues). */
public final class DeliveryCount {
    private static final String HEADER = "x-delivery-count";

    private DeliveryCount() {}

    /** The message with its count. */
    public static Message in(Message message, int count) {
        var properties = BasicProperties.decode(message.properties());
        var headers = properties.headers() == null ? FieldTable.EMPTY : properties.headers();
        return new Message(
                message.exchange(),
                message.routingKey(),
                properties
                        .withHeaders(headers.with(HEADER, new FieldValue.Int64(count)))
                        .encode(),
                message.body(),
                message.expiresAtMs(),
                message.timestampMs());
    }
}
