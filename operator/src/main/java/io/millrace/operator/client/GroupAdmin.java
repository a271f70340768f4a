package io.millrace.operator.client;

import io.millrace.operator.plan.GroupProtocol;
import io.millrace.operator.status.FailureException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeShareGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Groups of all protocols, by Kafka's Admin protocol: few requests, however many groups. All calls block, for some
 * seconds if a broker does not answer; what others answer is not lost by that.
 */
public final class GroupAdmin {

    /** A coordinator that does not answer by then holds up the groups of all others. */
    private static final int PATIENCE_MS = 3_000;

    private static final Set<String> CONSUMERS = Set.of("", "consumer");

    private final Admin admin;

    GroupAdmin(Admin admin) {
        this.admin = admin;
    }

    private record Description(String state, GroupProtocol protocol, int coordinator, int members) {
        private Description(GroupState state, GroupProtocol protocol, @Nullable Node coordinator, int members) {
            this(state.toString(), protocol, coordinator == null ? -1 : coordinator.id(), members);
        }
    }

    private record Place(long next, @Nullable Long behind) {}

    /** What is asked of one group, all at the same time. */
    private record Question(KafkaFuture<Description> description, KafkaFuture<Map<TopicPartition, Place>> places) {}

    /**
     * Lists the groups whose members read topics. A group whose coordinator is down may be missing: whether a group exists,
     * {@link #look} tells.
     */
    public Map<String, GroupProtocol> live() {
        var protocols = new HashMap<String, GroupProtocol>();
        for (var group : Answers.await(admin.listGroups().valid(), "listing groups")) {
            protocol(group).ifPresent(protocol -> protocols.put(group.groupId(), protocol));
        }
        return protocols;
    }

    /** Looks at groups. */
    public Map<String, GroupLook> look(Map<String, GroupProtocol> groups) {
        var questions = ask(groups);
        var looks = new HashMap<String, GroupLook>();
        var there = new HashMap<String, Description>();
        var places = new HashMap<String, Map<TopicPartition, Place>>();
        questions.forEach((id, question) -> {
            try {
                var description = Answers.awaitUnless(
                        GroupIdNotFoundException.class, question.description(), "describing group " + id);
                var offsets = Answers.awaitUnless(
                        GroupIdNotFoundException.class, question.places(), "reading offsets of group " + id);
                description.ifPresentOrElse(
                        found -> {
                            there.put(id, found);
                            places.put(id, offsets.orElse(Map.of()));
                        },
                        () -> looks.put(id, new GroupLook.Gone()));
            } catch (FailureException e) {
                looks.put(id, new GroupLook.Silent(String.valueOf(e.getMessage())));
            }
        });
        var ends = ends(places.values().stream()
                .flatMap(positions -> positions.keySet().stream())
                .collect(Collectors.toSet()));
        there.forEach((id, description) -> looks.put(id, seen(description, places.getOrDefault(id, Map.of()), ends)));
        return looks;
    }

    private static GroupLook seen(Description group, Map<TopicPartition, Place> places, Ends ends) {
        var positions = new HashMap<TopicPartition, GroupLook.Position>();
        for (var entry : places.entrySet()) {
            var silent = ends.silent().get(entry.getKey());
            if (silent != null) {
                return new GroupLook.Silent(silent);
            }
            var end = ends.known().get(entry.getKey());
            if (end != null) {
                positions.put(
                        entry.getKey(),
                        new GroupLook.Position(
                                entry.getValue().next(), end, entry.getValue().behind()));
            }
        }
        return new GroupLook.Seen(group.state(), group.protocol(), group.coordinator(), group.members(), positions);
    }

    /**
     * Where logs end; a topic that is gone is in neither.
     *
     * @param known of those whose leaders answered
     * @param silent why there is no answer, of the others
     */
    private record Ends(Map<TopicPartition, Long> known, Map<TopicPartition, String> silent) {}

    private Ends ends(Collection<TopicPartition> partitions) {
        var latest = partitions.stream().collect(Collectors.toMap(Function.identity(), one -> OffsetSpec.latest()));
        var result = admin.listOffsets(latest, new ListOffsetsOptions().timeoutMs(PATIENCE_MS));
        var ends = new Ends(new HashMap<>(), new HashMap<>());
        for (var partition : latest.keySet()) {
            try {
                Answers.awaitUnless(
                                UnknownTopicOrPartitionException.class,
                                result.partitionResult(partition),
                                "reading the end of " + partition)
                        .ifPresent(info -> ends.known().put(partition, info.offset()));
            } catch (FailureException e) {
                ends.silent().put(partition, String.valueOf(e.getMessage()));
            }
        }
        return ends;
    }

