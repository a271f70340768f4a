package io.millrace.operator.scale;

import io.millrace.api.v1alpha1.RebalanceStatus;
import io.millrace.operator.rebalance.Move;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * A cluster that obeys the steps as Kafka and Kubernetes do, each in its own time, and complains as soon as one of them
 * breaks a promise.
 */
final class SimulatedCluster {

    private static final long SIZE = 1 << 20;

    private final Random random;
    private int size;
    private final Set<Integer> pods = new TreeSet<>();
    private final Set<Integer> registered = new TreeSet<>();
    private final Set<Integer> cordoned = new TreeSet<>();
    private final Map<Integer, String> disks = new HashMap<>();
    private final Map<Integer, String> voters = new TreeMap<>();
    private int leader;
    private final Map<TopicPartition, PartitionState> partitions = new HashMap<>();
    private int minInSync;
    private final Map<String, Integer> ownMinInSync = new HashMap<>();
    private final Set<String> throttled = new TreeSet<>();
    /** Replicas that the object of topic mine asks for. */
    private int asked = 1;
    /** How many racks there are; 0: none are known. */
    private final int racks;

    private Optional<RebalanceStatus> status = Optional.empty();

    /** A cluster that is well, with topics of all sorts. */
    SimulatedCluster(int brokers, Random random) {
        this.random = random;
        this.size = brokers;
        this.racks = random.nextInt(4);
        IntStream.range(0, brokers).forEach(this::comes);
        IntStream.range(0, Math.min(3, brokers)).forEach(node -> voters.put(node, disk(node)));
        var replication = Math.min(3, brokers);
        minInSync = Math.max(1, replication - 1);
        for (int i = 0; i < 6; i++) {
            place("q.orders", i, replication, i);
            place("mine", i, 1, i);
        }
        place("__transaction_state", 0, replication, 1);
        ownMinInSync.put("__transaction_state", minInSync);
    }

    private String disk(int node) {
        return disks.computeIfAbsent(node, key -> "disk-" + key + "-" + random.nextInt());
    }

    private void comes(int node) {
        pods.add(node);
        registered.add(node);
        disk(node);
    }

    private void place(String topic, int partition, int replicas, int from) {
        var brokers =
                IntStream.range(0, replicas).map(i -> (from + i) % size).boxed().toList();
        put(new TopicPartition(topic, partition), brokers, new HashSet<>(brokers), List.of(), List.of());
    }

    private void put(
            TopicPartition partition,
            List<Integer> replicas,
            Set<Integer> inSync,
            List<Integer> adding,
            List<Integer> removing) {
        partitions.put(
                partition,
                new PartitionState(
                        partition,
                        replicas,
                        inSync,
                        adding,
                        removing,
                        replicas.stream()
                                .collect(Collectors.toMap(node -> node, node -> inSync.contains(node) ? SIZE : 0))));
    }

    /** A user asks for other replicas of topic mine. */
    void ask(int replicas) {
        asked = replicas;
    }

    /** What the operator sees and does in one pass; it ends before a write if that is the last it is granted. */
    ScaleDecision pass(ScaleWish wish, int writes) {
        var decision = ScalePlanner.decide(wish, scene());
        var left = writes;
        for (var step : decision.steps()) {
            if (left-- <= 0) {
                return decision;
            }
            take(step);
            checkPromises("after " + step);
        }
        if (decision.size() != size) {
            if (left-- <= 0) {
                return decision;
            }
            resize(decision.size());
            checkPromises("after a resize to " + size);
        }
        if (left > 0) {
            status = decision.rebalance();
        }
        return decision;
    }

    private ScaleScene scene() {
        var observers = pods.stream()
                .filter(node -> !disk(node).equals(voters.get(node)))
                .map(node -> new ControllerState(node, disk(node), random.nextInt(4) == 0 ? 10_000 : 100))
                .toList();
        var voting = voters.entrySet().stream()
                .map(voter -> new ControllerState(voter.getKey(), voter.getValue(), 100))
                .toList();
        var facts = new ScaleFacts(
                leader,
                voting,
                observers,
                pods,
                registered,
                cordoned,
                racks(),
                List.copyOf(partitions.values()),
                minInSync,
                ownMinInSync,
                throttled,
                new TopicWishes(Set.of(), Map.of("mine", new TopicWishes.Wish(asked, Optional.empty()))),
                Optional.of(List.of()));
        return new ScaleScene(size, pods, pods, facts, status);
    }

    private Map<Integer, String> racks() {
        return racks == 0
                ? Map.of()
                : pods.stream().collect(Collectors.toMap(node -> node, node -> "rack-" + node % racks));
    }

