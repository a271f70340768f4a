package io.millrace.operator.plan.roll;

import io.millrace.operator.plan.ClusterFacts;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The next batch of a cluster that is well: brokers of one rack where every partition spans racks, else brokers that share no
 * partition. Brokers that are no controllers go first; then a batch may take one controller of its rack along; the leader of
 * the controllers is the last pod of all.
 */
final class Batches {

    private static final String ANYWHERE = "";

    private final RollSnapshot roll;
    private final ClusterFacts facts;
    private final Replication replication;
    private final boolean racked;
    private final boolean spanning;
    /** Why pods were left out, in the order in which they were looked at. */
    private final List<String> blocks = new ArrayList<>();

    private Batches(RollSnapshot roll, ClusterFacts facts) {
        this.roll = roll;
        this.facts = facts;
        this.replication = Replication.of(facts);
        this.racked = roll.brokers().allMatch(pod -> facts.racks().containsKey(pod.node()));
        this.spanning = racked && replication.spans(facts.racks());
    }

    static Optional<Verdict> next(RollSnapshot roll) {
        return Optional.of(new Batches(roll, roll.facts().orElseThrow()).verdict());
    }

    private Verdict verdict() {
        var plain = roll.due().stream().filter(pod -> !isController(pod)).toList();
        var domains =
                new TreeMap<String, List<BrokerPodFacts>>(plain.stream().collect(Collectors.groupingBy(this::domain)));
        var best = domains.entrySet().stream()
                .map(domain -> withController(domain.getKey(), grow(domain.getValue())))
                .filter(batch -> !batch.isEmpty())
                .max(Comparator.<List<BrokerPodFacts>>comparingInt(List::size)
                        .thenComparing(batch -> isWhereTheLeaderIs(batch.getFirst()))
                        .thenComparing(batch -> batch.getFirst().node(), Comparator.reverseOrder()))
                .or(this::loneController);
        return best.<Verdict>map(this::restart).orElseGet(() -> new Verdict.Blocked(blocks.getFirst()));
    }

    private boolean isController(BrokerPodFacts pod) {
        return facts.quorum().isVoter(pod.node());
    }

    private String domain(BrokerPodFacts pod) {
        return racked ? facts.racks().getOrDefault(pod.node(), ANYWHERE) : ANYWHERE;
    }

    /** Its controller goes last anyhow, so its brokers lose nothing by going first, when no controller may come along. */
    private boolean isWhereTheLeaderIs(BrokerPodFacts pod) {
        return racked && domain(pod).equals(facts.racks().get(facts.quorum().leader()));
    }

    private List<BrokerPodFacts> grow(List<BrokerPodFacts> candidates) {
        var batch = new ArrayList<BrokerPodFacts>();
        for (var pod : fewestNeighboursFirst(candidates)) {
            if (batch.size() < roll.intent().maxUnavailable() && fits(pod, batch)) {
                batch.add(pod);
            }
        }
        return batch;
    }

    private List<BrokerPodFacts> fewestNeighboursFirst(List<BrokerPodFacts> candidates) {
        if (spanning) {
            return candidates;
        }
        var nodes = candidates.stream().map(BrokerPodFacts::node).collect(Collectors.toSet());
        return candidates.stream()
                .collect(Collectors.toMap(pod -> pod, pod -> neighbours(pod, nodes)))
                .entrySet()
                .stream()
                .sorted(Map.Entry.<BrokerPodFacts, Long>comparingByValue()
                        .thenComparing(entry -> entry.getKey().node()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private long neighbours(BrokerPodFacts pod, Set<Integer> among) {
        return replication.on(pod).stream()
                .flatMap(partition -> partition.replicas().stream())
                .filter(among::contains)
                .distinct()
                .count();
    }

    private List<BrokerPodFacts> withController(String domain, List<BrokerPodFacts> batch) {
        // New settings prove themselves on a pod that is no controller; only then are controllers given them.
        if (batch.isEmpty()
                || roll.current().isEmpty()
                || batch.size() >= roll.intent().maxUnavailable()) {
            return batch;
        }
        controllers()
                .filter(pod -> isIn(domain, pod))
                .filter(pod -> !isLeader(pod) || roll.due().size() == batch.size() + 1)
                .filter(pod -> fits(pod, batch))
                .findFirst()
                .ifPresent(batch::add);
        return batch;
    }

    private boolean isIn(String domain, BrokerPodFacts pod) {
        return !racked || domain.equals(facts.racks().get(pod.node()));
    }

    private Optional<List<BrokerPodFacts>> loneController() {
        return controllers().filter(pod -> fits(pod, List.of())).findFirst().map(List::of);
    }

    private Stream<BrokerPodFacts> controllers() {
        return roll.due().stream()
                .filter(this::isController)
                .sorted(Comparator.comparing(this::isLeader).thenComparing(BrokerPodFacts::node));
    }

    private boolean isLeader(BrokerPodFacts pod) {
        return pod.node() == facts.quorum().leader();
    }

    private boolean fits(BrokerPodFacts pod, List<BrokerPodFacts> batch) {
        var others = batch.stream().map(BrokerPodFacts::node).collect(Collectors.toCollection(HashSet::new));
        if (!spanning && replication.sharesWith(pod, others)) {
            return false;
        }
        var block = Quorum.block(pod, facts.quorum())
                .or(() -> roll.intent().requireFullIsr() ? replication.degraded(pod) : Optional.empty())
                .or(() -> replication.shortage(pod, others, roll.intent().allowUnavailable()));
        block.ifPresent(blocks::add);
        return block.isEmpty();
    }

    private Verdict restart(List<BrokerPodFacts> batch) {
        return new Verdict.Restart(batch, batch.getFirst().why(), checks(batch));
    }

    private String checks(List<BrokerPodFacts> batch) {
        var checks = new ArrayList<String>();
        if (batch.size() > 1) {
            checks.add(
                    spanning
                            ? "batch of %d in rack %s".formatted(batch.size(), domain(batch.getFirst()))
                            : "batch of %d that share no partition".formatted(batch.size()));
        }
        var touched = batch.stream()
                .flatMap(pod -> replication.on(pod).stream())
                .distinct()
                .count();
        var away = replication.away(batch);
        checks.add("%d partitions%s keep min.insync.replicas without it"
                .formatted(touched - away.size(), roll.intent().requireFullIsr() ? ", all replicas in sync," : ""));
        if (!away.isEmpty()) {
            checks.add("%d will be away, %s first, as rolling.allowUnavailable allows"
                    .formatted(away.size(), away.getFirst()));
        }
        batch.stream()
                .filter(this::isController)
                .findFirst()
                .ifPresent(pod -> checks.add("%d of %d controllers stay"
                        .formatted(
                                facts.quorum().caughtUpWithout(pod.node()),
                                facts.quorum().lagMs().size())));
        return String.join("; ", checks);
    }
}
