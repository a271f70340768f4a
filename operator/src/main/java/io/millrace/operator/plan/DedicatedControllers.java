package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.millrace.operator.desired.BrokerNetworkPolicy;
import io.millrace.operator.desired.BrokerPdb;
import io.millrace.operator.desired.ControllerStatefulSet;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.scale.ScaleDecision;
import io.millrace.operator.scale.ScaleStep;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Decides about the controllers that have pods of their own. Their pods come before their votes and go after them; the votes are
 * given and taken where those of combined controllers are, in {@code scale}.
 */
public final class DedicatedControllers {

    private DedicatedControllers() {}

    /** Returns how many there are to be now, on the way to as many as are asked for; 0 if brokers are controllers, too. */
    static int number(BrokerClusterIntent intent, BrokerClusterObserved observed) {
        var wanted = intent.dedicatedNodes().size();
        var has = former(wanted, observed);
        return wanted >= has || haveNoVote(leaving(wanted, has), observed) ? wanted : has;
    }

    /** Returns the cluster with as many brokers, and as many dedicated controllers, as there are to be now. */
    public static BrokerClusterIntent sized(
            BrokerClusterIntent intent, ScaleDecision scale, BrokerClusterObserved observed) {
        return intent.ofSize(scale.size()).withControllers(number(intent, observed));
    }

    /** Without a StatefulSet, as many as there once were: there may be no majority without those that nobody asks for any more. */
    private static int former(int wanted, BrokerClusterObserved observed) {
        return wanted == 0 ? 0 : observed.controllers().orElseGet(() -> Math.max(wanted, observed.formerControllers()));
    }

    private static boolean haveNoVote(Set<Integer> nodes, BrokerClusterObserved observed) {
        return observed.facts()
                .filter(facts -> facts.quorum().leader() >= 0)
                .filter(facts -> nodes.stream().noneMatch(facts.quorum()::isVoter))
                .isPresent();
    }

    private static Set<Integer> leaving(int from, int to) {
        return IntStream.range(from, Math.max(from, to))
                .mapToObj(ordinal -> ControllersIntent.FIRST_ID + ordinal)
                .collect(Collectors.toSet());
    }

    /**
     * Returns what makes sure, by asking once more, that nobody who goes has a vote; nothing if nobody goes.
     *
     * @param sized the cluster with as many as there are to be now
     */
    static Optional<ScaleStep> verification(BrokerClusterIntent sized, BrokerClusterObserved observed) {
        var wanted = sized.dedicatedNodes().size();
        var leaving = leaving(wanted, observed.controllers().orElse(wanted));
        return leaving.isEmpty() ? Optional.empty() : Optional.of(new ScaleStep.VerifyEmpty(leaving));
    }

    /** Whether their StatefulSet may be written: one that is new reads its certificate when it starts. */
    static boolean mayHavePods(BrokerClusterIntent sized, BrokerClusterObserved observed) {
        var grows = observed.controllers()
                .filter(has -> has < sized.dedicatedNodes().size())
                .isPresent();
        return !grows
                || observed.certificates().needs(sized).nodes().keySet().stream()
                        .noneMatch(ControllersIntent::isDedicated);
    }

    /** Returns what is made for them besides their StatefulSet. */
    static List<HasMetadata> objects(BrokerClusterIntent sized, BrokerClusterObserved observed) {
        return sized.dedicated().isEmpty()
                ? List.of()
                : List.of(
                        BrokerPdb.ofControllers(sized, observed.owner()),
                        BrokerNetworkPolicy.ofControllers(sized, observed.owner()));
    }

    /** Returns their StatefulSet; nothing if there are none, or it may not be written yet. */
    static Optional<HasMetadata> set(BrokerClusterIntent sized, BrokerClusterObserved observed) {
        var restartAt = sized.rolling().restartAfter(observed.restartedAt());
        return sized.dedicated()
                .filter(any -> mayHavePods(sized, observed))
                .map(some -> ControllerStatefulSet.of(sized, some, restartAt, observed.owner()));
    }

    /** Says why a cluster cannot be taken up again: it had its controllers elsewhere, and nobody else knows what is on its disks. */
    static Optional<String> mismatch(BrokerClusterIntent intent, Identity identity) {
        var had = identity.directories().keySet().stream().anyMatch(ControllersIntent::isDedicated);
        if (identity.directories().isEmpty() || had == intent.dedicated().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                ("the disks that are kept belong to a cluster %s dedicated controllers; make the BrokerCluster again"
                                + " %s spec.controllers to take them up, or delete them and ConfigMap %s-quorum to begin anew")
                        .formatted(had ? "with" : "without", had ? "with" : "without", intent.name()));
    }
}
