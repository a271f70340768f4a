package io.millrace.broker.placement;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shares slots out among pods. In order: a slot goes to a pod that holds a replica of it, when one lives; pods have as even numbers of slots as that allows; a
 * slot goes to the first live pod of its replica list, which leads it, and stays at the pod it has. Of these two the leader counts just below one and a half times as
 * much: one move that brings a slot to its leader is made, two moves for one slot are not.
 *
 * <p>All of that is one sum, and the least sum is found exactly: slots are taken in one after the other, each the cheapest way, on which it may push others from
 * pod to pod (a flow of minimum cost, by successive shortest paths). Shared out anew, what came of it stays: a better way would have been the better one before.
 */
public final class SlotSharing {
    private static final int NOBODY = -1;

    private final List<Member> members;
    private final long moved;
    private final long notAtItsLeader;
    private final long unevenness;
    private final long withoutReplica;
    private final long[][] costs;
    private final int[] owners;
    private final int[] counts;

    private SlotSharing(int slots, List<Member> members, Map<Integer, String> now, Placement placement) {
        this.members = members;
        // No number of moves costs as much as some number of leaders: else two ways could be as good, and slots go to
        // and fro.
        moved = 2L * slots;
        notAtItsLeader = 3L * slots - 1;
        // One step of evenness outweighs all that slots can cost below it together, and one replica all steps.
        unevenness = slots * (moved + notAtItsLeader) + 1;
        withoutReplica = unevenness * ((long) slots * slots + 1);
        costs = new long[slots][];
        for (int slot = 0; slot < slots; slot++) {
            costs[slot] = costs(placement.of(slot), now.get(slot));
        }
        owners = new int[slots];
        counts = new int[members.size()];
    }

    /**
     * Decides who is to own what. The same facts give the same answer, in whatever order they come.
     *
     * @param slots how many there are, numbered from 0
     * @param members who may own them
     * @param now ids of their owners; one who is not a member any more does not count
     * @return the id of each slot's owner; empty if there are no members
     */
    public static Map<Integer, String> share(
            int slots, Collection<Member> members, Map<Integer, String> now, Placement placement) {
        if (members.isEmpty()) {
            return Map.of();
        }
        var ordered = members.stream()
                .sorted(Comparator.comparingInt((Member member) -> member.node().orElse(Integer.MAX_VALUE))
                        .thenComparing(Member::id))
                .toList();
        return new SlotSharing(slots, ordered, now, placement).share();
    }

    /** What each member costs as the owner of a slot, but for evenness. */
    private long[] costs(List<Integer> replicas, @Nullable String ownerNow) {
        int leader = leader(replicas);
        int owner = indexOf(ownerNow);
        var ofSlot = new long[members.size()];
        for (int member = 0; member < ofSlot.length; member++) {
            ofSlot[member] = (leader == NOBODY || holds(member, replicas) ? 0 : withoutReplica)
                    + (leader == NOBODY || leader == member ? 0 : notAtItsLeader)
                    + (owner == NOBODY || owner == member ? 0 : moved);
        }
        return ofSlot;
    }

    private int leader(List<Integer> replicas) {
        for (int node : replicas) {
            for (int member = 0; member < members.size(); member++) {
                if (isAt(member, node)) {
                    return member;
                }
            }
        }
        return NOBODY;
    }

    private boolean holds(int member, List<Integer> replicas) {
        return replicas.stream().anyMatch(node -> isAt(member, node));
    }

    private boolean isAt(int member, int node) {
        return members.get(member).node().orElse(NOBODY) == node;
    }

    private int indexOf(@Nullable String id) {
        for (int member = 0; member < members.size(); member++) {
            if (members.get(member).id().equals(id)) {
                return member;
            }
        }
        return NOBODY;
    }

    private Map<Integer, String> share() {
        var shared = new HashMap<Integer, String>();
        for (int slot = 0; slot < owners.length; slot++) {
            takeIn(slot);
        }
        for (int slot = 0; slot < owners.length; slot++) {
            shared.put(slot, members.get(owners[slot]).id());
        }
        return shared;
    }

    /** Gives one more slot an owner; all before it have one. */
    private void takeIn(int slot) {
        long[] ways = costs[slot].clone(); // to each member: the cheapest way to end with one slot more there
        int[] pushed = new int[ways.length]; // the last slot on that way, which comes to the member
        Arrays.fill(pushed, slot);
        boolean shortened;
        do {
            shortened = shorten(ways, pushed, slot);
        } while (shortened);
        int member = cheapest(ways);
        counts[member]++;
        while (pushed[member] != slot) {
            int moving = pushed[member];
            int from = owners[moving];
            owners[moving] = member;
            member = from;
        }
        owners[slot] = member;
    }

    private int cheapest(long[] ways) {
        int best = 0;
        for (int member = 1; member < ways.length; member++) {
            if (ways[member] + oneMore(member) < ways[best] + oneMore(best)) {
                best = member;
            }
        }
        return best;
    }

    private boolean shorten(long[] ways, int[] pushed, int slot) {
        boolean shortened = false;
        for (int moving = 0; moving < slot; moving++) {
            int from = owners[moving];
            for (int to = 0; to < ways.length; to++) {
                long way = ways[from] - costs[moving][from] + costs[moving][to];
                if (way < ways[to]) {
                    ways[to] = way;
                    pushed[to] = moving;
                    shortened = true;
                }
            }
        }
        return shortened;
    }

    /** What one more slot adds to the sum of squares of the numbers of slots. */
    private long oneMore(int member) {
        return unevenness * (2L * counts[member] + 1);
    }
}
