package io.millrace.operator.scale;

import io.millrace.api.v1alpha1.RebalanceMode;
import io.millrace.api.v1alpha1.RebalancePurpose;
import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.rebalance.RebalancePlan;
import io.millrace.operator.rebalance.RebalanceResult;
import io.millrace.operator.rebalance.RebalanceScope;
import io.millrace.operator.scale.ScaleDecision.Phase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides the next step to the size that is asked for; docs/adr/0012 tells the order and why. Nothing is remembered but what
 * the brokers, Kubernetes and the status say: a step that was made before the operator ended is seen, and one that was not
 * is made.
 */
public final class ScalePlanner {

    private final ScaleWish wish;
    private final ScaleScene scene;
    private final ScaleFacts facts;
    private final Rebalancing rebalancing;
    /** Brokers that go with the size that is asked for. */
    private final Set<Integer> leaving;
    /** They and those that are cordoned: brokers that are to hold nothing. */
    private final Set<Integer> avoided;
    /** All others. */
    private final Set<Integer> staying;

    private ScalePlanner(ScaleWish wish, ScaleScene scene) {
        this.wish = wish;
        this.scene = scene;
        this.facts = scene.facts();
        this.rebalancing = new Rebalancing(wish, scene);
        this.leaving = nodes(wish.brokers(), scene.size());
        this.avoided = new TreeSet<>(leaving);
        avoided.addAll(wish.cordoned());
        this.staying = nodes(0, scene.size());
        staying.removeAll(avoided);
    }

    /** Decides. */
    public static ScaleDecision decide(ScaleWish wish, ScaleScene scene) {
        return new ScalePlanner(wish, scene).decide();
    }

    private ScaleDecision decide() {
        if (facts.leader() < 0) {
            return held("the controllers have no leader");
        }
        var decision = cancel().or(this::grow)
                .or(this::forget)
                .or(this::arrive)
                .or(this::joinVoters)
                .or(this::waitForMoves)
                .or(this::drain)
                .or(this::replicate)
                .or(this::setMinInSync)
                .or(this::spread)
                .or(this::balance)
                .orElseGet(this::settled);
        return decision.after(upkeep(decision.phase()));
    }

    /** A plan that nobody needs any more is not told of any longer. */
    private ScaleDecision settled() {
        return ScaleDecision.settled(scene.size(), rebalancing.isOpen() ? Optional.empty() : scene.before());
    }

    /** What is left over from before goes, whatever comes next. */
    private List<ScaleStep> upkeep(Phase phase) {
        var steps = new ArrayList<ScaleStep>();
        var wanted = phase == Phase.BLOCKED ? wish.cordoned() : avoided;
        var uncordon = new HashSet<>(facts.cordoned());
        uncordon.removeAll(wanted);
        if (!uncordon.isEmpty()) {
            steps.add(new ScaleStep.Uncordon(uncordon));
        }
        if (!facts.throttled().isEmpty() && moving().isEmpty()) {
            steps.add(new ScaleStep.EndThrottle(facts.throttled(), facts.live()));
        }
        return steps;
    }

    /** Moves to brokers that are to hold nothing are taken back, those off brokers that are wanted again, and what no Topic asks for any more. */
    private Optional<ScaleDecision> cancel() {
        var placing = placing();
        var wrong = moving().stream()
                .filter(one -> one.adding().stream().anyMatch(avoided::contains)
                        || (rebalancing.isDrainUndone() && isNeedless(one))
                        || placing.isUnasked(one))
                .map(PartitionState::partition)
                .collect(Collectors.toSet());
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(new ScaleDecision(
                        Phase.BUSY,
                        Math.max(scene.size(), wish.brokers()),
                        List.of(new ScaleStep.CancelMoves(wrong)),
                        "%d partitions stay where they were".formatted(wrong.size()),
                        rebalancing.cancelling()));
    }

    private boolean isNeedless(PartitionState moving) {
        return !moving.adding().isEmpty()
                && !moving.removing().isEmpty()
                && moving.removing().stream().noneMatch(avoided::contains);
    }

    private Optional<ScaleDecision> grow() {
        return wish.brokers() <= scene.size()
                ? Optional.empty()
                : Optional.of(new ScaleDecision(
                        Phase.BUSY,
                        wish.brokers(),
                        List.of(),
                        "from %d to %d brokers: they are being made".formatted(scene.size(), wish.brokers()),
                        scene.before()));
    }

    /** A broker that runs registers itself again: it is forgotten once its pod has ended. */
    private Optional<ScaleDecision> forget() {
        var gone = new TreeSet<>(facts.registered());
        gone.removeAll(nodes(0, scene.size()));
        if (gone.isEmpty()) {
            return Optional.empty();
        }
        var ended = gone.stream()
                .filter(node -> !scene.pods().contains(node) && !facts.live().contains(node))
                .collect(Collectors.toSet());
        return Optional.of(
                ended.isEmpty()
                        ? busy("waiting for brokers %s to end".formatted(gone))
                        : busy("brokers %s have left".formatted(ended), new ScaleStep.Unregister(ended)));
    }

