package io.millrace.operator.plan.roll;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.AllowUnavailable;
import io.millrace.operator.intent.RollIntent;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Knows the truth about a simulated cluster, and tells whether a restart does harm. It shares nothing with the rules. */
final class SafetyJudge {

    private final SimulatedCluster cluster;
    private final RollIntent intent;

    SafetyJudge(SimulatedCluster cluster, RollIntent intent) {
        this.cluster = cluster;
        this.intent = intent;
    }

    /** Fails if the restart of these pods, all at once and now, breaks a promise. */
    void judge(List<BrokerPodFacts> batch) {
        assertThat(batch).isNotEmpty().allMatch(pod -> pod.outdated() && !pod.terminating());
        assertThat(batch).allSatisfy(pod -> assertThat(cluster.node(pod.node()).facts(cluster.wanted))
                .isEqualTo(pod));
        var up = batch.stream().map(BrokerPodFacts::node).filter(cluster::isUp).collect(Collectors.toSet());
        if (up.isEmpty()) {
            return;
        }
        if (cluster.facts().isEmpty()) {
            // Nobody answers and no majority of controllers is ready: what is not ready may go, what is ready may not.
            assertThat(cluster.voters.stream().filter(this::isServing).count())
                    .isLessThan(cluster.voters.size() / 2 + 1);
            assertThat(up).noneMatch(this::isServing);
        } else {
            keepsMinInSync(up);
            keepsMajority(up);
            assertThat(up).as("more than maxUnavailable").hasSizeLessThanOrEqualTo(intent.maxUnavailable());
        }
        if (up.stream().anyMatch(id -> cluster.node(id).isReady())) {
            everythingElseIsWell(up);
        }
    }

    private boolean isServing(int id) {
        return cluster.isUp(id) && cluster.node(id).voterBehind == 0;
    }

    private void keepsMinInSync(Set<Integer> up) {
        for (var partition : cluster.partitions) {
            var left = partition.inSync.stream().filter(id -> !up.contains(id)).count();
            if (left == partition.inSync.size() || isConsented(partition)) {
                continue;
            }
            assertThat(left)
                    .as("t-%d %s without %s", partition.number, partition.inSync, up)
                    .isGreaterThanOrEqualTo(partition.minInSync);
        }
    }

    private boolean isConsented(SimulatedPartition partition) {
        return partition.replicas.size() <= partition.minInSync
                && (intent.allowUnavailable() == AllowUnavailable.Always
                        || (intent.allowUnavailable() == AllowUnavailable.SingleReplica
                                && partition.replicas.size() == 1));
    }

    private void keepsMajority(Set<Integer> up) {
        var going = up.stream().filter(cluster.voters::contains).toList();
        if (going.isEmpty() || cluster.voters.size() == 1) {
            return;
        }
        assertThat(going).as("controllers at once").hasSize(1);
        assertThat(cluster.voters.stream()
                        .filter(id -> !up.contains(id))
                        .filter(cluster::isUp)
                        .filter(id -> cluster.node(id).voterBehind == 0)
                        .count())
                .as("controllers that are caught up without %s", going)
                .isGreaterThanOrEqualTo(cluster.voters.size() / 2 + 1);
    }

    /** Nothing that serves is touched while anything else is away, behind or on its way. */
    private void everythingElseIsWell(Set<Integer> up) {
        assertThat(cluster.isMoving()).as("a move is under way").isFalse();
        cluster.nodes.values().stream().filter(node -> !up.contains(node.id)).forEach(node -> assertThat(node.isReady())
                .as("%s is ready", node.name())
                .isTrue());
        assertThat(cluster.slotsAreOwned()).as("slots of queues have owners").isTrue();
        var restarted = cluster.nodes.values().stream().anyMatch(node -> node.revision == cluster.wanted);
        for (var partition : cluster.partitions) {
            var facts = partition.facts();
            assertThat(restarted && facts.isMisled() && cluster.isUp(facts.preferred()))
                    .as("t-%d is led by %d", partition.number, partition.leader)
                    .isFalse();
            var current = partition.replicas.stream()
                    .filter(id -> cluster.node(id).revision == cluster.wanted)
                    .toList();
            assertThat(partition.inSync).as("t-%d", partition.number).containsAll(current);
            if (intent.requireFullIsr() && partition.replicas.stream().anyMatch(up::contains)) {
                assertThat(partition.inSync).as("t-%d", partition.number).containsAll(partition.replicas);
            }
        }
    }
}
