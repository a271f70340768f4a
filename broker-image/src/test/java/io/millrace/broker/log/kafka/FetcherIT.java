package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import io.millrace.broker.log.LogTarget;
import io.millrace.broker.log.MessageLog;
import io.millrace.broker.model.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading of a log on a real node. */
@Timeout(120)
@NullUnmarked // a fixture: what is missing fails the test
class FetcherIT {
    private static final String TOPIC = "q.read";
    private static final int ROUNDS = 11;
    private static final long LONG_POLL_MS = 500;
    /** Longer than the fetcher takes to begin a long poll of everything else, and a part of it only. */
    private static final int PAUSE_MS = 100;

    private final LinkedBlockingQueue<Long> ends = new LinkedBlockingQueue<>();

    @Test
    void whatIsReadOnDoesNotWaitForALongPollThatBeganWithoutIt(@TempDir Path data) throws Exception {
        try (var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data)) {
            node.start();
            try (var logs = new KafkaLogs(Map.of("bootstrap.servers", node.bootstrap()), "pod-0", 1, 1)) {
                logs.topics()
                        .createQueueTopic(TOPIC, 0, 1, false)
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                var reading = logs.messages().read(TOPIC, 0, 0, (records, next) -> ends.add(next));
                var waited = new ArrayList<Long>();
                for (long end = 1; end <= ROUNDS; end++) {
                    reading.pause();
                    append(logs.messages());
                    assertThat(ends.poll(PAUSE_MS, TimeUnit.MILLISECONDS)).isNull();
                    long resumed = System.nanoTime();
                    reading.resume();
                    assertThat(ends.poll(60, TimeUnit.SECONDS)).isEqualTo(end);
                    waited.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - resumed));
                }
                waited.sort(null);
                assertThat(waited.get(ROUNDS * 2 / 3))
                        .as("ms, of %s", waited)
                        .isLessThan((LONG_POLL_MS - PAUSE_MS) / 2);
            }
        }
    }

    private static void append(MessageLog log) throws InterruptedException {
        var answered = new LinkedBlockingQueue<Long>();
        log.append(
                0,
                LogTarget.of(TOPIC, 0),
                new Message("", "read", new byte[2], new byte[1], Message.NEVER, 0),
                (offset, failure) -> answered.add(offset));
        assertThat(answered.poll(60, TimeUnit.SECONDS)).isNotNull();
    }
}
