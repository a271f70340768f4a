package io.millrace.broker.log.kafka;

import static java.util.stream.Collectors.toMap;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogView;
import io.millrace.broker.log.TopicState;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics, by Kafka's Admin protocol: few requests, however many topics. */
final class TopicReader {
    /** An answer has some forty settings of each topic, with all that they could be; so many are in memory at a time. */
    private static final int SETTINGS_AT_A_TIME = 500;

    private static final String NO_LEADER = "the partition has no leader";

    private final Admin admin;

    TopicReader(Admin admin) {
        this.admin = admin;
    }

    CompletionStage<Set<String>> names() {
        return admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .toCompletionStage();
    }

    CompletionStage<List<TopicState>> describe(Collection<String> names) {
        return present(admin.describeTopics(names).topicNameValues()).thenApply(found -> found.values().stream()
                .map(TopicReader::state)
                .sorted(Comparator.comparing(TopicState::name))
                .toList());
    }

    private static TopicState state(TopicDescription topic) {
        return new TopicState(
                topic.name(),
                topic.topicId().toString(),
                topic.partitions().stream().map(TopicReader::partition).toList());
    }

    private static TopicState.Partition partition(TopicPartitionInfo info) {
        return new TopicState.Partition(
                info.partition(),
                info.leader() == null || info.leader().isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(info.leader().id()),
                info.replicas().stream().map(Node::id).toList(),
                info.isr().stream().map(Node::id).toList());
    }

    /** What is there of things that may be gone. */
    private static <K, V> CompletionStage<Map<K, V>> present(Map<K, KafkaFuture<V>> asked) {
        var found = new HashMap<K, V>();
        var waits = asked.entrySet().stream()
                .map(entry -> entry.getValue()
                        .toCompletionStage()
                        .handle((value, failure) -> {
                            if (failure == null) {
                                synchronized (found) {
                                    found.put(entry.getKey(), value);
                                }
                            } else if (!isGone(KafkaTopics.unwrap(failure))) {
                                throw new CompletionException(KafkaTopics.unwrap(failure));
                            }
                            return value;
                        })
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(waits).thenApply(all -> Map.copyOf(found));
    }

    /** No topic can have the name of an invalid one. */
    private static boolean isGone(Throwable failure) {
        return failure instanceof UnknownTopicOrPartitionException || failure instanceof InvalidTopicException;
    }

    CompletionStage<Map<String, LogView.Settings>> settings(List<String> topics) {
        var found = new HashMap<String, LogView.Settings>();
        CompletionStage<Map<String, LogView.Settings>> done = CompletableFuture.completedFuture(found);
        for (int from = 0; from < topics.size(); from += SETTINGS_AT_A_TIME) {
            var some = topics.subList(from, Math.min(from + SETTINGS_AT_A_TIME, topics.size()));
            done = done.thenCompose(before -> settingsAtOnce(some)).thenApply(more -> {
                found.putAll(more);
                return found;
            });
        }
        return done;
    }

    private CompletionStage<Map<String, LogView.Settings>> settingsAtOnce(List<String> topics) {
        var resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        return present(admin.describeConfigs(resources).values()).thenApply(found -> found.entrySet().stream()
                .collect(toMap(entry -> entry.getKey().name(), entry -> settings(entry.getValue()))));
    }

    private static LogView.Settings settings(Config config) {
        var all = new HashMap<String, String>();
        var own = new HashMap<String, String>();
        for (var entry : config.entries()) {
            if (entry.value() != null) {
                all.put(entry.name(), entry.value());
                if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                    own.put(entry.name(), entry.value());
                }
            }
        }
        return new LogView.Settings(all, own);
    }

    /** Kafka tells the sizes of all replicas of a broker, or none. */
    CompletionStage<Map<LogPart, Long>> sizes(Collection<TopicState> topics) {
        var leaders = new HashMap<LogPart, Integer>();
        topics.forEach(topic -> topic.partitions().forEach(partition -> partition
                .leader()
                .ifPresent(leader -> leaders.put(new LogPart(topic.name(), partition.partition()), leader))));
        var sizes = new HashMap<LogPart, Long>();
        var waits = admin.describeLogDirs(new HashSet<>(leaders.values())).descriptions().entrySet().stream()
                .map(broker -> broker.getValue()
                        .toCompletionStage()
                        .handle((disks, failure) -> {
                            if (failure == null) {
                                synchronized (sizes) {
                                    take(sizes, leaders, broker.getKey(), disks);
                                }
                            }
                            return broker;
                        })
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(waits).thenApply(all -> Map.copyOf(sizes));
    }

    private static void take(
            Map<LogPart, Long> sizes,
            Map<LogPart, Integer> leaders,
            Integer broker,
            Map<String, LogDirDescription> disks) {
        disks.values().forEach(disk -> disk.replicaInfos().forEach((partition, replica) -> {
            var part = new LogPart(partition.topic(), partition.partition());
            if (!replica.isFuture() && broker.equals(leaders.get(part))) {
                sizes.put(part, replica.size());
            }
        }));
    }

    CompletionStage<Map<Integer, LogView.Ends>> ends(TopicState topic) {
        var first = new HashMap<TopicPartition, OffsetSpec>();
        var last = new HashMap<TopicPartition, OffsetSpec>();
        var ends = new HashMap<Integer, LogView.Ends>();
        for (var partition : topic.partitions()) {
            if (partition.isOffline()) {
                ends.put(partition.partition(), unknown(NO_LEADER));
            } else {
                var one = new TopicPartition(topic.name(), partition.partition());
                first.put(one, OffsetSpec.earliest());
                last.put(one, OffsetSpec.latest());
            }
        }
        var begins = admin.listOffsets(first);
        var behind = admin.listOffsets(last);
        var waits = first.keySet().stream()
                .map(one -> offset(begins, one)
                        .thenCombine(
                                offset(behind, one),
                                (begin, end) -> new LogView.Ends(
                                        OptionalLong.of(begin), OptionalLong.of(end), Optional.empty()))
                        .exceptionally(failure -> unknown(KafkaLogView.reason(KafkaTopics.unwrap(failure))))
                        .thenAccept(known -> {
                            synchronized (ends) {
                                ends.put(one.partition(), known);
                            }
                        })
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(waits).thenApply(all -> Map.copyOf(ends));
    }

    private static LogView.Ends unknown(String reason) {
        return new LogView.Ends(OptionalLong.empty(), OptionalLong.empty(), Optional.of(reason));
    }

    private static CompletionStage<Long> offset(ListOffsetsResult offsets, TopicPartition partition) {
        return offsets.partitionResult(partition)
                .toCompletionStage()
                .thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset);
    }
}