    private Optional<ScaleDecision> arrive() {
        var missing = new TreeSet<>(staying);
        missing.removeAll(facts.live());
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        var fresh = new TreeSet<>(missing);
        fresh.removeAll(facts.registered());
        return Optional.of(
                fresh.isEmpty()
                        ? held("brokers %s are away".formatted(missing))
                        : busy("waiting for brokers %s to register".formatted(fresh)));
    }

    private Optional<ScaleDecision> joinVoters() {
        var changes = new VoterChanges(facts);
        return changes.join(wish.controllers())
                .or(() -> changes.leave(unasked()))
                .map(change -> busy(change.message(), change.step().stream().toArray(ScaleStep[]::new)));
    }

    /** Voters that have no pod any more, and dedicated controllers that nobody asks for; one that is being restarted has none either. */
    private Set<Integer> unasked() {
        return facts.voters().stream()
                .map(ControllerState::node)
                .filter(node -> !wish.controllers().contains(node))
                .filter(node -> ControllersIntent.isDedicated(node)
                        || (node >= scene.size() && !scene.pods().contains(node)))
                .collect(Collectors.toSet());
    }

    private Optional<ScaleDecision> waitForMoves() {
        var moving = moving();
        if (moving.isEmpty()) {
            return Optional.empty();
        }
        var placing = placing();
        var scope = rebalancing.isOpen(RebalancePurpose.Balance) ? RebalanceScope.FULL : RebalanceScope.DRAIN;
        var rest = rebalancing.isMoving() && placing.plan(scope) instanceof RebalanceResult.Planned(var plan)
                ? Optional.of(plan)
                : Optional.<RebalancePlan>empty();
        return Optional.of(rebalancing.waitForMoves(rest, placing, moving.size()));
    }

    private Optional<ScaleDecision> drain() {
        var toEmpty = new TreeSet<>(avoided);
        toEmpty.retainAll(nodes(0, scene.size()));
        if (toEmpty.isEmpty()) {
            return Optional.empty();
        }
        var what = (leaving.isEmpty() ? "emptying brokers %s" : "removing brokers %s")
                .formatted(leaving.isEmpty() ? toEmpty : leaving);
        if (facts.units().isEmpty()) {
            return Optional.of(held(what + ": the queue layer does not say yet which partitions belong together"));
        }
        return switch (placing().plan(RebalanceScope.DRAIN)) {
            case RebalanceResult.Impossible(var reasons) ->
                Optional.of(new ScaleDecision(
                        Phase.BLOCKED,
                        scene.size(),
                        List.of(),
                        what + " is not possible: " + String.join("; ", reasons)
                                + "; or ask for the brokers again (spec.replicas, spec.cordonedNodes)",
                        Optional.of(rebalancing.blocked(RebalancePurpose.Drain))));
            case RebalanceResult.Planned(var plan) -> drain(what, plan, toEmpty);
        };
    }

    private Optional<ScaleDecision> drain(String what, RebalancePlan plan, Set<Integer> toEmpty) {
        var cordon = new TreeSet<>(toEmpty);
        cordon.retainAll(facts.live());
        cordon.removeAll(facts.cordoned());
        var first =
                cordon.isEmpty() ? List.<ScaleStep>of() : List.<ScaleStep>of(new ScaleStep.Cordon(Set.copyOf(cordon)));
        if (!plan.moves().isEmpty()) {
            return lowerMinInSync()
                    .or(this::waitForPods)
                    .or(() -> Optional.of(rebalancing.carryOut(RebalancePurpose.Drain, plan, placing(), what)))
                    .map(decision -> decision.phase() == Phase.BLOCKED ? decision : decision.after(first));
        }
        var finished = rebalancing.finish(RebalancePurpose.Drain);
        if (finished.isPresent() || leaving.isEmpty()) {
            return finished.or(() ->
                    first.isEmpty() ? Optional.empty() : Optional.of(busy(what).after(first)));
        }
        return Optional.of(remove(what).after(first));
    }

    /** Nothing lies on the brokers that leave: their votes go, then their pods and disks. */
    private ScaleDecision remove(String what) {
        var behind = facts.partitions().stream()
                .filter(one -> !one.inSync().containsAll(one.target()))
                .count();
        if (behind > 0) {
            return busy("%s: waiting for %d partitions with replicas out of sync".formatted(what, behind));
        }
        return new VoterChanges(facts)
                .leave(leaving)
                .map(change -> busy(change.message(), change.step().stream().toArray(ScaleStep[]::new)))
                .orElseGet(() -> new ScaleDecision(
                        Phase.BUSY,
                        wish.brokers(),
                        List.of(new ScaleStep.VerifyEmpty(leaving)),
                        what + ": nothing lies on them any more",
                        scene.before()));
    }

    /** Before replicas go, fewer are promised. */
    private Optional<ScaleDecision> lowerMinInSync() {
        return facts.minInSync() > wish.minInSync()
                ? Optional.of(setDefaultMinInSync())
                : ownMinInSync(value -> value > wish.minInSync());
    }

