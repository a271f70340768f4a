package io.millrace.operator.client;

import io.millrace.operator.intent.ResetIntent;
import io.millrace.operator.intent.ResetTo;
import io.millrace.operator.plan.GroupProtocol;
import io.millrace.operator.plan.reset.Place;
import io.millrace.operator.plan.reset.ResetFacts;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Moves offsets of groups, by Kafka's Admin protocol. All calls block; they throw {@code FailureException}. */
public final class ResetAdmin {

    private final Admin admin;

    ResetAdmin(Admin admin) {
        this.admin = admin;
    }

    /**
     * A group as it is now, and what it can be reset to.
     *
     * @param protocol how its offsets are moved
     * @param facts where it stands
     */
    public record Seen(GroupProtocol protocol, ResetFacts facts) {}

    /** Looks at a group and at the topics it is to be reset in. A group that does not exist has no members. */
    public Seen look(String group, ResetIntent intent) {
        var groups = new GroupAdmin(admin);
        var protocol = groups.live().getOrDefault(group, GroupProtocol.CONSUMER);
        return switch (groups.look(Map.of(group, protocol)).getOrDefault(group, new GroupLook.Gone())) {
            case GroupLook.Silent(var why) ->
                throw new FailureException(new Failure.BrokerUnavailable(why), new IllegalStateException(why));
            case GroupLook.Gone ignored -> new Seen(protocol, facts("Dead", 0, Map.of(), intent));
            case GroupLook.Seen(var state, var found, var coordinator, var members, var positions) ->
                new Seen(found, facts(state, members, positions, intent));
        };
    }

    private ResetFacts facts(
            String state, int members, Map<TopicPartition, GroupLook.Position> positions, ResetIntent intent) {
        var topics = intent.topics().isEmpty()
                ? positions.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet())
                : new HashSet<>(intent.topics());
        var partitions = partitions(topics);
        topics.removeAll(partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
        var earliest = offsets(partitions, OffsetSpec.earliest());
        var latest = offsets(partitions, OffsetSpec.latest());
        var atTime = intent.to() instanceof ResetTo.At(var time)
                ? offsets(partitions, OffsetSpec.forTimestamp(time.toEpochMilli()))
                : Map.<TopicPartition, Long>of();
        var reaches = new HashMap<Place, ResetFacts.Reach>();
        for (var partition : partitions) {
            var position = positions.get(partition);
            reaches.put(
                    new Place(partition.topic(), partition.partition()),
                    new ResetFacts.Reach(
                            position == null ? null : position.next(),
                            earliest.getOrDefault(partition, 0L),
                            latest.getOrDefault(partition, 0L),
                            // Kafka says -1 where there is no record from then on.
                            Optional.ofNullable(atTime.get(partition))
                                    .filter(offset -> offset >= 0)
                                    .orElse(null)));
        }
        return new ResetFacts(state, members, reaches, topics);
    }

    private List<TopicPartition> partitions(Collection<String> topics) {
        var partitions = new ArrayList<TopicPartition>();
        admin.describeTopics(topics).topicNameValues().forEach((topic, future) -> Answers.awaitUnless(
                        UnknownTopicOrPartitionException.class, future, "describing topic " + topic)
                .ifPresent(found -> found.partitions()
                        .forEach(each -> partitions.add(new TopicPartition(topic, each.partition())))));
        return partitions;
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which) {
        var asked = partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which));
        return Answers.await(admin.listOffsets(asked).all(), "reading offsets of topics").entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> offset(entry.getValue())));
    }

    private static long offset(ListOffsetsResult.ListOffsetsResultInfo info) {
        return info.offset();
    }

    /**
     * Moves offsets. The brokers refuse if the group has members by now.
     *
     * @return why nothing was moved, or empty if all was
     * @throws FailureException if it cannot be told how much was
     */
    public Optional<String> move(String group, GroupProtocol protocol, Map<Place, Long> target) {
        var offsets = new HashMap<TopicPartition, Long>();
        target.forEach((place, offset) -> offsets.put(new TopicPartition(place.topic(), place.partition()), offset));
        var refused = new ArrayList<String>();
        for (var result : results(group, protocol, offsets).entrySet()) {
            try {
                Answers.await(result.getValue(), "moving " + group + " in " + result.getKey());
            } catch (FailureException e) {
                if (e.failure() instanceof Failure.BrokerUnavailable) {
                    throw e;
                }
                refused.add(String.valueOf(e.getMessage()));
            }
        }
        if (!refused.isEmpty() && refused.size() < target.size()) {
            var message = "only some offsets were moved: " + refused.getFirst();
            throw new FailureException(new Failure.BrokerUnavailable(message), new IllegalStateException(message));
        }
        return refused.stream().findFirst();
    }

    private Map<TopicPartition, KafkaFuture<Void>> results(
            String group, GroupProtocol protocol, Map<TopicPartition, Long> offsets) {
        Function<TopicPartition, KafkaFuture<Void>> results =
                switch (protocol) {
                    case SHARE -> admin.alterShareGroupOffsets(group, offsets)::partitionResult;
                    case STREAMS -> admin.alterStreamsGroupOffsets(group, committed(offsets))::partitionResult;
                    case CLASSIC, CONSUMER ->
                        admin.alterConsumerGroupOffsets(group, committed(offsets))::partitionResult;
                };
        return offsets.keySet().stream().collect(Collectors.toMap(Function.identity(), results));
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> new OffsetAndMetadata(entry.getValue())));
    }
}
