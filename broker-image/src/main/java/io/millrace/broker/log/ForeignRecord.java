package io.millrace.broker.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.Message;
import java.util.LinkedHashMap;

/**
 * A record that a Kafka producer wrote into the topic of a queue, as a message: persistent, with the record's headers as long strings, its timestamp, and where it lies
 * in {@code x-kafka-topic}, {@code -partition}, {@code -offset} and, if it has one, {@code -key}.
 */
final class ForeignRecord {
    private static final int PERSISTENT = 2;
    private static final int KEY_BYTES_AT_MOST = 255;
    /** A content header has to fit into one frame; headers beyond this are left out. */
    private static final int HEADER_BYTES_AT_MOST = 64 << 10;

    private ForeignRecord() {}

    static Message message(LogPart part, LogRecord log) {
        var entries = new LinkedHashMap<String, FieldValue>();
        entries.put("x-kafka-topic", LongString.of(part.topic()));
        entries.put("x-kafka-partition", new FieldValue.Int32(part.partition()));
        entries.put("x-kafka-offset", new FieldValue.Int64(log.offset()));
        int room = HEADER_BYTES_AT_MOST;
        var key = log.key();
        if (key != null && key.length <= room) {
            entries.put("x-kafka-key", LongString.of(key));
            room -= key.length;
        }
        for (var header : log.headers()) {
            int nameBytes = header.key().getBytes(UTF_8).length;
            int bytes = nameBytes + header.value().length;
            if (nameBytes <= KEY_BYTES_AT_MOST && bytes <= room && !entries.containsKey(header.key())) {
                entries.put(header.key(), LongString.of(header.value()));
                room -= bytes;
            }
        }
        var properties = new BasicProperties(
                null,
                null,
                FieldTable.of(entries),
                PERSISTENT,
                null,
                null,
                null,
                null,
                null,
                log.timestampMs() / 1_000,
                null,
                null,
                null,
                null);
        byte[] value = log.value();
        return new Message(
                "", "", properties.encode(), value == null ? new byte[0] : value, Message.NEVER, log.timestampMs());
    }
}
