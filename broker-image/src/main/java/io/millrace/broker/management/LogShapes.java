package io.millrace.broker.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.log.GroupState;
import io.millrace.broker.log.LogPart;
import io.millrace.broker.log.LogView.Ends;
import io.millrace.broker.log.LogView.GroupName;
import io.millrace.broker.log.LogView.Settings;
import io.millrace.broker.log.TopicState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The JSON of topics and groups of the log. What is not known is null. */
final class LogShapes {
    private LogShapes() {}

    /** What a topic's name tells. */
    static ObjectNode named(String topic) {
        return Shapes.object()
                .put("name", topic)
                .put("type", TopicType.of(topic).text());
    }

    /**
     * A topic.
     *
     * @param settings absent if it has just been deleted
     */
    static ObjectNode topic(TopicState topic, @Nullable Settings settings, Map<LogPart, Long> sizes) {
        var all = settings == null ? Map.<String, String>of() : settings.all();
        var minIsr = number(all.get("min.insync.replicas"));
        var partitions = topic.partitions();
        var shape = named(topic.name())
                .put("partitions", partitions.size())
                .put(
                        "replicas",
                        partitions.stream()
                                .mapToInt(partition -> partition.replicas().size())
                                .max()
                                .orElse(0))
                .put(
                        "under_replicated",
                        partitions.stream()
                                .filter(TopicState.Partition::isUnderReplicated)
                                .count());
        put(
                shape,
                "under_min_isr",
                minIsr.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(partitions.stream()
                                .filter(partition -> partition.isr().size() < minIsr.getAsLong())
                                .count()));
        shape.put(
                "offline",
                partitions.stream().filter(TopicState.Partition::isOffline).count());
        put(shape, "size_bytes", size(topic, sizes));
        put(shape, "min_insync_replicas", minIsr);
        shape.put("cleanup_policy", all.get("cleanup.policy"));
        put(shape, "retention_ms", number(all.get("retention.ms")));
        put(shape, "retention_bytes", number(all.get("retention.bytes")));
        var own = shape.putObject("settings");
        new TreeMap<>(settings == null ? Map.of() : settings.own()).forEach(own::put);
        return shape;
    }

    private static OptionalLong size(TopicState topic, Map<LogPart, Long> sizes) {
        long sum = 0;
        for (var partition : topic.partitions()) {
            var size = sizes.get(new LogPart(topic.name(), partition.partition()));
            if (size == null) {
                return OptionalLong.empty();
            }
            sum += size;
        }
        return OptionalLong.of(sum);
    }

    private static OptionalLong number(@Nullable String text) {
        return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    static ObjectNode partition(
            TopicState topic, TopicState.Partition partition, Map<Integer, Ends> ends, Map<LogPart, Long> sizes) {
        var end = Optional.ofNullable(ends.get(partition.partition()));
        var shape = Shapes.object().put("topic", topic.name()).put("partition", partition.partition());
        put(shape, "leader", partition.leader());
        numbers(shape, "replicas", partition.replicas());
        numbers(shape, "isr", partition.isr());
        put(shape, "begin_offset", end.map(Ends::begin).orElse(OptionalLong.empty()));
        put(shape, "end_offset", end.map(Ends::end).orElse(OptionalLong.empty()));
        shape.put("size_bytes", sizes.get(new LogPart(topic.name(), partition.partition())));
        end.flatMap(Ends::reason).ifPresent(reason -> shape.put("reason", reason));
        return shape;
    }

    /** What is listed of a group. */
    static ObjectNode group(GroupName group) {
        return Shapes.object()
                .put("name", group.name())
                .put("type", group.type())
                .put("protocol", group.protocol())
                .put("state", group.state());
    }

    static ObjectNode group(GroupName group, GroupState state) {
        var shape = group(group);
        switch (state) {
            case GroupState.Gone() -> {
                // it was there a moment ago; those who ask leave it out
            }
            case GroupState.Silent(var reason) ->
                shape.putNull("coordinator").putNull("members").putNull("lag").put("reason", reason);
            case GroupState.Seen seen -> {
                shape.put("state", seen.state());
                put(shape, "coordinator", seen.coordinator());
                shape.put("members", seen.members().size());
                put(shape, "lag", seen.lag());
                seen.reason().ifPresent(reason -> shape.put("reason", reason));
            }
        }
        return shape;
    }

    /** Adds who is in the group, and how far it is. */
    static ObjectNode details(ObjectNode shape, GroupState state) {
        if (state instanceof GroupState.Seen seen) {
            shape.set("member_details", Shapes.array(seen.members().stream().map(LogShapes::member)));
            shape.set(
                    "partition_details",
                    Shapes.array(seen.positions().stream().map(position -> position(position, seen.members()))));
        } else {
            shape.putNull("member_details").putNull("partition_details");
        }
        return shape;
    }

    private static ObjectNode member(GroupState.Member member) {
        var shape = Shapes.object()
                .put("id", member.id())
                .put("instance", member.instance().orElse(null))
                .put("client_id", member.client())
                .put("host", member.host());
        var byTopic = new TreeMap<String, List<Integer>>();
        member.assigned().forEach(part -> byTopic.computeIfAbsent(part.topic(), _ -> new ArrayList<>())
                .add(part.partition()));
        var assigned = shape.putObject("assigned");
        byTopic.forEach((topic, partitions) -> numbers(assigned, topic, partitions));
        return shape;
    }

    private static ObjectNode position(GroupState.Position position, List<GroupState.Member> members) {
        var shape = Shapes.object()
                .put("topic", position.part().topic())
                .put("partition", position.part().partition());
        put(shape, "committed", position.committed());
        put(shape, "end_offset", position.end());
        put(shape, "lag", position.lag());
        position.reason().ifPresent(reason -> shape.put("reason", reason));
        var readers = shape.putArray("members");
        members.stream()
                .filter(member -> member.assigned().contains(position.part()))
                .forEach(member -> readers.add(member.id()));
        return shape;
    }

    private static void numbers(ObjectNode shape, String key, List<Integer> numbers) {
        var array = shape.putArray(key);
        numbers.forEach(array::add);
    }

    private static void put(ObjectNode shape, String key, OptionalLong value) {
        if (value.isPresent()) {
            shape.put(key, value.getAsLong());
        } else {
            shape.putNull(key);
        }
    }

    private static void put(ObjectNode shape, String key, OptionalInt value) {
        put(shape, key, value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty());
    }
}
