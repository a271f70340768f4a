package io.millrace.operator.scale;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.api.v1alpha1.RebalanceState;
import io.millrace.api.v1alpha1.RebalanceStatus;
import io.millrace.operator.intent.RebalanceIntent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/** Moments in the life of a cluster: one that is well, and what a test changes of it. */
final class Scenes {

    private static final long MIB = 1 << 20;

    private final int size;
    private int wanted;
    private RebalanceMode mode = RebalanceMode.Auto;
    private String approve = "";
    private Set<Integer> cordoned = Set.of();
    private Optional<Set<Integer>> dedicated = Optional.empty();
    private int leader;
    private final List<ControllerState> voters = new ArrayList<>();
    private final List<ControllerState> observers = new ArrayList<>();
    private final Set<Integer> live = new TreeSet<>();
    private final Set<Integer> registered = new TreeSet<>();
    private final Set<Integer> pods = new TreeSet<>();
    private final Set<Integer> unsteady = new TreeSet<>();
    private final Set<Integer> inKafkaCordoned = new TreeSet<>();
    private final Map<Integer, String> racks = new HashMap<>();
    private final List<PartitionState> partitions = new ArrayList<>();
    private int minInSync;
    private final Map<String, Integer> ownMinInSync = new HashMap<>();
    private final Set<String> throttled = new TreeSet<>();
    private final Set<String> defaulted = new TreeSet<>();
    private final Map<String, TopicWishes.Wish> wished = new HashMap<>();
    private Optional<List<Set<TopicPartition>>> units = Optional.of(List.of());
    private Optional<RebalanceStatus> before = Optional.empty();

    private Scenes(int size) {
        this.size = size;
        this.wanted = size;
        for (int node = 0; node < size; node++) {
            comes(node);
        }
        IntStream.range(0, Math.min(3, size)).forEach(this::votes);
        IntStream.range(3, Math.max(3, size)).forEach(node -> follows(node, 100));
        minInSync = size == 1 ? 1 : 2;
    }

    /** A cluster that is well and has what it asks for. */
    static Scenes cluster(int size) {
        return new Scenes(size);
    }

    /** Those asked for are controllers and no brokers; the first of those that vote leads. */
    Scenes dedicated(Set<Integer> asked, Integer... voting) {
        dedicated = Optional.of(asked);
        voters.clear();
        leader = voting[0];
        List.of(voting).forEach(node -> {
            votes(node);
            pods.add(node);
        });
        return this;
    }

    Scenes wanting(int brokers) {
        wanted = brokers;
        return this;
    }

    Scenes mode(RebalanceMode how, String approved) {
        mode = how;
        approve = approved;
        return this;
    }

    Scenes cordoning(Integer... nodes) {
        cordoned = Set.of(nodes);
        return this;
    }

    Scenes isCordoned(Integer... nodes) {
        inKafkaCordoned.addAll(List.of(nodes));
        return this;
    }

    /** Racks of brokers 0, 1 …; one that is empty is not known. */
    Scenes racks(String... ofBrokers) {
        for (int node = 0; node < ofBrokers.length; node++) {
            if (!ofBrokers[node].isEmpty()) {
                racks.put(node, ofBrokers[node]);
            }
        }
        return this;
    }

    Scenes comes(int node) {
        live.add(node);
        registered.add(node);
        pods.add(node);
        return this;
    }

    /** Its pod and its registration stay. */
    Scenes dies(int node) {
        live.remove(node);
        unsteady.add(node);
        return this;
    }

    /** Nothing of it was ever there. */
    Scenes never(int node) {
        leaves(node);
        registered.remove(node);
        return this;
    }

    /** Its pod has ended; its registration stays. */
    Scenes leaves(int node) {
        live.remove(node);
        pods.remove(node);
        return this;
    }

    Scenes isLeftOver(int node) {
        registered.add(node);
        return this;
    }

    Scenes restarts(int node) {
        unsteady.add(node);
        return this;
    }

    Scenes votes(int node) {
        return votes(node, 0);
    }

    Scenes votes(int node, long lagMs) {
        withoutVote(node);
        voters.add(new ControllerState(node, "disk-" + node, lagMs));
        return this;
    }

