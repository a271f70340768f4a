package io.millrace.broker.topology;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.ChannelError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Further routing keys in the headers {@code CC} and {@code BCC} (RabbitMQ, Sender-selected Distribution): a message is
 * routed as if it had been published with each of them, and consumers do not see {@code BCC}.
 */
public final class CopyKeys {
    private static final String COPY = "CC";
    private static final String BLIND_COPY = "BCC";

    private CopyKeys() {}

    /** Whether there are any. */
    public static boolean isIn(FieldTable headers) {
        return headers.get(COPY).isPresent() || headers.get(BLIND_COPY).isPresent();
    }

    /**
     * The message's own routing key and those in its headers.
     *
     * @throws ChannelError {@code PRECONDITION_FAILED} if a header is no array
     */
    public static List<String> of(String routingKey, FieldTable headers) {
        var keys = new ArrayList<String>();
        keys.add(routingKey);
        for (var header : List.of(COPY, BLIND_COPY)) {
            headers.get(header).ifPresent(value -> keys.addAll(texts(header, value)));
        }
        return keys;
    }

    private static List<String> texts(String header, FieldValue value) {
        if (!(value instanceof FieldValue.Array(var values))) {
            throw Refusals.precondition("invalid message: {unacceptable_type_in_header,\"" + header + "\","
                    + ErlangText.typeName(value) + "}");
        }
        return values.stream()
                .filter(LongString.class::isInstance)
                .map(text -> ((LongString) text).text())
                .toList();
    }

    /** The message as consumers see it. */
    public static Message withoutBlind(Message message) {
        var properties = BasicProperties.decode(message.properties());
        var visible = withoutBlind(properties);
        return visible.equals(properties) ? message : message.withProperties(visible.encode());
    }

    /** The properties as consumers see them. */
    public static BasicProperties withoutBlind(BasicProperties properties) {
        var headers = properties.headers();
        return headers == null || headers.get(BLIND_COPY).isEmpty()
                ? properties
                : properties.withHeaders(headers.without(BLIND_COPY));
    }
}
