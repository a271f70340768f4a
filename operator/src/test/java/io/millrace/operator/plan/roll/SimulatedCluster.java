package io.millrace.operator.plan.roll;

import io.millrace.operator.intent.RollIntent;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.QuorumFacts;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.SlotFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Brokers, controllers and partitions in ticks of time: what restarts, crashes and slow disks do to them, and nothing else. */
public final class SimulatedCluster {

    private static final int SLOTS = 64;

    /**
     * How large, and how replicated.
     *
     * @param racks how many, or 0 if none are known
     * @param dedicated whether three pods are controllers and nothing else
     */
    public record Shape(
            int brokers, int racks, boolean dedicated, int partitions, int replication, int minInSync, long seed) {}

    /**
     * How long things take.
     *
     * @param catchUp from the ticks a broker was away to the ticks it takes to be in sync again
     */
    public record Times(int end, int start, IntUnaryOperator catchUp) {}

    final Map<Integer, SimulatedNode> nodes = new TreeMap<>();
    final List<SimulatedPartition> partitions = new ArrayList<>();
    final Set<Integer> voters = new HashSet<>();
    private final Shape shape;
    private final Times times;
    /** Settings that no broker starts with. */
    private final Set<Integer> broken = new HashSet<>();

    private Set<String> members;
    private int slotsUnsettled;
    private int silent;
    int controller = -1;
    int wanted;

    /** Makes a cluster that is well. */
    public SimulatedCluster(Shape shape, Times times) {
        this.shape = shape;
        this.times = times;
        for (int id = 0; id < shape.brokers(); id++) {
            nodes.put(id, new SimulatedNode(id, shape.racks() == 0 ? "" : "rack-" + id % shape.racks()));
        }
        for (int id = 0; id < 3 && id < shape.brokers(); id++) {
            var voter = shape.dedicated() ? 1000 + id : id;
            voters.add(voter);
            nodes.computeIfAbsent(voter, none -> new SimulatedNode(voter, ""));
        }
        controller = Collections.min(voters);
        place(new Random(shape.seed()));
        members = joined();
    }

    private void place(Random random) {
        var ids = new ArrayList<>(IntStream.range(0, shape.brokers()).boxed().toList());
        for (int number = 0; number < shape.partitions(); number++) {
            Collections.shuffle(ids, random);
            partitions.add(new SimulatedPartition(number, spread(ids), shape.minInSync()));
        }
    }

    /** One replica in each rack, as far as there are racks. */
    private List<Integer> spread(List<Integer> ids) {
        var chosen = new ArrayList<Integer>();
        var racks = new HashSet<String>();
        for (var id : ids) {
            if (chosen.size() < shape.replication() && racks.add(node(id).rack + (shape.racks() == 0 ? id : ""))) {
                chosen.add(id);
            }
        }
        for (var id : ids) {
            if (chosen.size() < shape.replication() && !chosen.contains(id)) {
                chosen.add(id);
            }
        }
        return chosen;
    }

    SimulatedNode node(int id) {
        return Objects.requireNonNull(nodes.get(id));
    }

    boolean isUp(int id) {
        return node(id).isUp();
    }

    /** The user changes something that all brokers must be restarted for. */
    public void change(boolean forTheWorse) {
        wanted++;
        if (forTheWorse) {
            broken.add(wanted);
        }
    }

    boolean isBroken() {
        return broken.contains(wanted);
    }

    void crash(int id, int ticks) {
        if (isUp(id)) {
            node(id).become(SimulatedNode.State.CRASHED, ticks);
            leave(id);
        }
    }

    void answerNothing(int ticks) {
        silent = ticks;
    }

    /** What deleting a pod does: it ends in order, and comes back as it is wanted. */
    public void delete(int id) {
        node(id).become(SimulatedNode.State.ENDING, times.end());
        leave(id);
    }

    private void leave(int id) {
        partitions.stream().filter(partition -> partition.isOn(id)).forEach(partition -> partition.lose(id));
        node(id).away = 0;
    }

    /** Has partitions led by their first replicas, where those are in sync. */
    public void electPreferred() {
        partitions.forEach(partition -> partition.electPreferred(this::isUp));
    }

