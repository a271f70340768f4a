package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import io.millrace.broker.log.SlotLog;
import io.millrace.broker.log.SlotRecord;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A newer release has written in the logs of the queue layer. */
@Timeout(120)
class NewerFormatIT {
    private static final int SLOT = 7;

    @Test
    void aRecordThatCannotBeReadIsSaidAndThoseAfterItAreRead(@TempDir Path data) throws Exception {
        try (var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data)) {
            node.start();
            Map<String, String> connection = Map.of("bootstrap.servers", node.bootstrap());
            try (var logs = new KafkaLogs(connection, "pod-0", 1, 1);
                    var producer = new KafkaProducer<>(
                            Map.<String, Object>copyOf(connection),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                var head = new SlotRecord.Head(5, 0, 1, 2, 3);
                byte[] newer = Objects.requireNonNull(head.value());
                newer[0] = SlotRecord.VERSION + 1;
                producer.send(new ProducerRecord<>(InternalTopics.SLOTS, SLOT, head.key(), newer))
                        .get();
                producer.send(new ProducerRecord<>(InternalTopics.SLOTS, SLOT, head.key(), head.value()))
                        .get();

                var told = new ConcurrentLinkedQueue<String>();
                var read = logs.replaySlots(new SlotLog.Replay() {
                    @Override
                    public void record(int slot, long offset, SlotRecord slotRecord) {
                        told.add(slot + "@" + offset + " "
                                + slotRecord.getClass().getSimpleName());
                    }

                    @Override
                    public void unreadable(int slot, long offset) {
                        told.add(slot + "@" + offset + " unreadable");
                    }
                });

                assertThat(read.toCompletableFuture()).succeedsWithin(60, TimeUnit.SECONDS);
                assertThat(told).containsExactly(SLOT + "@0 unreadable", SLOT + "@1 Head");
            }
        }
    }
}
