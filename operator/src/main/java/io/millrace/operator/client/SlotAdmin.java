package io.millrace.operator.client;

import io.millrace.operator.plan.PartitionFacts;
import io.millrace.operator.plan.SlotFacts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The slots of the queue layer: partitions of a topic, shared out by a consumer group whose members are named as their pods. */
final class SlotAdmin {

    private static final String SLOTS = "amqp.slots";
    private static final String OWNERS = "amqp.owners";

    private final Admin admin;

    SlotAdmin(Admin admin) {
        this.admin = admin;
    }

    /** Reads who owns slots; empty if the queue layer has never run here. */
    Optional<SlotFacts> slots(List<PartitionFacts> partitions) {
        var total = (int) partitions.stream()
                .filter(partition -> partition.topic().equals(SLOTS))
                .count();
        if (total == 0) {
            return Optional.empty();
        }
        var group =
                admin.describeConsumerGroups(List.of(OWNERS)).describedGroups().get(OWNERS);
        return group == null
                ? Optional.empty()
                : Answers.<ConsumerGroupDescription>awaitUnless(
                                GroupIdNotFoundException.class, group, "describing group " + OWNERS)
                        .map(found -> facts(total, found));
    }

    private static SlotFacts facts(int total, ConsumerGroupDescription group) {
        var owned = group.members().stream()
                .flatMap(member -> member.assignment().topicPartitions().stream())
                .filter(partition -> partition.topic().equals(SLOTS))
                .distinct()
                .count();
        var members = group.members().stream()
                .map(MemberDescription::groupInstanceId)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        return new SlotFacts(total, (int) owned, members, group.groupState() == GroupState.STABLE);
    }
}
