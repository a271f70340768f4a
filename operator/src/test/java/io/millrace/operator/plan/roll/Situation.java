package io.millrace.operator.plan.roll;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.operator.intent.RollIntent;
import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.PartitionFacts;
import io.millrace.operator.plan.QuorumFacts;
import io.millrace.operator.plan.RollPlanner;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.LogState;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.plan.SlotFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cluster that is well and whose pods are all to be restarted, and what can be otherwise about it. */
final class Situation {

    private final TreeMap<Integer, BrokerPodFacts> pods = new TreeMap<>();
    private final Set<Integer> registered = new HashSet<>();
    private final Map<Integer, Long> lag = new HashMap<>();
    private final List<PartitionFacts> partitions = new ArrayList<>();
    private final Map<Integer, String> racks = new HashMap<>();
    private final int expected;
    private int leader;
    private long fetchTimeoutMs = QuorumFacts.FETCH_TIMEOUT_MS;
    private boolean moving;
    private boolean silent;
    private boolean rolling;
    private Optional<SlotFacts> slots = Optional.empty();
    private RollIntent intent = new RollIntent(1, AllowUnavailable.Never, true, "");

    private Situation(int brokers) {
        expected = brokers;
        for (int node = 0; node < brokers; node++) {
            pods.put(node, pod(node, true, true, false, LogState.SERVING, ""));
            registered.add(node);
        }
        IntStream.range(0, Math.min(3, brokers)).forEach(node -> lag.put(node, 10L));
    }

    /** The first three brokers are controllers, too, and the very first leads them. */
    static Situation of(int brokers) {
        return new Situation(brokers);
    }

    private static BrokerPodFacts pod(
            int node, boolean ready, boolean outdated, boolean leaving, LogState log, String trouble) {
        return new BrokerPodFacts(
                node,
                "p-" + node,
                "v1",
                ready,
                outdated,
                leaving,
                log,
                outdated ? "settings have changed" : "",
                trouble);
    }

    private Situation change(int node, UnaryOperator<BrokerPodFacts> how) {
        pods.computeIfPresent(node, (id, pod) -> how.apply(pod));
        return this;
    }

    /** They run what is wanted already. */
    Situation restarted(int... nodes) {
        for (var node : nodes) {
            change(node, pod -> pod(node, pod.ready(), false, pod.terminating(), pod.log(), pod.trouble()));
        }
        return this;
    }

    Situation allRestartedBut(int... nodes) {
        var others = IntStream.of(nodes).boxed().collect(Collectors.toSet());
        return restarted(pods.keySet().stream()
                .filter(node -> !others.contains(node))
                .mapToInt(Integer::intValue)
                .toArray());
    }

    Situation notReady(int node, LogState log) {
        return notReady(node, log, "");
    }

    Situation notReady(int node, LogState log, String trouble) {
        return change(node, pod -> pod(node, false, pod.outdated(), pod.terminating(), log, trouble));
    }

    Situation leaving(int node) {
        return change(node, pod -> pod(node, pod.ready(), pod.outdated(), true, pod.log(), ""));
    }

    Situation gone(int node) {
        pods.remove(node);
        return this;
    }

    Situation unregistered(int node) {
        registered.remove(node);
        return this;
    }

    Situation partition(String topic, List<Integer> replicas, List<Integer> inSync, int minInSync) {
        return partition(topic, replicas, inSync, minInSync, replicas.getFirst());
    }

    Situation partition(String topic, List<Integer> replicas, List<Integer> inSync, int minInSync, int led) {
        partitions.add(new PartitionFacts(
                topic, 0, Set.copyOf(replicas), Set.copyOf(inSync), minInSync, led, replicas.getFirst()));
        return this;
    }

    Situation controllers(int leads, int... nodes) {
        lag.clear();
        for (var node : nodes) {
            lag.put(node, 10L);
        }
        leader = leads;
        return this;
    }

    /** A pod that is a controller and nothing else. */
    Situation dedicated(int node) {
        pods.put(node, pod(node, true, true, false, LogState.SERVING, ""));
        return this;
    }

    Situation behind(int voter, long ms) {
        lag.put(voter, ms);
        return this;
    }

    Situation fetchTimeout(long ms) {
        fetchTimeoutMs = ms;
        return this;
    }

    Situation racks(String... names) {
        for (int node = 0; node < expected; node++) {
            racks.put(node, names[node % names.length]);
        }
        return this;
    }

    Situation moving() {
        moving = true;
        return this;
    }

    Situation silent() {
        silent = true;
        return this;
    }

    Situation rolling() {
        rolling = true;
        return this;
    }

    Situation slots(int owned, boolean settled, int... members) {
        slots = Optional.of(new SlotFacts(
                64, owned, IntStream.of(members).mapToObj(node -> "p-" + node).collect(Collectors.toSet()), settled));
        return this;
    }

    Situation atOnce(int pods) {
        intent = new RollIntent(pods, intent.allowUnavailable(), intent.requireFullIsr(), "");
        return this;
    }

    Situation consent(AllowUnavailable consent) {
        intent = new RollIntent(intent.maxUnavailable(), consent, intent.requireFullIsr(), "");
        return this;
    }

    Situation degradedStart() {
        intent = new RollIntent(intent.maxUnavailable(), intent.allowUnavailable(), false, "");
        return this;
    }

    RollSnapshot snapshot() {
        var facts = new ClusterFacts(
                "c",
                registered,
                new QuorumFacts(leader, lag, fetchTimeoutMs),
                partitions,
                moving,
                2,
                racks,
                slots,
                Map.of());
        var dedicated = pods.keySet().stream().filter(node -> node >= expected).count();
        return new RollSnapshot(
                List.copyOf(pods.values()),
                expected + (int) dedicated,
                Set.of(0, 1, 2),
                silent ? Optional.empty() : Optional.of(facts),
                intent,
                true,
                rolling);
    }

    /** The verdict in a few words: {@code restart [3, 4]}, {@code wait: …}, {@code blocked: …}, {@code done}. */
    String verdict() {
        return switch (RollPlanner.decide(snapshot())) {
            case Verdict.Restart(var batch, var why, var checks) ->
                "restart " + batch.stream().map(BrokerPodFacts::node).toList();
            case Verdict.Wait(var what) -> "wait: " + what;
            case Verdict.LeadAgain(var what) -> "lead again: " + what;
            case Verdict.Blocked(var by) -> "blocked: " + by;
            case Verdict.Done() -> "done";
        };
    }
}
