package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogRecord;
import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.Topics;
import io.millrace.broker.model.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that are deleted while a queue means to read them. */
@Timeout(120)
class DeletedRecordsIT {
    private static final LogPart PART = new LogPart("shrinking", 0);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aReadFromADeletedOffsetBeginsWhereTheLogBegins(@TempDir Path data) throws Exception {
        try (var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data)) {
            node.start();
            try (var logs = new KafkaLogs(Map.of("bootstrap.servers", node.bootstrap()), "pod-0", 1, 1)) {
                logs.topics()
                        .createQueueTopic("shrinking", 0, 1, false)
                        .toCompletableFuture()
                        .join();
                for (int number = 0; number < 10; number++) {
                    append(logs, number);
                }

                var done = logs.topics()
                        .deleteRecords(Map.of(PART, 6L, new LogPart("never-there", 0), 1L))
                        .toCompletableFuture()
                        .join();

                assertThat(done).contains(PART);
                assertThat(logs.topics()
                                .ranges(List.of(PART))
                                .toCompletableFuture()
                                .join())
                        .containsEntry(PART, new Topics.Range(6, 10));
                var offsets = new CopyOnWriteArrayList<Long>();
                logs.messages().read("shrinking", 0, 2, (records, next) -> records.stream()
                        .map(LogRecord::offset)
                        .forEach(offsets::add));
                await().atMost(PATIENCE).until(() -> offsets.size() == 4);
                assertThat(offsets).containsExactly(6L, 7L, 8L, 9L);
            }
        }
    }

    private static void append(KafkaLogs logs, int number) {
        var appended = new CompletableFuture<Long>();
        logs.messages()
                .append(
                        0,
                        LogTarget.of("shrinking", 0),
                        new Message("", "q", new byte[2], new byte[] {(byte) number}, Message.NEVER, 0),
                        (offset, failure) -> appended.complete(offset));
        assertThat(appended.join()).isEqualTo(number);
    }
}
