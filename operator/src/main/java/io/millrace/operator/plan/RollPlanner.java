package io.millrace.operator.plan;

import io.millrace.api.v1alpha1.AllowUnavailable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers one question: which pod may restart now? One at a time, only when everything else is well. */
public final class RollPlanner {

    /** A voter this far behind does not count as caught up. Kafka's own limit is controller.quorum.fetch.timeout.ms. */
    private static final long CAUGHT_UP_MS = 2_000;

    /** A topic of the queue layer that holds no data and has one replica by design. */
    private static final String KICK = "amqp.kick";

    private RollPlanner() {}

    /**
     * A broker pod.
     *
     * @param node node id
     * @param name its name
     * @param resourceVersion version it was seen in
     * @param ready whether it is ready
     * @param outdated whether it runs something else than is wanted
     * @param terminating whether it is on its way out
     */
    public record BrokerPodFacts(
            int node, String name, String resourceVersion, boolean ready, boolean outdated, boolean terminating) {}

    /** The answer. */
    public sealed interface Verdict {
        /** All pods run what is wanted. */
        record Done() implements Verdict {}

        /** A pod is on its way; wait for it. */
        record Wait(String forWhat) implements Verdict {}

        /** A restart is due and would be unsafe. */
        record Blocked(String by) implements Verdict {}

        /** This pod may restart now. */
        record Restart(BrokerPodFacts pod, String why) implements Verdict {}
    }

    /**
     * Decides.
     *
     * @param pods the pods there are
     * @param expected how many there should be
     * @param facts read from the brokers just now; empty if they did not answer
     * @param consent consent to unavailability
     * @param rolling whether a roll was under way: its last pod belongs to it until it is back
     */
    public static Verdict decide(
            List<BrokerPodFacts> pods,
            int expected,
            Optional<ClusterFacts> facts,
            AllowUnavailable consent,
            boolean rolling) {
        var outdated = pods.stream().filter(BrokerPodFacts::outdated).toList();
        if (outdated.isEmpty()) {
            return rolling ? lastOf(pods, expected) : new Verdict.Done();
        }
        var leaving = pods.stream().filter(BrokerPodFacts::terminating).findFirst();
        if (leaving.isPresent()) {
            return new Verdict.Wait(leaving.get().name() + " to end");
        }
        if (pods.size() < expected) {
            return new Verdict.Wait("%d of %d pods to be made".formatted(expected - pods.size(), expected));
        }
        // A pod that is stuck on old settings is mended by nothing but the new ones; healthy pods are left alone.
        var stuck = outdated.stream().filter(pod -> !pod.ready()).findFirst();
        if (stuck.isPresent()) {
            return new Verdict.Restart(stuck.get(), "it is not ready and its settings are outdated");
        }
        var unready = pods.stream().filter(pod -> !pod.ready()).findFirst();
        if (unready.isPresent()) {
            return new Verdict.Wait(unready.get().name() + " to become ready");
        }
        if (facts.isEmpty()) {
            return new Verdict.Blocked("the brokers do not answer, so nothing is known about the replicas");
        }
        return safest(outdated, expected, facts.get(), consent);
    }

    /** The last pod of a roll belongs to it until it is back. */
    private static Verdict lastOf(List<BrokerPodFacts> pods, int expected) {
        if (pods.size() < expected) {
            return new Verdict.Wait("%d of %d pods to be made".formatted(expected - pods.size(), expected));
        }
        return pods.stream()
                .filter(pod -> !pod.ready())
                .findFirst()
                .<Verdict>map(pod -> new Verdict.Wait(pod.name() + " to become ready"))
                .orElseGet(Verdict.Done::new);
    }

    private static Verdict safest(
            List<BrokerPodFacts> outdated, int expected, ClusterFacts facts, AllowUnavailable consent) {
        var missing = expected - facts.brokers().size();
        if (missing > 0) {
            return new Verdict.Blocked("%d of %d brokers are not registered".formatted(missing, expected));
        }
        if (facts.reassigning()) {
            return new Verdict.Blocked("partitions are being moved");
        }
        var behind = facts.partitions().stream()
                .filter(partition -> !partition.inSync().containsAll(partition.replicas()))
                .toList();
        if (!behind.isEmpty()) {
            return new Verdict.Blocked(
                    "%d partitions have replicas out of sync, %s first".formatted(behind.size(), behind.getFirst()));
        }
        var blocks = new ArrayList<String>();
        for (var pod : leaderLast(outdated, facts.quorum())) {
            var block = block(pod, facts, consent);
            if (block.isEmpty()) {
                return new Verdict.Restart(pod, "its settings are outdated");
            }
            blocks.add(block.get());
        }
        return new Verdict.Blocked(blocks.getFirst());
    }

    /** Brokers that are no controllers first, the leader of the controllers last. */
    private static List<BrokerPodFacts> leaderLast(List<BrokerPodFacts> pods, QuorumFacts quorum) {
        return pods.stream()
                .sorted(Comparator.<BrokerPodFacts>comparingInt(pod -> pod.node() == quorum.leader()
                                ? 2
                                : quorum.lagMs().containsKey(pod.node()) ? 1 : 0)
                        .thenComparing(BrokerPodFacts::node))
                .toList();
    }

    private static Optional<String> block(BrokerPodFacts pod, ClusterFacts facts, AllowUnavailable consent) {
        if (!quorumHolds(pod.node(), facts.quorum())) {
            return Optional.of("the controllers would lose their majority without " + pod.name());
        }
        for (var partition : facts.partitions()) {
            if (!partition.replicas().contains(pod.node()) || partition.topic().equals(KICK)) {
                continue;
            }
            Set<Integer> left = new HashSet<>(partition.inSync());
            left.remove(pod.node());
            if (left.size() < partition.minInSync() && !consented(partition, consent)) {
                return Optional.of(("%s would have %d replicas in sync without %s and needs %d;"
                                + " raise its replicas, or consent with rolling.allowUnavailable")
                        .formatted(partition, left.size(), pod.name(), partition.minInSync()));
            }
        }
        return Optional.empty();
    }

    private static boolean consented(PartitionFacts partition, AllowUnavailable consent) {
        return switch (consent) {
            case Never -> false;
            case SingleReplica -> partition.replicas().size() == 1;
            case Always -> true;
        };
    }

    private static boolean quorumHolds(int without, QuorumFacts quorum) {
        var voters = quorum.lagMs().size();
        if (!quorum.lagMs().containsKey(without) || voters == 1) {
            return true;
        }
        if (quorum.leader() < 0) {
            return false;
        }
        var caughtUp = quorum.lagMs().entrySet().stream()
                .filter(voter -> voter.getKey() != without)
                .filter(voter ->
                        voter.getKey() == quorum.leader() || (voter.getValue() >= 0 && voter.getValue() < CAUGHT_UP_MS))
                .count();
        return caughtUp >= voters / 2 + 1;
    }
}
