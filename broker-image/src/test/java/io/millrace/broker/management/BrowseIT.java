package io.millrace.broker.management;

import static io.millrace.broker.management.LogScene.browsePath;
import static io.millrace.broker.management.LogScene.message;
import static io.millrace.broker.management.LogScene.shownValues;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages of topics of the log, as the management API shows them. */
@Timeout(120)
class BrowseIT {
    private static LogScene log;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        log = new LogScene(data);
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "partition=0&offset=3&count=2   | [3, 4]    | 0:5",
                "offset=0:3&count=2             | [3, 4]    | 0:5",
                "from=earliest&count=3          | [0, 1, 2] | 0:3",
                "from=latest&count=2            | [8, 9]    | 0:10",
                "count=3                        | [7, 8, 9] | 0:10",
                "time=7500                      | [8, 9]    | 0:10",
                "time=1970-01-01T00:00:08Z      | [8, 9]    | 0:10",
                "time=9001                      | []        | 0:10",
                "offset=0:10                    | []        | 0:10",
                "offset=0:99                    | []        | 0:99",
            })
    void messagesAreFoundByOffsetAndTime(String query, String expected, String next) throws Exception {
        var name = log.topic(1, Map.of());
        log.publish(name, 0, 0, 10);

        var browsed = log.browse(name, query);

        assertThat(shownValues(browsed)).hasToString(expected);
        assertThat(browsed.path("next").asText()).isEqualTo(next);
        assertThat(browsed.path("incomplete").isNull()).isTrue();
        assertThat(browsed.path("partitions").path(0).path("end_offset").asLong())
                .isEqualTo(10);
    }

    @Test
    void onePageAfterAnotherShowsEveryMessageOfAllPartitionsOnce() throws Exception {
        var name = log.topic(3, Map.of());
        log.publish(name, 0, 0, 10);
        log.publish(name, 2, 100, 103);

        var seen = new ArrayList<String>();
        var next = "from=earliest";
        for (int page = 0; page < 6; page++) {
            var browsed = log.browse(name, next + "&count=6");
            seen.addAll(shownValues(browsed));
            next = "offset=" + browsed.path("next").asText();
        }

        assertThat(next).isEqualTo("offset=0:10,1:0,2:3");
        assertThat(seen)
                .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "100", "101", "102");
    }

    @Test
    void whatWasRemovedOrCompactedAwayIsPassedOver() throws Exception {
        var name = log.topic(1, Map.of());
        log.publish(name, 0, 0, 10);
        log.kafka
                .deleteRecords(Map.of(new TopicPartition(name, 0), RecordsToDelete.beforeOffset(6)))
                .all()
                .get();

        assertThat(shownValues(log.browse(name, "offset=0:0"))).containsExactly("6", "7", "8", "9");
        assertThat(shownValues(log.browse(name, "from=latest&count=9"))).containsExactly("6", "7", "8", "9");
    }

    @Test
    void compactedHolesAreReadOver() throws Exception {
        var name = log.topic(
                1,
                Map.of(
                        "cleanup.policy", "compact",
                        "segment.ms", "1",
                        "min.cleanable.dirty.ratio", "0.001",
                        "delete.retention.ms", "0"));
        try (var producer = log.producer(Map.of())) {
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>(
                                name,
                                0,
                                "same".getBytes(UTF_8),
                                String.valueOf(i).getBytes(UTF_8)))
                        .get();
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        shownValues(log.browse(name, "from=earliest&count=500")).size() < 15);

        var all = shownValues(log.browse(name, "from=earliest&count=500"));
        var last = log.browse(name, "from=latest&count=2");

        assertThat(all).endsWith("19");
        assertThat(shownValues(last)).isEqualTo(all.subList(Math.max(0, all.size() - 2), all.size()));
        assertThat(last.path("next").asText()).isEqualTo("0:20");
    }

    @Test
    void whatWasAbortedIsNotShownAndWhatIsOpenNotYet() throws Exception {
        var name = log.topic(1, Map.of());
        try (var producer = log.producer(Map.of("transactional.id", name))) {
            producer.initTransactions();
            for (var end : List.of("commit", "abort", "commit")) {
                producer.beginTransaction();
                for (int i = 0; i < 10; i++) {
                    producer.send(message(name, 0, 0, end)).get();
                }
                if (end.equals("commit")) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
            producer.beginTransaction();
            producer.send(message(name, 0, 0, "open")).get();

            assertThat(shownValues(log.browse(name, "from=earliest")))
                    .hasSize(20)
                    .containsOnly("commit");
            assertThat(shownValues(log.browse(name, "from=latest&count=15")))
                    .hasSize(15)
                    .containsOnly("commit");
            assertThat(log.browse(name, "from=latest").path("next").asText()).isEqualTo("0:33");
        }
    }

    @Test
    void bytesAreShownAsTextOrBase64AndCutWhereThatIsWanted() throws Exception {
        var name = log.topic(1, Map.of());
        try (var producer = log.producer(Map.of())) {
            var headers = List.<Header>of(
                    new RecordHeader("trace", "abc".getBytes(UTF_8)), new RecordHeader("bits", new byte[] {-1}));
            producer.send(new ProducerRecord<>(name, 0, 5L, null, "grüße".getBytes(UTF_8), headers));
            producer.send(new ProducerRecord<>(name, 0, new byte[] {-1, 0}, null));
        }

        var messages = log.browse(name, "from=earliest&truncate=3").path("messages");
        var encoded = log.browse(name, "from=earliest&encoding=base64").path("messages");

        var first = messages.path(0);
        assertThat(first.path("key").isNull()).isTrue();
        assertThat(first.path("value").asText()).isEqualTo("gr");
        assertThat(first.path("value_encoding").asText()).isEqualTo("string");
        assertThat(first.path("value_bytes").asInt()).isEqualTo(7);
        assertThat(first.path("timestamp").asLong()).isEqualTo(5);
        assertThat(first.path("headers_left_out").asInt()).isEqualTo(2);
        assertThat(messages.path(1).path("value").isNull()).isTrue();
        assertThat(messages.path(1).path("key").asText()).isEqualTo("/wA=");
        assertThat(messages.path(1).path("key_encoding").asText()).isEqualTo("base64");
        assertThat(encoded.path(0).path("value").asText()).isEqualTo("Z3LDvMOfZQ==");
        assertThat(encoded.path(0).path("headers").path(1).path("value").asText())
                .isEqualTo("/w==");
    }

    @Test
    void anEmptyTopicHasNoMessagesYet() throws Exception {
        var browsed = log.browse(log.topic(2, Map.of()), "");

        assertThat(browsed.path("messages")).isEmpty();
        assertThat(browsed.path("next").asText()).isEqualTo("0:0,1:0");
    }

    @Test
    void browsingMovesNoGroupAndMakesNoTopic() throws Exception {
        var name = log.topic(1, Map.of());
        log.publish(name, 0, 0, 3);
        var groups = log.guest.get("/api/millrace/groups").text();

        log.browse(name, "from=earliest");
        assertThat(log.guest.get(browsePath("nowhere-at-all", "")).status()).isEqualTo(404);

        assertThat(log.guest.get("/api/millrace/groups").text()).isEqualTo(groups);
        assertThat(log.kafka.listTopics().names().get()).doesNotContain("nowhere-at-all");
    }
}