    /** A tick of time passes. */
    public void tick() {
        silent = Math.max(0, silent - 1);
        nodes.values().forEach(this::tick);
        elect();
        partitions.forEach(partition -> partition.tick(this::isUp));
        var now = joined();
        slotsUnsettled = now.equals(members) ? Math.max(0, slotsUnsettled - 1) : 2;
        members = now;
    }

    private void tick(SimulatedNode node) {
        node.queuesBehind = Math.max(0, node.queuesBehind - 1);
        if (node.isUp()) {
            node.voterBehind = Math.max(0, node.voterBehind - 1);
            return;
        }
        node.away++;
        if (--node.left > 0) {
            return;
        }
        switch (node.state) {
            case ENDING -> {
                node.revision = wanted;
                node.become(SimulatedNode.State.STARTING, times.start());
            }
            case CRASHED -> node.become(SimulatedNode.State.STARTING, times.start());
            case STARTING -> start(node);
            case UP -> throw new IllegalStateException("it is up already");
        }
    }

    private void start(SimulatedNode node) {
        if (broken.contains(node.revision)) {
            node.become(SimulatedNode.State.CRASHED, 5);
            return;
        }
        node.become(SimulatedNode.State.UP, 0);
        node.voterBehind = voters.contains(node.id) ? 1 : 0;
        var ticks = times.catchUp().applyAsInt(node.away);
        partitions.forEach(partition -> partition.follow(node.id, ticks));
    }

    private void elect() {
        var able = voters.stream().filter(this::isUp).sorted().toList();
        if (able.size() < voters.size() / 2 + 1) {
            controller = -1;
        } else if (controller < 0 || !isUp(controller)) {
            controller = able.stream()
                    .filter(id -> node(id).voterBehind == 0)
                    .findFirst()
                    .orElse(able.getFirst());
            node(controller).voterBehind = 0;
        }
    }

    private Set<String> joined() {
        return nodes.values().stream()
                .filter(node -> node.isBroker() && node.isReady())
                .map(SimulatedNode::name)
                .collect(Collectors.toSet());
    }

    boolean slotsAreOwned() {
        return slotsUnsettled == 0 && !members.isEmpty();
    }

    boolean isMoving() {
        return partitions.stream().anyMatch(partition -> partition.leaving >= 0);
    }

    /** Whether every pod runs what is wanted, and everything is in sync. */
    public boolean isSettled() {
        return nodes.values().stream().allMatch(node -> node.isReady() && node.revision == wanted)
                && partitions.stream().allMatch(partition -> partition.facts().isFull());
    }

    /** The pods as Kubernetes shows them. */
    public List<BrokerPodFacts> pods() {
        return nodes.values().stream().map(node -> node.facts(wanted)).toList();
    }

    /** What the brokers answer. */
    public Optional<ClusterFacts> facts() {
        if (silent > 0 || controller < 0) {
            return Optional.empty();
        }
        var lag = new HashMap<Integer, Long>();
        voters.forEach(id -> lag.put(id, isUp(id) && node(id).voterBehind == 0 ? 0L : 60_000L));
        var racks = new HashMap<Integer, String>();
        nodes.values().stream().filter(node -> !node.rack.isEmpty()).forEach(node -> racks.put(node.id, node.rack));
        return Optional.of(new ClusterFacts(
                "simulated",
                nodes.values().stream()
                        .filter(node -> node.isBroker() && node.isUp())
                        .map(node -> node.id)
                        .collect(Collectors.toSet()),
                new QuorumFacts(controller, lag),
                partitions.stream().map(SimulatedPartition::facts).toList(),
                isMoving(),
                shape.minInSync(),
                racks,
                Optional.of(new SlotFacts(SLOTS, members.isEmpty() ? 0 : SLOTS, members, slotsUnsettled == 0)),
                Map.of()));
    }

    RollSnapshot snapshot(RollIntent intent, boolean rolling) {
        return new RollSnapshot(pods(), nodes.size(), voters, facts(), intent, true, rolling);
    }
}
