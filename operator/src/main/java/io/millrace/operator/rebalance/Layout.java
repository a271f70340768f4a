package io.millrace.operator.rebalance;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A placement that is being changed. Brokers and groups are numbers here: brokers by their ids, without those that may
 * hold nothing; groups by their size, smallest first. One thread.
 */
final class Layout {

    /** Stands in a replica list for a broker that may hold nothing. */
    static final int NOWHERE = -1;

    final int brokers;
    final int groups;
    final int racks;
    final int[] ids;
    final int[] rack;
    final int[] brokersOfRack;

    /** Of each group. */
    final long[] size;

    final int[] weight;
    final int[] wanted;

    /** Of each broker: partitions it holds, partitions it leads, bytes it holds. */
    final int[] count;

    final int[] leaders;
    final long[] bytes;

    /** Of each broker: groups it holds, groups it leads, groups it holds and did not at first. */
    final BitSet[] on;

    final BitSet[] led;
    final BitSet[] arrived;

    /** Of each broker: how often a group that it holds was changed. */
    final int[] changes;

    private final int[][] at;
    private final int[][] home;

    /** How often a search may still look at something. */
    private long looks;

    /**
     * Lays out.
     *
     * @param looks how often searches may look at a group or a pair of brokers, all together, until they have to make do
     *     with what they have found
     */
    Layout(List<Broker> all, List<Group> groups, long looks) {
        this.looks = looks;
        var free = all.stream()
                .filter(broker -> !broker.cordoned())
                .sorted(Comparator.comparingInt(Broker::id))
                .toList();
        this.brokers = free.size();
        this.groups = groups.size();
        this.ids = free.stream().mapToInt(Broker::id).toArray();
        Map<String, Integer> names = new HashMap<>();
        this.rack = free.stream()
                .mapToInt(broker -> names.computeIfAbsent(name(broker), name -> names.size()))
                .toArray();
        this.racks = names.size();
        this.brokersOfRack = new int[racks];
        Arrays.stream(rack).forEach(one -> brokersOfRack[one]++);
        this.size = groups.stream().mapToLong(Group::bytes).toArray();
        this.weight = groups.stream().mapToInt(group -> group.members().size()).toArray();
        this.wanted = groups.stream().mapToInt(Group::wanted).toArray();
        this.count = new int[brokers];
        this.leaders = new int[brokers];
        this.bytes = new long[brokers];
        this.changes = new int[brokers];
        this.on = empty();
        this.led = empty();
        this.arrived = empty();
        this.home = groups.stream().map(this::numbers).toArray(int[][]::new);
        this.at = new int[groups.size()][];
        for (int group = 0; group < at.length; group++) {
            at[group] = home[group].clone();
            add(group);
        }
    }

    private static String name(Broker broker) {
        return broker.rack() == null ? "" : broker.rack();
    }

    private BitSet[] empty() {
        var sets = new BitSet[brokers];
        Arrays.setAll(sets, broker -> new BitSet(groups));
        return sets;
    }

    private int[] numbers(Group group) {
        return group.home().stream()
                .mapToInt(id -> Math.max(NOWHERE, Arrays.binarySearch(ids, id)))
                .toArray();
    }

    /** Returns the brokers of a group, its leader first. Not to be changed. */
    int[] at(int group) {
        return at[group];
    }

    /** Returns the ids of the brokers of a group, its leader first. */
    List<Integer> idsOf(int group) {
        return Arrays.stream(at[group]).mapToObj(broker -> ids[broker]).toList();
    }

    /** Counts that a search has looked at something. */
    void look(int times) {
        looks -= times;
    }

    /** Whether searches have looked as often as they may. */
    boolean isWorn() {
        return looks <= 0;
    }

    /** Returns on how many racks a group has to be. */
    int racksOf(int group) {
        return Math.min(wanted[group], racks);
    }

    /** Gives a group a new replica list. */
    void place(int group, int[] list) {
        remove(group);
        at[group] = list;
        add(group);
    }

    /** Moves one replica of a group. */
    void move(int group, int from, int to) {
        var list = at[group].clone();
        for (int i = 0; i < list.length; i++) {
            if (list[i] == from) {
                list[i] = to;
            }
        }
        place(group, list);
    }

    /** Makes a broker that holds a group its leader. */
    void lead(int group, int broker) {
        var list = at[group].clone();
        for (int i = 0; i < list.length; i++) {
            if (list[i] == broker) {
                list[i] = list[0];
            }
        }
        list[0] = broker;
        place(group, list);
    }

    private void add(int group) {
        var list = at[group];
        for (int i = 0; i < list.length; i++) {
            var broker = list[i];
            if (broker != NOWHERE) {
                changes[broker]++;
                count[broker] += weight[group];
                bytes[broker] += size[group];
                on[broker].set(group);
                arrived[broker].set(group, !isHome(group, broker));
            }
        }
        if (list.length > 0 && list[0] != NOWHERE) {
            leaders[list[0]] += weight[group];
            led[list[0]].set(group);
        }
    }

    private void remove(int group) {
        var list = at[group];
        for (var broker : list) {
            if (broker != NOWHERE) {
                changes[broker]++;
                count[broker] -= weight[group];
                bytes[broker] -= size[group];
                on[broker].clear(group);
                arrived[broker].clear(group);
            }
        }
        if (list.length > 0 && list[0] != NOWHERE) {
            leaders[list[0]] -= weight[group];
            led[list[0]].clear(group);
        }
    }

    boolean isHome(int group, int broker) {
        return contains(home[group], broker);
    }

    /** Whether a group has the list that it had at first. */
    boolean isUnchanged(int group) {
        return Arrays.equals(at[group], home[group]);
    }

    /** Whether a replica of a group may move: the other broker has none, and as many racks are covered as before. */
    boolean canMove(int group, int from, int to) {
        looks--;
        if (on[to].get(group)) {
            return false;
        }
        return rack[from] == rack[to] || !covers(group, rack[to], from) || covers(group, rack[from], from);
    }

    /** Whether a group is on a rack, also without one of its brokers. */
    private boolean covers(int group, int wantedRack, int without) {
        for (var broker : at[group]) {
            if (broker != without && rack[broker] == wantedRack) {
                return true;
            }
        }
        return false;
    }

    /** What a move of one replica adds to what has to be copied, in bytes; negative if it takes away. */
    long copied(int group, int from, int to) {
        var arrives = isHome(group, to) ? 0 : size[group];
        return isHome(group, from) ? arrives : arrives - size[group];
    }

    /** Returns the number of the first group that is at least so large. */
    int firstOfSize(long bytes) {
        int low = 0;
        int high = groups;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (size[middle] < bytes) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns the group of a set whose size is nearest, among those that will do; -1 if none does. */
    int nearest(BitSet set, long bytes, IntPredicate willDo) {
        var place = firstOfSize(bytes);
        var up = set.nextSetBit(place);
        var down = place == 0 ? -1 : set.previousSetBit(place - 1);
        while (up >= 0 || down >= 0) {
            looks--;
            var isUp = down < 0 || (up >= 0 && size[up] - bytes <= bytes - size[down]);
            var group = isUp ? up : down;
            if (willDo.test(group)) {
                return group;
            }
            if (isUp) {
                up = set.nextSetBit(up + 1);
            } else {
                down = down == 0 ? -1 : set.previousSetBit(down - 1);
            }
        }
        return -1;
    }

    static boolean contains(int[] list, int broker) {
        for (var one : list) {
            if (one == broker) {
                return true;
            }
        }
        return false;
    }
}
