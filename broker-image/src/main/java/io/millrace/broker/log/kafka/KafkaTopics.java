package io.millrace.broker.log.kafka;

import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Topics} by Kafka's Admin client. */
final class KafkaTopics implements Topics {
    /**
     * A queue keeps a message until it is settled, never by age or size. Segments are small because deleteRecords frees whole closed segments only; the
     * index is small because there are thousands of queues. A pod whose clock is ahead publishes all the same: Kafka would refuse what is more than an hour
     * from now (KIP-937).
     */
    private static final Map<String, String> QUEUE_CONFIG = Map.of(
            "retention.ms",
            "-1",
            "retention.bytes",
            "-1",
            "segment.bytes",
            String.valueOf(16 << 20),
            "segment.index.bytes",
            String.valueOf(256 << 10),
            "max.message.bytes",
            String.valueOf(17 << 20),
            "message.timestamp.after.max.ms",
            String.valueOf(Long.MAX_VALUE),
            "unclean.leader.election.enable",
            "false",
            "file.delete.delay.ms",
            "1000");

    /** Kafka's lower bound (KIP-1030). */
    private static final long SMALLEST_SEGMENT_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopics.class);

    /** A topic that is just being deleted is waited for so long: Kafka's client takes it for one that is about to appear. */
    private static final int DELETE_RECORDS_TIMEOUT_MS = 10_000;

    /** Whoever asks whether a topic is there may have made it a moment before; one who misspelled its name waits for the answer as long as this. */
    private static final AskAgain UNTIL_KNOWN = new AskAgain(2_000, UnknownTopicOrPartitionException.class::isInstance);

    private final Admin admin;
    private final TopicFlush flush;
    private final TopicLeaders leaders;
    private final SlotPlacement placement;

    KafkaTopics(Admin admin) {
        this.admin = admin;
        placement = new SlotPlacement(admin);
        flush = new TopicFlush(admin);
        leaders = new TopicLeaders(admin);
    }

    /** Who owns the slot leads the queue, too. If the slot's nodes cannot take it (they are cordoned, say), it lies where Kafka likes. */
    @Override
    public CompletionStage<Void> createQueueTopic(String topic, int slot, int partitions, boolean flushed) {
        var anywhere = new NewTopic(topic, Optional.of(partitions), Optional.empty());
        return placement
                .read()
                .exceptionally(_ -> SlotPlacement.NOTHING)
                .thenCompose(found -> {
                    var replicas = found.placement().of(slot);
                    return create(
                            replicas.isEmpty() ? anywhere : new NewTopic(topic, each(partitions, replicas)),
                            new HashMap<>(QUEUE_CONFIG),
                            flushed);
                })
                .exceptionallyCompose(failure -> unwrap(failure) instanceof InvalidReplicaAssignmentException
                        ? create(anywhere, new HashMap<>(QUEUE_CONFIG), flushed)
                        : CompletableFuture.failedFuture(unwrap(failure)));
    }

    private static Map<Integer, List<Integer>> each(int partitions, List<Integer> replicas) {
        return IntStream.range(0, partitions).boxed().collect(Collectors.toMap(partition -> partition, _ -> replicas));
    }

    @Override
    public CompletionStage<Void> createStreamTopic(String topic, Retention retention, boolean flushed) {
        var config = new HashMap<>(QUEUE_CONFIG);
        config.remove("segment.index.bytes");
        config.put("retention.ms", String.valueOf(retention.ageMs().orElse(-1)));
        config.put("retention.bytes", String.valueOf(retention.bytes().orElse(-1)));
        config.put(
                "segment.bytes",
                String.valueOf(Math.clamp(retention.segmentBytes(), SMALLEST_SEGMENT_BYTES, Integer.MAX_VALUE)));
        return create(new NewTopic(topic, Optional.of(1), Optional.empty()), config, flushed);
    }

    private CompletionStage<Void> create(NewTopic topic, Map<String, String> config, boolean flushed) {
        if (flushed) {
            config.putAll(TopicFlush.EACH_MESSAGE);
        }
        var request = topic.configs(config);
        return orElse(admin.createTopics(List.of(request)).all(), TopicExistsException.class)
                .thenCompose(done -> leaders.answer(topic.name(), partitions(topic)));
    }

    private static int partitions(NewTopic topic) {
        return topic.replicasAssignments() == null
                ? topic.numPartitions()
                : topic.replicasAssignments().size();
    }

    /** No record is so small. */
    @Override
    public CompletionStage<Void> close(String topic) {
        var change = new AlterConfigOp(new ConfigEntry("max.message.bytes", "0"), AlterConfigOp.OpType.SET);
        return admin.incrementalAlterConfigs(
                        Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                .all()
                .toCompletionStage();
    }

    @Override
    public CompletionStage<Set<String>> flush(Map<String, Boolean> topics) {
        return flush.set(topics);
    }

    @Override
    public CompletionStage<Void> delete(String topic) {
        return orElse(admin.deleteTopics(List.of(topic)).all(), UnknownTopicOrPartitionException.class)
                .thenCompose(done ->
                        orElse(admin.deleteConsumerGroups(List.of(topic)).all(), GroupIdNotFoundException.class));
    }

    @Override
    public CompletionStage<Map<LogPart, Range>> ranges(Collection<LogPart> parts) {
        var earliest = new HashMap<TopicPartition, OffsetSpec>();
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        for (var part : parts) {
            earliest.put(partition(part), OffsetSpec.earliest());
            latest.put(partition(part), OffsetSpec.latest());
        }
        var starts = admin.listOffsets(earliest);
        var ends = admin.listOffsets(latest);
        var ranges = new HashMap<LogPart, Range>();
        var waits = new ArrayList<CompletableFuture<?>>();
        for (var partition : earliest.keySet()) {
            var start = offset(starts, partition);
            waits.add(start.thenCombine(offset(ends, partition), (from, to) -> {
                        synchronized (ranges) {
                            return ranges.put(part(partition), new Range(from, to));
                        }
                    })
                    .exceptionally(failure -> {
                        if (unwrap(failure) instanceof UnknownTopicOrPartitionException) {
                            return null;
                        }
                        throw new CompletionException(unwrap(failure));
                    }));
        }
        return CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new)).thenApply(done -> Map.copyOf(ranges));
    }

    @Override
    public CompletionStage<Boolean> exists(String topic) {
        return UNTIL_KNOWN
                .until(() ->
                        admin.describeTopics(List.of(topic)).allTopicNames().toCompletionStage())
                .thenApply(found -> true)
                .exceptionally(failure -> {
                    if (unwrap(failure) instanceof UnknownTopicOrPartitionException) {
                        return false;
                    }
                    throw new CompletionException(unwrap(failure));
                });
    }

    @Override
    public CompletionStage<Map<LogPart, Long>> ends(Collection<LogPart> parts) {
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        parts.forEach(part -> latest.put(partition(part), OffsetSpec.latest()));
        var answers = admin.listOffsets(latest);
        var ends = new ConcurrentHashMap<LogPart, Long>();
        var waits = new ArrayList<CompletableFuture<?>>();
        for (var partition : latest.keySet()) {
            waits.add(offset(answers, partition).handle((end, failure) -> {
                if (failure == null) {
                    ends.put(part(partition), end);
                }
                return partition;
            }));
        }
        return CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new)).thenApply(done -> Map.copyOf(ends));
    }

    @Override
    public CompletionStage<Map<LogPart, Long>> offsetsAt(Map<LogPart, Long> timesMs) {
        var request = new HashMap<TopicPartition, OffsetSpec>();
        timesMs.forEach((part, time) -> request.put(partition(part), OffsetSpec.forTimestamp(time)));
        var answers = admin.listOffsets(request);
        return ends(timesMs.keySet()).thenCompose(ends -> {
            var offsets = new ConcurrentHashMap<LogPart, Long>();
            var waits = new ArrayList<CompletableFuture<?>>();
            ends.forEach((part, end) -> waits.add(
                    offset(answers, partition(part)).thenAccept(found -> offsets.put(part, found < 0 ? end : found))));
            return CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new))
                    .thenApply(done -> Map.copyOf(offsets));
        });
    }

    private static TopicPartition partition(LogPart part) {
        return new TopicPartition(part.topic(), part.partition());
    }

    private static LogPart part(TopicPartition partition) {
        return new LogPart(partition.topic(), partition.partition());
    }

    private static CompletableFuture<Long> offset(ListOffsetsResult result, TopicPartition partition) {
        return result.partitionResult(partition)
                .toCompletionStage()
                .thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset)
                .toCompletableFuture();
    }

    @Override
    public CompletionStage<Set<LogPart>> deleteRecords(Map<LogPart, Long> offsets) {
        var request = new HashMap<TopicPartition, RecordsToDelete>();
        offsets.forEach((part, offset) -> request.put(partition(part), RecordsToDelete.beforeOffset(offset)));
        var answers = admin.deleteRecords(request, new DeleteRecordsOptions().timeoutMs(DELETE_RECORDS_TIMEOUT_MS))
                .lowWatermarks();
        Set<LogPart> done = ConcurrentHashMap.newKeySet();
        var waits = new ArrayList<CompletableFuture<?>>();
        answers.forEach((partition, answer) -> waits.add(answer.toCompletionStage()
                .handle((deleted, failure) -> {
                    if (failure == null || unwrap(failure) instanceof UnknownTopicOrPartitionException) {
                        done.add(part(partition));
                    } else {
                        LOG.debug("{}: {}", partition, failure.toString());
                    }
                    return partition;
                })
                .toCompletableFuture()));
        return CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new)).thenApply(all -> Set.copyOf(done));
    }

    /** The future's end, with one failure taken for success. */
    private static CompletionStage<Void> orElse(KafkaFuture<Void> future, Class<? extends Exception> harmless) {
        return future.toCompletionStage().exceptionally(failure -> {
            var cause = unwrap(failure);
            if (harmless.isInstance(cause)) {
                return null;
            }
            throw new CompletionException(cause);
        });
    }

    static Throwable unwrap(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
