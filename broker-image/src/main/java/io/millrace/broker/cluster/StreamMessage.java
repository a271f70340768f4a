package io.millrace.broker.cluster;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.MessageRecord;
import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.Message;

/** A record of a stream as its consumers get it. */
final class StreamMessage {
    private static final String OFFSET = "x-stream-offset";

    private StreamMessage() {}

    /**
     * The message with its offset among its headers.
     *
     * @throws IllegalArgumentException if one of our record headers is malformed
     * @throws io.millrace.broker.model.ConnectionError if the properties are
     */
    static Message of(LogPart part, LogRecord one) {
        var message = MessageRecord.read(part, one);
        var properties = BasicProperties.decode(message.properties());
        var headers = properties.headers() == null ? FieldTable.EMPTY : properties.headers();
        return new Message(
                message.exchange(),
                message.routingKey(),
                properties
                        .withHeaders(headers.with(OFFSET, new FieldValue.Int64(one.offset())))
                        .encode(),
                message.body(),
                message.expiresAtMs(),
                message.timestampMs());
    }
}
