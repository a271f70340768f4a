package io.millrace.operator.plan;

import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.ClusterCertificates.Needs;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import io.millrace.operator.trust.RenewalPlanner;
import io.millrace.operator.trust.RenewalStep;
import io.millrace.operator.trust.RenewalStep.Await;
import io.millrace.operator.trust.RenewalStep.Impossible;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is done about the certificates of a cluster.
 *
 * @param needs what must be made
 * @param problem why the authority is not the one that is asked for, if so
 */
public record TrustDecision(Needs needs, Optional<String> problem) {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(30);

    /** What a renewal is at, in words. */
    public record Progress(Reason reason, String message) {}

    static TrustDecision of(ClusterCertificates certificates, BrokerClusterIntent intent) {
        return new TrustDecision(certificates.needs(intent), RenewalPlanner.problem(certificates.wish(intent)));
    }

    static TrustDecision settled() {
        var none = new RenewalStep.Settled();
        return new TrustDecision(
                new Needs(none, none, Set.of(), Map.of(), Optional.empty(), false, Set.of()), Optional.empty());
    }

    /** Why there can be no cluster, if so: there is no authority, and none can be made. */
    static Optional<String> impossible(ClusterCertificates certificates, BrokerClusterIntent intent) {
        return certificates.authority(intent).trusted().isEmpty()
                ? RenewalPlanner.problem(certificates.wish(intent))
                : Optional.empty();
    }

    /** Returns what the renewals are at; empty if there is none. */
    public Optional<Progress> progress() {
        return of("of the nodes", needs.authority()).or(() -> of("of the users", needs.clients()));
    }

    private static Optional<Progress> of(String whose, RenewalStep step) {
        return switch (step) {
            case RenewalStep.Settled settled -> Optional.empty();
            case RenewalStep.Found found -> Optional.empty();
            case Impossible impossible -> Optional.empty();
            case RenewalStep.TrustNext(var why) ->
                Optional.of(new Progress(Reason.TRUSTING_BOTH, "the CA %s is renewed: %s".formatted(whose, why)));
            case RenewalStep.IssueFromNext(var checks) ->
                Optional.of(new Progress(
                        Reason.ISSUING_FROM_NEW, "the new CA %s issues from now on: %s".formatted(whose, checks)));
            case RenewalStep.DropFormer(var checks) ->
                Optional.of(new Progress(
                        Reason.ISSUING_FROM_NEW, "former CAs %s are dropped: %s".formatted(whose, checks)));
            case Await(var phase, var what, var look) ->
                Optional.of(
                        switch (phase) {
                            case TRUSTING ->
                                new Progress(
                                        Reason.TRUSTING_BOTH,
                                        "a new CA %s is trusted beside the former; waiting for %s"
                                                .formatted(whose, what));
                            case ISSUING ->
                                new Progress(
                                        Reason.ISSUING_FROM_NEW,
                                        "the new CA %s issues, and the former is still trusted; waiting for %s"
                                                .formatted(whose, what));
                        });
        };
    }

    /** How a cluster stands that serves, and whose authority is not the one that is asked for. */
    Standing with(Standing base) {
        return problem.map(why -> base.troubledBy(new Standing.Warning(Reason.CA_UNUSABLE, why)))
                .orElse(base);
    }

    Optional<Duration> nextLook() {
        return Stream.of(look(needs.authority()), look(needs.clients()), problem.map(why -> LATER))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    private static Optional<Duration> look(RenewalStep step) {
        if (step instanceof Await(var phase, var what, var look)) {
            return Optional.of(look);
        }
        return step.acts() ? Optional.of(SOON) : Optional.empty();
    }
}
