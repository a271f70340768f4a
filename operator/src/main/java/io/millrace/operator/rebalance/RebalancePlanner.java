package io.millrace.operator.rebalance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Plans where replicas should lie. Goals, in this order: as many racks as can be, no replica on a cordoned or lost
 * broker, the wanted replication factor, even numbers of replicas, even numbers of preferred leaders, even bytes; and as
 * little as possible is copied. The same placement gives the same plan, and a placement that a plan led to gives none,
 * unless the search was so long that it was ended. docs/adr/0009 tells how.
 */
public final class RebalancePlanner {

    private static final int NAMED = 5;

    /** Looks of all searches together: some ten times what the largest placement of the benchmark takes, and seconds. */
    private static final long LOOKS = 200_000_000;

    private RebalancePlanner() {}

    /** Plans. Takes seconds for a hundred brokers with a hundred thousand replicas. */
    public static RebalanceResult plan(Placement placement, RebalanceScope scope) {
        return plan(placement, scope, LOOKS);
    }

    /** Plans, and makes do with what is found after so many looks: hard goals hold in any case. */
    static RebalanceResult plan(Placement placement, RebalanceScope scope, long looks) {
        var reasons = reasons(placement);
        if (!reasons.isEmpty()) {
            return new RebalanceResult.Impossible(reasons);
        }
        var groups = Group.of(placement);
        var layout = new Layout(placement.brokers(), groups, looks);
        new HardGoals(layout).run();
        if (scope == RebalanceScope.FULL) {
            balance(layout);
        }
        return new RebalanceResult.Planned(new RebalancePlan(moves(groups, layout)));
    }

    /** Until no goal gains any more; what a later goal changed may have opened a way for an earlier one. */
    private static void balance(Layout layout) {
        var band = new ByteBand(layout);
        var counts = new CountBalance(layout, band);
        var leaders = new LeaderBalance(layout);
        var bytes = new ByteBalance(layout, band);
        var changed = true;
        while (changed && !layout.isWorn()) {
            changed = counts.run();
            changed |= leaders.run();
            changed |= bytes.run();
        }
    }

    private static List<Move> moves(List<Group> groups, Layout layout) {
        var moves = new ArrayList<Move>();
        for (int group = 0; group < groups.size(); group++) {
            var to = layout.idsOf(group);
            for (var member : groups.get(group).members()) {
                if (!member.brokers().equals(to)) {
                    moves.add(new Move(member.partition(), member.brokers(), to, Group.copied(member, to)));
                }
            }
        }
        moves.sort(Comparator.comparing(Move::partition, Group.BY_NAME));
        return moves;
    }

    private static List<String> reasons(Placement placement) {
        var live = new HashSet<Integer>();
        placement.brokers().forEach(broker -> live.add(broker.id()));
        var free = placement.brokers().stream()
                .filter(broker -> !broker.cordoned())
                .count();
        var tooMany = new TreeMap<Integer, TreeSet<String>>();
        var lost = new TreeSet<String>();
        for (var partition : placement.partitions()) {
            var topic = partition.partition().topic();
            if (partition.wanted() > free) {
                tooMany.computeIfAbsent(partition.wanted(), wanted -> new TreeSet<>())
                        .add(topic);
            }
            if (partition.brokers().stream().noneMatch(live::contains)) {
                lost.add(topic);
            }
        }
        var reasons = new ArrayList<String>();
        tooMany.forEach((wanted, topics) -> reasons.add(
                "%s: %d replicas are wanted, and %d brokers are left that may hold one; lower the replication factor, or add brokers"
                        .formatted(names(topics), wanted, free)));
        if (!lost.isEmpty()) {
            reasons.add("%s: no broker that lives holds a replica, so there is nothing to copy from"
                    .formatted(names(lost)));
        }
        return reasons;
    }

    private static String names(SortedSet<String> topics) {
        var named = String.join(", ", topics.stream().limit(NAMED).toList());
        return topics.size() <= NAMED ? named : "%s and %d more topics".formatted(named, topics.size() - NAMED);
    }
}
