package io.millrace.broker.log.kafka;

import static java.util.stream.Collectors.toMap;

import io.millrace.broker.log.GroupState.Member;
import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogView.GroupName;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What coordinators are asked about groups: each type has requests of its own. */
final class GroupQuestions {
    /** Protocols of classic groups whose members read topics. */
    private static final Set<String> READERS = Set.of("", "consumer");

    private static final int NOBODY = -1;

    private final Admin admin;
    private final Map<String, CompletionStage<Answer>> answers = new HashMap<>();

    GroupQuestions(Admin admin) {
        this.admin = admin;
    }

    /**
     * What a coordinator says of a group.
     *
     * @param coordinator node id, or -1
     */
    record Answer(String state, int coordinator, List<Member> members, Map<LogPart, Committed> committed) {}

    /**
     * Where a group goes on in a partition.
     *
     * @param lag if the coordinator knows better than by the log's end
     */
    record Committed(long next, OptionalLong lag) {}

    private record Description(String state, int coordinator, List<Member> members) {
        Description(Object state, @Nullable Node coordinator, Stream<Member> members) {
            this(state.toString(), coordinator == null ? NOBODY : coordinator.id(), members.toList());
        }
    }

    /** Asks about all of them at the same time; a stage fails when a group is gone or its coordinator does not answer. */
    Map<String, CompletionStage<Answer>> ask(Collection<GroupName> groups) {
        askConsumers(names(groups, group -> group.type().equals("consumer") || isClassic(group, true)));
        askOthers(names(groups, group -> isClassic(group, false)));
        askShares(names(groups, group -> group.type().equals("share")));
        askStreams(names(groups, group -> group.type().equals("streams")));
        return answers;
    }

    private static boolean isClassic(GroupName group, boolean reads) {
        return group.type().equals("classic") && READERS.contains(group.protocol()) == reads;
    }

    private static List<String> names(Collection<GroupName> groups, Predicate<GroupName> wanted) {
        return groups.stream().filter(wanted).map(GroupName::name).toList();
    }

    private void take(String name, KafkaFuture<Description> description, KafkaFuture<Map<LogPart, Committed>> offsets) {
        answers.put(
                name,
                description
                        .toCompletionStage()
                        .thenCombine(
                                offsets.toCompletionStage(),
                                (group, committed) ->
                                        new Answer(group.state(), group.coordinator(), group.members(), committed)));
    }

    private void askConsumers(List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        var offsets = admin.listConsumerGroupOffsets(each(names, new ListConsumerGroupOffsetsSpec()));
        admin.describeConsumerGroups(names)
                .describedGroups()
                .forEach((name, group) -> take(
                        name,
                        group.thenApply(known -> new Description(
                                known.groupState(),
                                known.coordinator(),
                                known.members().stream().map(GroupQuestions::member))),
                        offsets.partitionsToOffsetAndMetadata(name).thenApply(GroupQuestions::committed)));
    }

    /** Connect's workers, for one, form groups that read nothing. */
    private void askOthers(List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        admin.describeClassicGroups(names)
                .describedGroups()
                .forEach((name, group) -> take(
                        name,
                        group.thenApply(known -> new Description(
                                known.state(),
                                known.coordinator(),
                                known.members().stream().map(GroupQuestions::member))),
                        KafkaFuture.completedFuture(Map.of())));
    }

    private void askShares(List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        var offsets = admin.listShareGroupOffsets(each(names, new ListShareGroupOffsetsSpec()));
        admin.describeShareGroups(names)
                .describedGroups()
                .forEach((name, group) -> take(
                        name,
                        group.thenApply(known -> new Description(
                                known.groupState(),
                                known.coordinator(),
                                known.members().stream().map(GroupQuestions::member))),
                        offsets.partitionsToOffsetInfo(name).thenApply(GroupQuestions::shared)));
    }

    private void askStreams(List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        var offsets = admin.listStreamsGroupOffsets(each(names, new ListStreamsGroupOffsetsSpec()));
        admin.describeStreamsGroups(names)
                .describedGroups()
                .forEach((name, group) -> take(
                        name,
                        group.thenApply(known -> new Description(
                                known.groupState(),
                                known.coordinator(),
                                known.members().stream().map(member -> member(known, member)))),
                        offsets.partitionsToOffsetAndMetadata(name).thenApply(GroupQuestions::committed)));
    }

    private static <T> Map<String, T> each(List<String> names, T spec) {
        return names.stream().collect(toMap(Function.identity(), name -> spec));
    }

    private static Member member(MemberDescription member) {
        return new Member(
                member.consumerId(),
                member.groupInstanceId(),
                member.clientId(),
                member.host(),
                parts(member.assignment().topicPartitions()));
    }

    private static Member member(ShareMemberDescription member) {
        return new Member(
                member.consumerId(),
                Optional.empty(),
                member.clientId(),
                member.host(),
                parts(member.assignment().topicPartitions()));
    }

    /** A task reads the partition of its number of all topics of its part of the topology. */
    private static Member member(StreamsGroupDescription group, StreamsGroupMemberDescription member) {
        var read = member.assignment().activeTasks().stream()
                .flatMap(task -> group.subtopologies().stream()
                        .filter(part -> part.subtopologyId().equals(task.subtopologyId()))
                        .flatMap(part -> Stream.concat(
                                part.sourceTopics().stream(), part.repartitionSourceTopics().keySet().stream()))
                        .flatMap(topic -> task.partitions().stream().map(number -> new TopicPartition(topic, number))))
                .toList();
        return new Member(member.memberId(), member.instanceId(), member.clientId(), member.clientHost(), parts(read));
    }

    private static List<LogPart> parts(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .map(GroupQuestions::part)
                .sorted(Comparator.comparing(LogPart::topic).thenComparingInt(LogPart::partition))
                .toList();
    }

    private static LogPart part(TopicPartition partition) {
        return new LogPart(partition.topic(), partition.partition());
    }

    private static Map<LogPart, Committed> committed(
            Map<TopicPartition, ? extends @Nullable OffsetAndMetadata> offsets) {
        var committed = new HashMap<LogPart, Committed>();
        offsets.forEach((partition, offset) -> {
            if (offset != null) {
                committed.put(part(partition), new Committed(offset.offset(), OptionalLong.empty()));
            }
        });
        return committed;
    }

    private static Map<LogPart, Committed> shared(
            Map<TopicPartition, ? extends @Nullable SharePartitionOffsetInfo> offsets) {
        var committed = new HashMap<LogPart, Committed>();
        offsets.forEach((partition, info) -> {
            // A share partition nobody has read from yet has no beginning.
            if (info != null && info.startOffset() >= 0) {
                var lag = info.lag().map(OptionalLong::of).orElse(OptionalLong.empty());
                committed.put(part(partition), new Committed(info.startOffset(), lag));
            }
        });
        return committed;
    }
}
