package io.millrace.broker.log.kafka;

import static java.util.stream.Collectors.toMap;

import io.millrace.broker.log.GroupState;
import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Groups of all types, by Kafka's Admin protocol: few requests, however many groups. */
final class GroupReader {
    private static final Comparator<LogPart> BY_PLACE =
            Comparator.comparing(LogPart::topic).thenComparingInt(LogPart::partition);

    private final Admin admin;

    GroupReader(Admin admin) {
        this.admin = admin;
    }

    CompletionStage<LogView.GroupNames> names() {
        var listed = admin.listGroups();
        return listed.valid()
                .toCompletionStage()
                .thenCombine(
                        listed.errors().toCompletionStage(),
                        (groups, errors) -> new LogView.GroupNames(
                                groups.stream().map(GroupReader::name).toList(),
                                errors.stream().findFirst().map(KafkaLogView::reason)));
    }

    private static LogView.GroupName name(GroupListing group) {
        return new LogView.GroupName(
                group.groupId(),
                text(group.type().orElse(GroupType.UNKNOWN)),
                group.protocol(),
                group.groupState().map(Object::toString).orElse(""));
    }

    private static String text(GroupType type) {
        return type.toString().toLowerCase(Locale.ROOT);
    }

    /** Where a partition ends; empty if it is gone. */
    private record End(OptionalLong offset, Optional<String> reason) {}

    CompletionStage<Map<String, GroupState>> look(Collection<LogView.GroupName> groups) {
        var answers = new GroupQuestions(admin).ask(groups);
        var there = answers.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, answer -> answer.getValue().toCompletableFuture()));
        return CompletableFuture.allOf(there.values().toArray(CompletableFuture[]::new))
                .handle((all, failure) -> failure)
                .thenCompose(ended -> seen(there));
    }

    private CompletionStage<Map<String, GroupState>> seen(Map<String, CompletableFuture<GroupQuestions.Answer>> there) {
        var answers = new HashMap<String, GroupQuestions.Answer>();
        var states = new HashMap<String, GroupState>();
        there.forEach((name, answer) -> {
            if (answer.isCompletedExceptionally()) {
                states.put(name, without(KafkaTopics.unwrap(answer.exceptionNow())));
            } else {
                answers.put(name, answer.join());
            }
        });
        return ends(answers.values().stream()
                        .flatMap(answer -> places(answer).stream())
                        .collect(Collectors.toSet()))
                .thenApply(ends -> {
                    answers.forEach((name, answer) -> states.put(name, seen(answer, ends)));
                    return states;
                });
    }

    private static GroupState without(Throwable failure) {
        return failure instanceof GroupIdNotFoundException
                ? new GroupState.Gone()
                : new GroupState.Silent(KafkaLogView.reason(failure));
    }

    /** All that it has read, and all that its members are to read. */
    private static Set<LogPart> places(GroupQuestions.Answer answer) {
        var places = new TreeSet<>(BY_PLACE);
        places.addAll(answer.committed().keySet());
        answer.members().forEach(member -> places.addAll(member.assigned()));
        return places;
    }

    private static GroupState seen(GroupQuestions.Answer answer, Map<LogPart, End> ends) {
        var positions = new ArrayList<GroupState.Position>();
        for (var place : places(answer)) {
            var end = ends.get(place);
            if (end != null) { // else the topic is gone
                positions.add(
                        position(place, Optional.ofNullable(answer.committed().get(place)), end));
            }
        }
        return new GroupState.Seen(
                answer.state(),
                answer.coordinator() < 0 ? OptionalInt.empty() : OptionalInt.of(answer.coordinator()),
                answer.members(),
                positions);
    }

    private static GroupState.Position position(LogPart part, Optional<GroupQuestions.Committed> committed, End end) {
        if (committed.isEmpty()) {
            return new GroupState.Position(
                    part,
                    OptionalLong.empty(),
                    end.offset(),
                    OptionalLong.empty(),
                    Optional.of("the group has committed nothing yet"));
        }
        long next = committed.get().next();
        var lag = end.offset().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        committed.get().lag().orElse(Math.max(0, end.offset().getAsLong() - next)));
        return new GroupState.Position(part, OptionalLong.of(next), end.offset(), lag, end.reason());
    }

    private CompletionStage<Map<LogPart, End>> ends(Set<LogPart> parts) {
        var asked = parts.stream()
                .collect(
                        toMap(part -> new TopicPartition(part.topic(), part.partition()), part -> OffsetSpec.latest()));
        var offsets = admin.listOffsets(asked);
        var waits = asked.keySet().stream().collect(toMap(Function.identity(), one -> offsets.partitionResult(one)
                .toCompletionStage()
                .handle((info, failure) -> failure == null
                        ? Optional.of(new End(OptionalLong.of(info.offset()), Optional.empty()))
                        : silent(KafkaTopics.unwrap(failure)))
                .toCompletableFuture()));
        return CompletableFuture.allOf(waits.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> waits.entrySet().stream()
                        .flatMap(wait -> wait.getValue().join().stream()
                                .map(end -> Map.entry(
                                        new LogPart(
                                                wait.getKey().topic(),
                                                wait.getKey().partition()),
                                        end)))
                        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static Optional<End> silent(Throwable failure) {
        return failure instanceof UnknownTopicOrPartitionException
                ? Optional.empty()
                : Optional.of(new End(OptionalLong.empty(), Optional.of(KafkaLogView.reason(failure))));
    }
}