    /** Topics get the replicas that their objects, or else the size, ask for; with brokers that came, that is part of their share. */
    private Optional<ScaleDecision> replicate() {
        if (isBalanceDue()) {
            return Optional.empty();
        }
        if (!placing().isReplicationDue()) {
            return rebalancing.finish(RebalancePurpose.Replication);
        }
        return wish.rebalance().mode() == RebalanceMode.Off
                ? Optional.empty()
                : carryOut(
                        RebalancePurpose.Replication,
                        RebalanceScope.DRAIN,
                        "topics get the replicas that are asked for");
    }

    /** More is promised once there is more. */
    private Optional<ScaleDecision> setMinInSync() {
        var isShort = facts.partitions().stream()
                .filter(one -> facts.isDefaulted(one.topic()))
                .anyMatch(one -> one.inSync().size() < wish.minInSync());
        if (facts.minInSync() != wish.minInSync() && (!isShort || facts.minInSync() > wish.minInSync())) {
            return Optional.of(setDefaultMinInSync());
        }
        return isShort ? Optional.empty() : ownMinInSync(value -> value != wish.minInSync());
    }

    private ScaleDecision setDefaultMinInSync() {
        return busy(
                "setting min.insync.replicas to %d".formatted(wish.minInSync()),
                new ScaleStep.SetDefaultMinInSync(wish.minInSync()));
    }

    private Optional<ScaleDecision> ownMinInSync(IntPredicate isWrong) {
        var topics = facts.ownMinInSync().entrySet().stream()
                .filter(topic -> ScaleTopics.isInternal(topic.getKey()) && isWrong.test(topic.getValue()))
                .collect(Collectors.toMap(topic -> topic.getKey(), topic -> wish.minInSync()));
        return topics.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        busy("setting min.insync.replicas of Kafka's own topics", new ScaleStep.SetMinInSync(topics)));
    }

    /** Replicas that were placed before racks were known, or by somebody else; with brokers that came, that is part of their share. */
    private Optional<ScaleDecision> spread() {
        if (isBalanceDue()) {
            return Optional.empty();
        }
        if (!placing().isSpreadDue()) {
            return rebalancing.finish(RebalancePurpose.Spread);
        }
        return wish.rebalance().mode() == RebalanceMode.Off
                ? Optional.empty()
                : carryOut(RebalancePurpose.Spread, RebalanceScope.DRAIN, "replicas are spread over racks");
    }

    private Optional<ScaleDecision> balance() {
        if (!isBalanceDue() || wish.rebalance().mode() == RebalanceMode.Off) {
            return Optional.empty();
        }
        return carryOut(RebalancePurpose.Balance, RebalanceScope.FULL, "brokers that came get their share");
    }

    /** A broker that holds nothing has come, a rebalance has begun, or what has left brokers is to come back. */
    private boolean isBalanceDue() {
        if (rebalancing.isOpen(RebalancePurpose.Balance)) {
            return true;
        }
        var holders = new HashSet<Integer>();
        facts.partitions().forEach(one -> holders.addAll(one.target()));
        return !facts.partitions().isEmpty() && (!holders.containsAll(staying) || rebalancing.isDrainUndone());
    }

    private Optional<ScaleDecision> carryOut(RebalancePurpose purpose, RebalanceScope scope, String what) {
        if (facts.units().isEmpty()) {
            return Optional.of(held(what + ": the queue layer does not say yet which partitions belong together"));
        }
        var placing = placing();
        return switch (placing.plan(scope)) {
            case RebalanceResult.Impossible(var reasons) ->
                Optional.of(held(what + " is not possible yet: " + String.join("; ", reasons)));
            case RebalanceResult.Planned(var plan) ->
                plan.moves().isEmpty()
                        ? rebalancing.finish(purpose).or(() -> rebalancing.finish(RebalancePurpose.Drain))
                        : waitForPods().or(() -> Optional.of(rebalancing.carryOut(purpose, plan, placing, what)));
        };
    }

    /** Nothing is moved while a broker, or a controller, is being restarted. */
    private Optional<ScaleDecision> waitForPods() {
        var away = new TreeSet<>(staying);
        away.addAll(wish.dedicated());
        away.removeAll(scene.steady());
        return away.isEmpty() ? Optional.empty() : Optional.of(held("waiting for pods of nodes %s".formatted(away)));
    }

    private List<PartitionState> moving() {
        return facts.partitions().stream().filter(PartitionState::isMoving).toList();
    }

    private Placing placing() {
        return new Placing(wish, facts, avoided, facts.units().orElse(List.<Set<TopicPartition>>of()));
    }

    private ScaleDecision busy(String message, ScaleStep... steps) {
        return new ScaleDecision(Phase.BUSY, scene.size(), List.of(steps), message, scene.before());
    }

    private ScaleDecision held(String message) {
        return ScaleDecision.held(scene.size(), message, scene.before());
    }

    private static Set<Integer> nodes(int from, int to) {
        return IntStream.range(from, Math.max(from, to)).boxed().collect(Collectors.toCollection(TreeSet::new));
    }
}
