package io.millrace.operator.plan;

import java.util.Set;

/**
 * The slots of the queue layer, as the group of their owners tells it.
 *
 * @param total how many there are
 * @param owned how many are assigned to a pod
 * @param members pods that are members of the group
 * @param settled whether none is on its way from one pod to another
 */
public record SlotFacts(int total, int owned, Set<String> members, boolean settled) {
    public SlotFacts {
        members = Set.copyOf(members);
    }
}
