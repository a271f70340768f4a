package io.millrace.broker.log.kafka;

import io.millrace.broker.log.SlotLog;
import io.millrace.broker.log.SlotRecord;
import io.millrace.broker.log.TopologyLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** {@link SlotLog} and {@link TopologyLog} on one idempotent producer, fed by one thread so that order is kept and no caller blocks. */
final class ChangelogWriter implements SlotLog, TopologyLog {
    /** The key of claims in the topology log: the newest is the one that counts. */
    static final String TOPOLOGY_CLAIM = "claim/writer";

    private static final String EPOCH = "a.e";

    private final KafkaProducer<byte[], byte[]> producer;
    private final ExecutorService sender;

    /** @param sender runs one task at a time, in order */
    ChangelogWriter(KafkaProducer<byte[], byte[]> producer, ExecutorService sender) {
        this.producer = producer;
        this.sender = sender;
    }

    @Override
    public CompletionStage<Long> append(int slot, List<SlotRecord> records) {
        return send(records.stream()
                .map(one -> new ProducerRecord<>(InternalTopics.SLOTS, slot, one.key(), one.value()))
                .toList());
    }

    @Override
    public CompletionStage<Long> claim(String pod, long epoch) {
        return send(List.of(topologyRecord(TOPOLOGY_CLAIM, pod, epoch)));
    }

    @Override
    public CompletionStage<Long> append(long epoch, List<Entry> entries) {
        return send(entries.stream()
                .map(entry -> topologyRecord(entry.key(), entry.value(), epoch))
                .toList());
    }

    private static ProducerRecord<byte[], byte[]> topologyRecord(String key, @Nullable String value, long epoch) {
        var headers = List.<Header>of(new RecordHeader(
                EPOCH, ByteBuffer.allocate(Long.BYTES).putLong(epoch).array()));
        return new ProducerRecord<>(InternalTopics.TOPOLOGY, 0, bytes(key), nullable(value), headers);
    }

    /** The epoch a topology record was written under. */
    static long epoch(ConsumerRecord<byte[], byte[]> topologyRecord) {
        var header = topologyRecord.headers().lastHeader(EPOCH);
        return header == null ? 0 : ByteBuffer.wrap(header.value()).getLong();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] nullable(@Nullable String text) {
        return text == null ? null : bytes(text);
    }

    private CompletionStage<Long> send(List<ProducerRecord<byte[], byte[]>> records) {
        var last = new CompletableFuture<Long>();
        sender.execute(() -> {
            try {
                for (int i = 0; i < records.size(); i++) {
                    boolean isLast = i == records.size() - 1;
                    producer.send(records.get(i), (metadata, failure) -> {
                        if (failure != null) {
                            last.completeExceptionally(failure);
                        } else if (isLast) {
                            last.complete(metadata.offset());
                        }
                    });
                }
            } catch (RuntimeException e) {
                last.completeExceptionally(e);
            }
        });
        return last;
    }
}
