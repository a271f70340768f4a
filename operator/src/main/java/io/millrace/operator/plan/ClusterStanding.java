package io.millrace.operator.plan;

import io.millrace.operator.desired.Identity;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.plan.RollPlanner.Verdict;
import io.millrace.operator.scale.ControllerState;
import io.millrace.operator.scale.ScaleDecision;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.settings.SettingsDecision;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import io.millrace.operator.storage.StorageDecision;
import io.millrace.operator.upgrade.UpgradeDecision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How a cluster stands. */
final class ClusterStanding {

    /** The cluster as it is to be, and with the size it has now. */
    private final BrokerClusterIntent intent;

    private final BrokerClusterIntent sized;
    private final Identity identity;
    private final BrokerClusterObserved observed;

    ClusterStanding(
            BrokerClusterIntent intent, BrokerClusterIntent sized, Identity identity, BrokerClusterObserved observed) {
        this.intent = intent;
        this.sized = sized;
        this.identity = identity;
        this.observed = observed;
    }

    Standing of(Verdict roll, ScaleDecision scale) {
        var base = of(roll);
        var unreachable = observed.outside().missing(intent.ofSize(Math.max(sized.replicas(), intent.replicas())));
        if (!unreachable.isEmpty()) {
            return awaitingAddresses(unreachable, base);
        }
        var message = count() + "; " + scale.message();
        return switch (scale.phase()) {
            case SETTLED -> base;
            case BUSY ->
                base.ready() || (observed.wasReady() && oldOnesServe())
                        ? new Standing(true, Reason.SCALING, message, null)
                        : base;
            case HELD -> base.ready() ? new Standing(true, Reason.SCALING, message, base.degraded()) : base;
            case AWAITING_APPROVAL ->
                base.ready() ? new Standing(true, Reason.AWAITING_APPROVAL, message, base.degraded()) : base;
            case BLOCKED -> base.ready() ? new Standing(true, Reason.SCALE_BLOCKED, message, base.degraded()) : base;
        };
    }

    /** Brokers that run go on; one without an address would not know what to tell its clients. */
    private Standing awaitingAddresses(Set<String> services, Standing base) {
        var message =
                count() + "; no load balancer, or port, has been given yet to Service " + String.join(", ", services);
        return base.ready()
                ? new Standing(true, Reason.AWAITING_ADDRESS, message, base.degraded())
                : Standing.notReady(Reason.AWAITING_ADDRESS, message);
    }

    /** A cluster that serves goes on serving when a version or a level is refused: the word and the message say so. */
    static Standing with(UpgradeDecision upgrade, Standing base) {
        return upgrade.refusal()
                .filter(reason -> base.reason() == Reason.READY)
                .map(reason -> new Standing(true, reason, upgrade.message(), base.degraded()))
                .orElse(base);
    }

    /** The same of a setting. */
    static Standing with(SettingsDecision settings, Standing base) {
        return settings.refusal()
                .filter(why -> base.reason() == Reason.READY)
                .map(why -> new Standing(true, Reason.SETTING_REFUSED, why, base.degraded()))
                .orElse(base);
    }

    /** The same of disks; while they grow, that is all there is to say. */
    static Standing with(StorageDecision storage, Standing base) {
        return storage.told()
                .filter(told -> base.reason() == Reason.READY)
                .map(told -> new Standing(true, told.reason(), told.message(), base.degraded()))
                .orElse(base);
    }

    private Standing of(Verdict roll) {
        var ready = ready();
        var count = count();
        return switch (roll) {
            case Verdict.Blocked(var by) -> blocked(ready, count, "the next restart waits: " + by);
            case Verdict.Wait(var what) -> rolling(ready, count + "; waiting for " + what);
            case Verdict.LeadAgain(var what) -> rolling(ready, count + "; waiting for " + what);
            case Verdict.Restart(var pods, var why, var checks) ->
                rolling(ready, count + "; restarting " + names(pods));
            case Verdict.Done() -> {
                if (areAllReady() && identity.born()) {
                    yield Standing.ready(count);
                }
                yield Standing.notReady(identity.born() ? Reason.BROKERS_MISSING : Reason.CREATING, missing(count));
            }
        };
    }

    /** A roll that has been halted has its batch away, as one that goes on, but not on purpose. */
    private Standing blocked(long ready, String count, String why) {
        if (areAllReady()) {
            return Standing.degraded(Reason.BLOCKED, why);
        }
        var message = count + "; " + why;
        return bearsTheBatch(ready)
                ? new Standing(true, Reason.BLOCKED, message, new Standing.Warning(Reason.BLOCKED, message))
                : Standing.notReady(Reason.BLOCKED, message);
    }

    private long ready() {
        return observed.brokers().stream()
                .filter(pod -> pod.node() < sized.replicas() && pod.ready())
                .count();
    }

    private long readyControllers() {
        var ready = readyByNode();
        return sized.dedicatedNodes().stream()
                .filter(node -> ready.getOrDefault(node, false))
                .count();
    }

    private boolean areAllReady() {
        return ready() >= sized.replicas()
                && readyControllers() >= sized.dedicatedNodes().size();
    }

    private String count() {
        var brokers = "%d of %d brokers".formatted(ready(), sized.replicas());
        var controllers = sized.dedicatedNodes().isEmpty()
                ? ""
                : " and %d of %d controllers"
                        .formatted(readyControllers(), sized.dedicatedNodes().size());
        return brokers + controllers + " are ready";
    }

    /** While brokers come or go, those that were there before and stay serve. */
    private boolean oldOnesServe() {
        var ready = readyByNode();
        return observed.scale()
                .filter(facts -> facts.registered().stream()
                        .filter(node -> node < intent.replicas() && hasArrived(node, facts))
                        .allMatch(node -> ready.getOrDefault(node, false)))
                .filter(facts -> facts.voters().stream()
                        .map(ControllerState::node)
                        .filter(intent.dedicatedNodes()::contains)
                        .allMatch(node -> ready.getOrDefault(node, false)))
                .isPresent();
    }

    /** A controller without a vote is not ready yet, and nobody depends on it. */
    private boolean hasArrived(int node, ScaleFacts facts) {
        return !intent.controllers().contains(node) || facts.voters().stream().anyMatch(voter -> voter.node() == node);
    }

    private Map<Integer, Boolean> readyByNode() {
        var ready = new HashMap<Integer, Boolean>();
        observed.pods().forEach(pod -> ready.put(pod.node(), pod.ready()));
        return ready;
    }

    private Standing rolling(long ready, String message) {
        // During a roll a batch is away on purpose, and nothing anybody was promised is.
        return bearsTheBatch(ready)
                ? new Standing(true, Reason.ROLLING, message, null)
                : Standing.notReady(Reason.STARTING, message);
    }

    private boolean bearsTheBatch(long ready) {
        return ready >= sized.replicas() - intent.rolling().maxUnavailable()
                && ready > 0
                && sized.replicas() > 1
                && doControllersServe();
    }

    /** Combined ones are counted among the brokers. */
    private boolean doControllersServe() {
        var dedicated = sized.dedicatedNodes().size();
        return dedicated == 0 || readyControllers() > dedicated / 2;
    }

    private static String names(List<BrokerPodFacts> pods) {
        return pods.stream().map(BrokerPodFacts::name).collect(Collectors.joining(", "));
    }

    private String missing(String count) {
        var ready = readyByNode();
        for (var node : sized.nodes()) {
            if (!ready.getOrDefault(node, false)) {
                return count + "; see pod " + sized.pod(node);
            }
        }
        return count + "; the controllers have no leader yet";
    }
}