    private void take(ScaleStep step) {
        switch (step) {
            case ScaleStep.AddVoter(var node, var directory) -> voters.put(node, directory);
            case ScaleStep.RemoveVoter(var node, var directory) -> {
                voters.remove(node, directory);
                leader = voters.containsKey(leader)
                        ? leader
                        : voters.keySet().iterator().next();
            }
            case ScaleStep.Cordon(var nodes) -> cordoned.addAll(nodes);
            case ScaleStep.Uncordon(var nodes) -> cordoned.removeAll(nodes);
            case ScaleStep.StartMoves(var moves, var nodes, var throttle) -> moves.forEach(this::begin);
            case ScaleStep.CancelMoves(var some) -> some.forEach(this::cancel);
            case ScaleStep.EndThrottle(var topics, var nodes) -> throttled.removeAll(topics);
            case ScaleStep.SetDefaultMinInSync(var value) -> minInSync = value;
            case ScaleStep.SetMinInSync(var topics) -> ownMinInSync.putAll(topics);
            case ScaleStep.VerifyEmpty(var nodes) -> nodes.forEach(this::checkEmpty);
            case ScaleStep.Unregister(var nodes) -> {
                check(nodes.stream().noneMatch(pods::contains), "a broker that runs was unregistered");
                registered.removeAll(nodes);
            }
            case ScaleStep.ElectPreferredLeaders() -> {}
        }
    }

    private void begin(Move move) {
        var now = one(move.partition());
        check(now.replicas().equals(move.from()), "a move from where nothing is: " + move);
        check(!move.to().isEmpty() && pods.containsAll(move.to()), "a move to nowhere: " + move);
        var adding = move.to().stream()
                .filter(node -> !now.replicas().contains(node))
                .toList();
        var removing = now.replicas().stream()
                .filter(node -> !move.to().contains(node))
                .toList();
        var all = new ArrayList<>(move.to());
        all.addAll(removing);
        put(move.partition(), all, now.inSync(), adding, removing);
        if (!adding.isEmpty()) {
            throttled.add(move.partition().topic());
        }
        arriveIfDone(move.partition());
    }

    private void cancel(TopicPartition partition) {
        var now = one(partition);
        var inSync = new HashSet<>(now.inSync());
        inSync.removeAll(now.adding());
        put(partition, now.source(), inSync, List.of(), List.of());
    }

    private PartitionState one(TopicPartition partition) {
        return Optional.ofNullable(partitions.get(partition)).orElseThrow();
    }

    private void resize(int brokers) {
        for (int node = brokers; node < size; node++) {
            checkEmpty(node);
        }
        size = brokers;
    }

    /** Some time passes: pods come and go, data is copied. */
    void tick() {
        for (int node = 0; node < size; node++) {
            if (!pods.contains(node) && random.nextBoolean()) {
                comes(node);
            }
        }
        for (var node : List.copyOf(pods)) {
            if (node >= size && random.nextBoolean()) {
                pods.remove(node);
                disks.remove(node);
            }
        }
        for (var partition : List.copyOf(partitions.keySet())) {
            var now = one(partition);
            if (now.isMoving() && random.nextBoolean()) {
                var inSync = new HashSet<>(now.inSync());
                now.adding().stream().filter(node -> random.nextBoolean()).forEach(inSync::add);
                put(partition, now.replicas(), inSync, now.adding(), now.removing());
                arriveIfDone(partition);
            }
        }
        checkPromises("after some time");
    }

    private void arriveIfDone(TopicPartition partition) {
        var now = one(partition);
        if (now.inSync().containsAll(now.adding())) {
            var inSync = new HashSet<>(now.inSync());
            inSync.retainAll(now.target());
            put(partition, now.target(), inSync, List.of(), List.of());
        }
    }

    private void checkPromises(String when) {
        for (var one : partitions.values()) {
            var inSync = one.inSync().stream().filter(pods::contains).count();
            check(inSync >= 1, "%s nobody holds %s".formatted(when, one));
            if (ScaleTopics.isOurs(one.topic())) {
                var promised = ownMinInSync.getOrDefault(one.topic(), minInSync);
                check(inSync >= promised, "%s less than %d in sync: %s".formatted(when, promised, one));
            }
        }
        var voting = voters.keySet().stream().filter(pods::contains).count();
        check(voting >= voters.size() / 2 + 1, "%s no majority of %s among %s".formatted(when, voters, pods));
    }

    private void checkEmpty(int node) {
        check(
                partitions.values().stream().noneMatch(one -> one.replicas().contains(node)),
                "broker %d was to be removed and holds something".formatted(node));
        check(!voters.containsKey(node), "broker %d was to be removed and votes".formatted(node));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Whether all is as a wish says, and nothing is left over. */
    boolean is(ScaleWish wish) {
        return size == wish.brokers()
                && pods.equals(IntStream.range(0, size).boxed().collect(Collectors.toSet()))
                && registered.equals(pods)
                && voters.keySet().equals(wish.controllers())
                && minInSync == wish.minInSync()
                && ownMinInSync.values().stream().allMatch(value -> value == wish.minInSync())
                && throttled.isEmpty()
                && cordoned.equals(wish.cordoned())
                && partitions.values().stream().allMatch(one -> isRight(one, wish));
    }

    private boolean isRight(PartitionState one, ScaleWish wish) {
        return !one.isMoving()
                && !new RackSpread(racks(), pods, wish.cordoned()).isShort(one.replicas())
                && one.replicas().stream().noneMatch(wish.cordoned()::contains)
                && one.replicas().size() == (ScaleTopics.isOurs(one.topic()) ? wish.replication() : asked);
    }

    @Override
    public String toString() {
        return "%d brokers, pods %s, registered %s, voters %s, cordoned %s, promised %d, throttled %s, %s, %s"
                .formatted(size, pods, registered, voters, cordoned, minInSync, throttled, status, partitions.values());
    }
}
