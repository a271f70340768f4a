package io.millrace.operator.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Consumer groups, by Kafka's Admin protocol: few requests, however many groups. All calls block. */
public final class GroupAdmin {

    private final Admin admin;

    GroupAdmin(Admin admin) {
        this.admin = admin;
    }

    /**
     * A live group.
     *
     * @param state Kafka's word
     * @param protocol classic or consumer
     * @param coordinator node id, or -1
     * @param members live members
     */
    public record Group(String state, String protocol, int coordinator, int members) {}

    /** Returns the ids of all classic and consumer groups. */
    public List<String> ids() {
        return Answers.await(
                        admin.listGroups(ListGroupsOptions.forConsumerGroups()).all(), "listing groups")
                .stream()
                .map(GroupListing::groupId)
                .toList();
    }

    /** Describes the groups that exist. */
    public Map<String, Group> describe(Collection<String> ids) {
        var groups = new HashMap<String, Group>();
        admin.describeConsumerGroups(ids).describedGroups().forEach((id, future) -> Answers.awaitUnless(
                        GroupIdNotFoundException.class, future, "describing group " + id)
                .ifPresent(group -> groups.put(
                        id,
                        new Group(
                                group.groupState().toString(),
                                group.type() == GroupType.CONSUMER ? "consumer" : "classic",
                                group.coordinator() == null
                                        ? -1
                                        : group.coordinator().id(),
                                group.members().size()))));
        return groups;
    }

    /** Returns what each group has committed: the next record to read, per partition. */
    public Map<String, Map<TopicPartition, Long>> committed(Collection<String> ids) {
        var wanted = new HashMap<String, ListConsumerGroupOffsetsSpec>();
        ids.forEach(id -> wanted.put(id, new ListConsumerGroupOffsetsSpec()));
        var result = admin.listConsumerGroupOffsets(wanted);
        var offsets = new HashMap<String, Map<TopicPartition, Long>>();
        for (var id : wanted.keySet()) {
            var future = result.partitionsToOffsetAndMetadata(id);
            Answers.awaitUnless(GroupIdNotFoundException.class, future, "reading offsets of group " + id)
                    .ifPresent(committed -> {
                        var positions = new HashMap<TopicPartition, Long>();
                        committed.forEach((partition, offset) -> {
                            if (offset != null) {
                                positions.put(partition, offset.offset());
                            }
                        });
                        offsets.put(id, positions);
                    });
        }
        return offsets;
    }

    /** Returns where the logs end. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        var latest = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        var result = admin.listOffsets(latest);
        var ends = new HashMap<TopicPartition, Long>();
        for (var partition : new ArrayList<>(latest.keySet())) {
            Answers.awaitUnless(
                            UnknownTopicOrPartitionException.class,
                            result.partitionResult(partition),
                            "reading the end of " + partition)
                    .ifPresent(info -> ends.put(partition, info.offset()));
        }
        return ends;
    }
}
