package io.millrace.broker.placement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Pods that are up, who owns what, and where slots lie.
 *
 * @param nodes those whose pods are up
 */
record PodsAndReplicas(List<Integer> nodes, Map<Integer, String> owners, Placement placement) {
    static final int SLOTS = 64;

    static String pod(int node) {
        return "orders-broker-" + node;
    }

    /** Nothing is owned yet; each pod is the first of as many slots as any other. */
    static PodsAndReplicas evenlyLed(int pods, int replicas) {
        var lists = new HashMap<Integer, List<Integer>>();
        for (int slot = 0; slot < SLOTS; slot++) {
            int first = slot;
            lists.put(
                    slot,
                    IntStream.range(0, replicas)
                            .mapToObj(replica -> (first + replica * (1 + first / pods % (pods - 1))) % pods)
                            .distinct()
                            .toList());
        }
        return new PodsAndReplicas(IntStream.range(0, pods).boxed().toList(), Map.of(), new Placement(lists));
    }

    /** 3 to 12 pods, some of them down, 1 to 3 replicas anywhere; slots owned by anybody or nobody. */
    static PodsAndReplicas any(Random random) {
        int pods = 3 + random.nextInt(10);
        var all = new ArrayList<>(IntStream.range(0, pods).boxed().toList());
        var owners = new HashMap<Integer, String>();
        for (int slot = 0; slot < SLOTS; slot++) {
            if (random.nextInt(8) > 0) {
                owners.put(slot, pod(random.nextInt(pods)));
            }
        }
        var placement = anywhere(random, all, 1 + random.nextInt(3));
        Collections.shuffle(all, random);
        return new PodsAndReplicas(List.copyOf(all.subList(0, 1 + random.nextInt(pods))), owners, placement);
    }

    private static Placement anywhere(Random random, List<Integer> nodes, int replicas) {
        var lists = new HashMap<Integer, List<Integer>>();
        for (int slot = 0; slot < SLOTS; slot++) {
            var shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, random);
            lists.put(slot, List.copyOf(shuffled.subList(0, replicas)));
        }
        return new Placement(lists);
    }

    List<Member> members() {
        return nodes.stream().map(node -> Member.inPod(pod(node), pod(node))).toList();
    }

    /** What is decided becomes so. */
    PodsAndReplicas shared() {
        return new PodsAndReplicas(nodes, SlotSharing.share(SLOTS, members(), owners, placement), placement);
    }

    PodsAndReplicas without(int node) {
        return new PodsAndReplicas(nodes.stream().filter(other -> other != node).toList(), owners, placement);
    }

    PodsAndReplicas with(int node) {
        var more = new ArrayList<>(nodes);
        more.add(node);
        return new PodsAndReplicas(List.copyOf(more), owners, placement);
    }

    PodsAndReplicas placed(int slot, Integer... replicas) {
        var lists = new HashMap<>(placement.replicas());
        lists.put(slot, List.of(replicas));
        return new PodsAndReplicas(nodes, owners, new Placement(lists));
    }

    int owner(int slot) {
        return nodes.stream()
                .filter(node -> pod(node).equals(owners.get(slot)))
                .findFirst()
                .orElse(-1);
    }

    long owned(int node) {
        return owners.values().stream().filter(pod(node)::equals).count();
    }

    /** The live nodes that hold a slot. */
    List<Integer> holders(int slot) {
        return placement.of(slot).stream().filter(nodes::contains).toList();
    }

    /** Whether a node may own a slot. */
    boolean mayOwn(int node, int slot) {
        return holders(slot).isEmpty() || holders(slot).contains(node);
    }

    boolean isAtItsLeader(int slot) {
        return !holders(slot).isEmpty() && holders(slot).getFirst() == owner(slot);
    }

    /** Slots whose owner is another than in {@code before}. */
    List<Integer> movedSince(PodsAndReplicas before) {
        return IntStream.range(0, SLOTS)
                .filter(slot -> !String.valueOf(owners.get(slot)).equals(before.owners.get(slot)))
                .boxed()
                .toList();
    }
}
