package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Consumer groups of the cluster {@code orders}, and the objects that show them. */
final class Groups {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Groups() {}

    /** Has a group read so many more records of a topic, commit, and leave. */
    static List<ConsumerRecord<String, String>> read(String topic, String group, int count) {
        try (var consumer = Records.consumer(group, Map.of("max.poll.records", "2000"))) {
            consumer.subscribe(List.of(topic));
            var records = Records.read(consumer, count);
            assertThat(records).hasSizeGreaterThanOrEqualTo(count);
            consumer.commitSync();
            return records;
        }
    }

    /** Waits until column LAG of an object shows a number. */
    static void awaitLag(String object, long lag) {
        await("lag " + lag + " of " + object)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> Orders.KUBE.columns("consumergroup", object).getOrDefault("LAG", ""),
                        Long.toString(lag)::equals);
    }

    /** The name of the object of a group that was discovered. */
    static Optional<String> object(String group) {
        return Orders.KUBE
                .must(
                        "",
                        "get",
                        "consumergroups",
                        "--selector",
                        "millrace.io/discovered=true",
                        "--output",
                        "jsonpath={range .items[*]}{.metadata.name} {.spec.group}{\"\\n\"}{end}")
                .lines()
                .map(line -> line.split(" ", 2))
                .filter(words -> words.length == 2 && words[1].equals(group))
                .map(words -> words[0])
                .findFirst();
    }

    static String awaitObject(String group) {
        return await("an object of group " + group)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> object(group), Optional::isPresent)
                .orElseThrow();
    }
}