    Scenes withoutVote(int node) {
        voters.removeIf(voter -> voter.node() == node);
        return this;
    }

    Scenes follows(int node, long lagMs) {
        return follows(node, "disk-" + node, lagMs);
    }

    Scenes follows(int node, String directory, long lagMs) {
        observers.add(new ControllerState(node, directory, lagMs));
        return this;
    }

    Scenes leader(int node) {
        leader = node;
        return this;
    }

    Scenes partition(String topic, int partition, Integer... replicas) {
        return partition(topic, partition, List.of(replicas), List.of(replicas), List.of(), List.of());
    }

    Scenes partition(
            String topic,
            int partition,
            List<Integer> replicas,
            List<Integer> inSync,
            List<Integer> adding,
            List<Integer> removing) {
        partitions.removeIf(one -> one.partition().equals(new TopicPartition(topic, partition)));
        partitions.add(new PartitionState(
                new TopicPartition(topic, partition),
                replicas,
                Set.copyOf(inSync),
                adding,
                removing,
                replicas.stream()
                        .collect(Collectors.toMap(node -> node, node -> adding.contains(node) ? MIB / 4 : MIB))));
        return this;
    }

    /** A topic on the first three brokers, in as many partitions as there are brokers. */
    Scenes topic(String topic, int count) {
        for (int i = 0; i < count; i++) {
            var from = i;
            partition(
                    topic,
                    i,
                    IntStream.range(0, Math.min(3, size))
                            .mapToObj(at -> (from + at) % size)
                            .toArray(Integer[]::new));
        }
        return this;
    }

    Scenes minInSync(int value) {
        minInSync = value;
        return this;
    }

    Scenes minInSync(String topic, int value) {
        ownMinInSync.put(topic, value);
        return this;
    }

    Scenes throttled(String topic) {
        throttled.add(topic);
        return this;
    }

    Scenes defaulted(String topic) {
        defaulted.add(topic);
        return this;
    }

    Scenes wished(String topic, int replicas) {
        wished.put(topic, new TopicWishes.Wish(replicas, Optional.empty()));
        return this;
    }

    Scenes wished(String topic, int replicas, int minInSync) {
        wished.put(topic, new TopicWishes.Wish(replicas, Optional.of(minInSync)));
        return this;
    }

    Scenes unit(TopicPartition... members) {
        var all = new ArrayList<>(units.orElseThrow());
        all.add(new HashSet<>(Arrays.asList(members)));
        units = Optional.of(all);
        return this;
    }

    Scenes withoutWordOfTheQueues() {
        units = Optional.empty();
        return this;
    }

    Scenes told(RebalanceState state, RebalancePurpose purpose, String hash, long bytes, long moved) {
        before = Optional.of(new RebalanceStatus(state, purpose, hash, 1, bytes, moved, null));
        return this;
    }

    Scenes told(Optional<RebalanceStatus> rebalance) {
        before = rebalance;
        return this;
    }

    ScaleDecision decide() {
        var steady = new TreeSet<>(pods);
        steady.removeAll(unsteady);
        var facts = new ScaleFacts(
                leader,
                voters,
                observers,
                live,
                registered,
                inKafkaCordoned,
                racks,
                partitions,
                minInSync,
                ownMinInSync,
                throttled,
                new TopicWishes(defaulted, wished),
                units);
        var wish = wish(wanted, cordoned, mode, approve);
        return ScalePlanner.decide(
                dedicated
                        .map(controllers -> new ScaleWish(
                                wanted, controllers, wish.replication(), wish.minInSync(), cordoned, wish.rebalance()))
                        .orElse(wish),
                new ScaleScene(size, pods, steady, facts, before));
    }

    static ScaleWish wish(int brokers, Set<Integer> cordoned, RebalanceMode mode, String approve) {
        var controllers = IntStream.range(0, Math.min(3, brokers)).boxed().collect(Collectors.toSet());
        var replication = Math.min(3, brokers);
        return new ScaleWish(
                brokers,
                controllers,
                replication,
                Math.max(1, replication - 1),
                cordoned,
                new RebalanceIntent(mode, 50 * MIB, approve));
    }
}
