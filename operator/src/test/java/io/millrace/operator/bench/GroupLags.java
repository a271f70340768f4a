package io.millrace.operator.bench;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.operator.fixture.Harness;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How near the lag that is shown is to the true one: many groups read one topic that grows, each at a pace that changes. A
 * sample is right if it is within a tenth of what the lag was at any time of the last five seconds.
 */
final class GroupLags {

    private static final String TOPIC = "load";
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration ROUND = Duration.ofMillis(500);
    private static final int RECORDS_PER_ROUND = 500;
    private static final int ROUNDS_PER_PACE = 40;
    private static final int COMMITS_PER_ROUND = 150;
    private static final double TOLERANCE = 0.1;

    private final Harness harness;
    private final BrokerProcess broker;
    private final SharedIndexInformer<ConsumerGroup> objects;
    private final Random random = new Random(42);
    private final List<Reader> readers = new ArrayList<>();
    private long[] ends = {};
    private int right;
    private int all;

    private record Moment(long nanos, long lag) {}

    /** One group: where it is in each partition, how many records it takes a round, and how far it has been behind. */
    private static final class Reader {
        private final String name;
        private final long[] next;
        private double pace;
        private final Deque<Moment> past = new ArrayDeque<>();

        private Reader(String name, int partitions) {
            this.name = name;
            this.next = new long[partitions];
        }
    }

    GroupLags(Harness harness, BrokerProcess broker) {
        this.harness = harness;
        this.broker = broker;
        this.objects = Harness.client()
                .resources(ConsumerGroup.class)
                .inNamespace(harness.namespace())
                .inform();
    }

    /** Measures, and says what it saw. */
    void measure(int groups, int partitions, int seconds) throws Exception {
        ends = new long[partitions];
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, partitions, (short) 1)))
                    .all()
                    .get();
            append(producer, 50_000);
            for (int i = 0; i < groups; i++) {
                readers.add(new Reader("group-" + i, partitions));
            }
            commit(admin, readers);
            readers.forEach(reader -> show(reader.name));
            awaitFirst(groups);
            var cpu = Cost.cpuNanos();
            var writes = Cost.writes();
            var begin = System.nanoTime();
            roundsFor(seconds, round -> {
                move(admin, producer, round);
                if (Words.secondsSince(begin) > 2 * WINDOW.toSeconds()) {
                    all += readers.size();
                    right += rightNow();
                }
            });
            var took = Words.secondsSince(begin);
            Words.say(
                    "%d groups of %d partitions: %.2f %% of %d samples within a tenth of the true lag of the last %d s; %.1f writes to the API server and %.2f s of processor time a second, this load's included",
                    groups,
                    partitions,
                    100.0 * right / all,
                    all,
                    WINDOW.toSeconds(),
                    (Cost.writes() - writes) / took,
                    (Cost.cpuNanos() - cpu) / 1e9 / took);
        }
    }

    private interface Round {
        void take(int number) throws Exception;
    }

    /** A round that fails ends them all. */
    private static void roundsFor(int seconds, Round round) throws Exception {
        var number = new AtomicInteger();
        try (var clock = Executors.newSingleThreadScheduledExecutor()) {
            var rounds = clock.scheduleAtFixedRate(
                    () -> {
                        try {
                            round.take(number.getAndIncrement());
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    0,
                    ROUND.toMillis(),
                    TimeUnit.MILLISECONDS);
            rounds.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException over) {
            // As it should be: the clock has been closed with the last round.
            return;
        }
    }

    private void move(Admin admin, KafkaProducer<byte[], byte[]> producer, int round) throws Exception {
        append(producer, RECORDS_PER_ROUND);
        for (int i = 0; i < readers.size(); i++) {
            if ((round + i) % ROUNDS_PER_PACE == 0) {
                readers.get(i).pace = random.nextDouble(2.5 * RECORDS_PER_ROUND);
            }
        }
        // Each commits now and then, as consumers do, and has read on since it did last.
        var rounds = Math.max(1, readers.size() / COMMITS_PER_ROUND);
        var due = IntStream.range(0, readers.size())
                .filter(i -> i % rounds == round % rounds)
                .mapToObj(readers::get)
                .toList();
        due.forEach(reader -> readOn(reader, (long) (reader.pace * rounds)));
        commit(admin, due);
        var now = System.nanoTime();
        readers.forEach(reader -> {
            reader.past.addLast(new Moment(now, lag(reader)));
            while (reader.past.getFirst().nanos() < now - WINDOW.toNanos()) {
                reader.past.removeFirst();
            }
        });
    }

    private void readOn(Reader reader, long records) {
        for (int partition = 0; partition < ends.length; partition++) {
            reader.next[partition] = Math.min(ends[partition], reader.next[partition] + records / ends.length);
        }
    }

    private long lag(Reader reader) {
        return IntStream.range(0, ends.length)
                .mapToLong(partition -> ends[partition] - reader.next[partition])
                .sum();
    }

    private void append(KafkaProducer<byte[], byte[]> producer, int records) {
        for (int i = 0; i < records; i++) {
            producer.send(new ProducerRecord<>(TOPIC, i % ends.length, null, new byte[10]));
            ends[i % ends.length]++;
        }
        producer.flush();
    }

    private static void commit(Admin admin, List<Reader> due) throws Exception {
        var answers = due.stream()
                .map(reader -> {
                    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
                    for (int partition = 0; partition < reader.next.length; partition++) {
                        offsets.put(
                                new TopicPartition(TOPIC, partition), new OffsetAndMetadata(reader.next[partition]));
                    }
                    return admin.alterConsumerGroupOffsets(reader.name, offsets).all();
                })
                .toList();
        for (var answer : answers) {
            answer.get();
        }
    }

    private void show(String group) {
        var object = Serialization.unmarshal("spec: {cluster: {name: orders}}", ConsumerGroup.class);
        object.setMetadata(new ObjectMetaBuilder()
                .withName(group)
                .withNamespace(harness.namespace())
                .build());
        Harness.client().resource(object).create();
    }

    private void awaitFirst(int groups) {
        Harness.await().atMost(Duration.ofMinutes(5)).until(() -> shown().size() == groups);
    }

    private Map<String, Long> shown() {
        var lags = new HashMap<String, Long>();
        objects.getStore().list().forEach(object -> {
            if (object.getStatus() != null && object.getStatus().lag() != null) {
                lags.put(object.getMetadata().getName(), object.getStatus().lag());
            }
        });
        return lags;
    }

    private int rightNow() {
        var shown = shown();
        return (int) readers.stream()
                .filter(reader -> {
                    var value = shown.getOrDefault(reader.name, Long.MIN_VALUE);
                    var least =
                            reader.past.stream().mapToLong(Moment::lag).min().orElse(0);
                    var most = reader.past.stream().mapToLong(Moment::lag).max().orElse(0);
                    return value >= least * (1 - TOLERANCE) && value <= most * (1 + TOLERANCE);
                })
                .count();
    }
}
