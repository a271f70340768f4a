package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(10)
@OnOrders
class StreamsIT {
    @Test
    void recordsOfAKeyKeepTheirOrder() throws Exception {
        Orders.topic("keyed", "partitions: 3");
        Records.send(300, i -> new ProducerRecord<>("keyed", "key-" + i % 10, Integer.toString(i)));

        try (var consumer = Records.consumer("keyed-reader", Map.of())) {
            consumer.subscribe(List.of("keyed"));
            var records = Records.read(consumer, 300);

            var last = new HashMap<String, Integer>();
            for (var record : records) {
                var before = last.put(record.key(), Integer.parseInt(record.value()));
                assertThat(before == null ? -1 : before).isLessThan(Integer.parseInt(record.value()));
            }
            assertThat(records).extracting(ConsumerRecord::partition).containsOnly(0, 1, 2);
        }
    }

    @Test
    void aGroupGivesEachPartitionToOneConsumerAndRebalancesOnJoinAndLeave() {
        Orders.topic("shared", "partitions: 3");
        try (var first = Records.consumer("sharers", Map.of("group.protocol", "consumer"))) {
            first.subscribe(List.of("shared"));
            Records.poll(first, new ArrayList<>(), () -> first.assignment().size() == 3);

            try (var second = Records.consumer("sharers", Map.of("group.protocol", "consumer"))) {
                second.subscribe(List.of("shared"));
                pollBoth(first, second);

                assertThat(first.assignment()).doesNotContainAnyElementsOf(second.assignment());
            }

            Records.poll(first, new ArrayList<>(), () -> first.assignment().size() == 3);
        }
    }

    private static void pollBoth(KafkaConsumer<String, String> first, KafkaConsumer<String, String> second) {
        Records.poll(first, new ArrayList<>(), () -> {
            second.poll(Duration.ofMillis(100));
            return !second.assignment().isEmpty()
                    && first.assignment().size() + second.assignment().size() == 3;
        });
    }

    @Test
    void aReaderCanBeginAgainAndRewind() throws Exception {
        Orders.topic("replayed", "partitions: 1");
        Records.send(20, i -> new ProducerRecord<>("replayed", "k", Integer.toString(i)));

        try (var consumer = Records.consumer("replayers", Map.of())) {
            consumer.subscribe(List.of("replayed"));
            assertThat(Records.read(consumer, 20)).hasSize(20);
            var partition = new TopicPartition("replayed", 0);

            consumer.seekToBeginning(List.of(partition));
            assertThat(Records.read(consumer, 20).getFirst().value()).isEqualTo("0");

            consumer.seek(partition, 15);
            assertThat(Records.read(consumer, 5))
                    .extracting(ConsumerRecord::value)
                    .containsExactly("15", "16", "17", "18", "19");
        }
    }

    /** The pattern order-pipeline: each group reads all of it, and one begins again. */
    @Test
    void threeApplicationsReadAllOrdersAndOneReadsThemAgain() throws Exception {
        Examples.apply("patterns/order-pipeline.yaml");
        Records.send(60, i -> new ProducerRecord<>("pipeline-orders", "key-" + i % 7, Integer.toString(i)));

        for (var group : List.of("pipeline-billing", "pipeline-shipping", "pipeline-statistics")) {
            assertThat(Groups.read("pipeline-orders", group, 60))
                    .extracting(ConsumerRecord::value)
                    .doesNotHaveDuplicates()
                    .hasSize(60);
        }
        try (var consumer = Records.consumer("pipeline-statistics", Map.of())) {
            consumer.subscribe(List.of("pipeline-orders"));
            Records.poll(
                    consumer, new ArrayList<>(), () -> consumer.assignment().size() == 6);
            consumer.seekToBeginning(consumer.assignment());
            assertThat(Records.read(consumer, 60)).hasSize(60);
            consumer.commitSync();
        }

        for (var group : List.of("pipeline-billing", "pipeline-shipping", "pipeline-statistics")) {
            Groups.awaitLag(group, 0);
        }
    }

    @Test
    void readersOfCommittedRecordsSeeNothingOfAnAbortedTransaction() throws Exception {
        Orders.topic("exact", "partitions: 2");
        try (var producer = Records.producer(Map.of("transactional.id", "exact-writer"))) {
            producer.initTransactions();
            transaction(producer, "good");
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("exact", 0, "k", "aborted")).get();
            producer.abortTransaction();
            transaction(producer, "good too");
        }

        try (var consumer = Records.consumer("exact-reader", Map.of("isolation.level", "read_committed"))) {
            consumer.subscribe(List.of("exact"));
            assertThat(Records.read(consumer, 4))
                    .extracting(ConsumerRecord::value)
                    .containsExactlyInAnyOrder("good", "good", "good too", "good too");
        }
    }

    private static void transaction(KafkaProducer<String, String> producer, String value) throws Exception {
        producer.beginTransaction();
        for (int partition = 0; partition < 2; partition++) {
            producer.send(new ProducerRecord<>("exact", partition, "k", value)).get();
        }
        producer.commitTransaction();
    }
}
