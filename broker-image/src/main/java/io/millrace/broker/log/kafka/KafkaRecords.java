package io.millrace.broker.log.kafka;

import io.millrace.broker.log.Header;
import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.MessageRecord;
import io.millrace.broker.model.Message;
import java.util.ArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Messages as Kafka's records. */
final class KafkaRecords {
    private KafkaRecords() {}

    static ProducerRecord<byte[], byte[]> of(LogTarget target, Message message) {
        var headers = MessageRecord.headers(message);
        var kafkaHeaders = new ArrayList<org.apache.kafka.common.header.Header>(headers.size());
        for (Header header : headers) {
            kafkaHeaders.add(new RecordHeader(header.key(), header.value()));
        }
        return new ProducerRecord<>(
                target.topic(),
                target.partition() == LogTarget.BY_KEY ? null : target.partition(),
                message.timestampMs(),
                target.key(),
                message.body(),
                new RecordHeaders(kafkaHeaders));
    }
}