    private Map<String, Question> ask(Map<String, GroupProtocol> groups) {
        var questions = new HashMap<String, Question>();
        askConsumers(ids(groups, Set.of(GroupProtocol.CLASSIC, GroupProtocol.CONSUMER)), questions);
        askShares(ids(groups, Set.of(GroupProtocol.SHARE)), questions);
        askStreams(ids(groups, Set.of(GroupProtocol.STREAMS)), questions);
        return questions;
    }

    private static List<String> ids(Map<String, GroupProtocol> groups, Set<GroupProtocol> protocols) {
        return groups.entrySet().stream()
                .filter(entry -> protocols.contains(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void askConsumers(List<String> ids, Map<String, Question> questions) {
        if (ids.isEmpty()) {
            return;
        }
        var offsets = admin.listConsumerGroupOffsets(
                each(ids, new ListConsumerGroupOffsetsSpec()),
                new ListConsumerGroupOffsetsOptions().timeoutMs(PATIENCE_MS));
        admin.describeConsumerGroups(ids, new DescribeConsumerGroupsOptions().timeoutMs(PATIENCE_MS))
                .describedGroups()
                .forEach((id, future) -> questions.put(
                        id,
                        new Question(
                                future.thenApply(group -> new Description(
                                        group.groupState(),
                                        group.type() == GroupType.CONSUMER
                                                ? GroupProtocol.CONSUMER
                                                : GroupProtocol.CLASSIC,
                                        group.coordinator(),
                                        group.members().size())),
                                offsets.partitionsToOffsetAndMetadata(id).thenApply(GroupAdmin::committed))));
    }

    private void askShares(List<String> ids, Map<String, Question> questions) {
        if (ids.isEmpty()) {
            return;
        }
        var offsets = admin.listShareGroupOffsets(
                each(ids, new ListShareGroupOffsetsSpec()), new ListShareGroupOffsetsOptions().timeoutMs(PATIENCE_MS));
        admin.describeShareGroups(ids, new DescribeShareGroupsOptions().timeoutMs(PATIENCE_MS))
                .describedGroups()
                .forEach((id, future) -> questions.put(
                        id,
                        new Question(
                                future.thenApply(group -> new Description(
                                        group.groupState(),
                                        GroupProtocol.SHARE,
                                        group.coordinator(),
                                        group.members().size())),
                                offsets.partitionsToOffsetInfo(id).thenApply(GroupAdmin::shared))));
    }

    private void askStreams(List<String> ids, Map<String, Question> questions) {
        if (ids.isEmpty()) {
            return;
        }
        var offsets = admin.listStreamsGroupOffsets(
                each(ids, new ListStreamsGroupOffsetsSpec()),
                new ListStreamsGroupOffsetsOptions().timeoutMs(PATIENCE_MS));
        admin.describeStreamsGroups(ids, new DescribeStreamsGroupsOptions().timeoutMs(PATIENCE_MS))
                .describedGroups()
                .forEach((id, future) -> questions.put(
                        id,
                        new Question(
                                future.thenApply(group -> new Description(
                                        group.groupState(),
                                        GroupProtocol.STREAMS,
                                        group.coordinator(),
                                        group.members().size())),
                                offsets.partitionsToOffsetAndMetadata(id).thenApply(GroupAdmin::committed))));
    }

    private static <T> Map<String, T> each(List<String> ids, T spec) {
        return ids.stream().collect(Collectors.toMap(Function.identity(), id -> spec));
    }

    private static Map<TopicPartition, Place> committed(
            Map<TopicPartition, ? extends @Nullable OffsetAndMetadata> offsets) {
        var places = new HashMap<TopicPartition, Place>();
        offsets.forEach((partition, offset) -> {
            if (offset != null) {
                places.put(partition, new Place(offset.offset(), null));
            }
        });
        return places;
    }

    private static Map<TopicPartition, Place> shared(
            Map<TopicPartition, ? extends @Nullable SharePartitionOffsetInfo> offsets) {
        var places = new HashMap<TopicPartition, Place>();
        offsets.forEach((partition, info) -> {
            // A share partition nobody has read from yet has no beginning.
            if (info != null && info.startOffset() >= 0) {
                places.put(partition, new Place(info.startOffset(), info.lag().orElse(null)));
            }
        });
        return places;
    }

    /** Connect's workers, for one, form groups that read nothing. */
    private static Optional<GroupProtocol> protocol(GroupListing group) {
        return switch (group.type().orElse(GroupType.UNKNOWN)) {
            case CONSUMER -> Optional.of(GroupProtocol.CONSUMER);
            case SHARE -> Optional.of(GroupProtocol.SHARE);
            case STREAMS -> Optional.of(GroupProtocol.STREAMS);
            case CLASSIC ->
                CONSUMERS.contains(group.protocol()) ? Optional.of(GroupProtocol.CLASSIC) : Optional.empty();
            case UNKNOWN -> Optional.empty();
        };
    }
}
