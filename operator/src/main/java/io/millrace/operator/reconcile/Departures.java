package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.millrace.operator.apply.Events;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import io.millrace.operator.status.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Takes things out of the brokers when their objects go. Whatever happens, the object goes: it is never held for long. */
public final class Departures {

    /** A cluster that has not answered for this long is taken for lost. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Events events;
    private final Tally tally;
    private final Clock clock;

    public Departures(Events events, Tally tally, Clock clock) {
        this.events = events;
        this.tally = tally;
        this.clock = clock;
    }

    /**
     * Says goodbye.
     *
     * @param object the object that goes
     * @param cluster the cluster it named
     * @param keep whether the thing is to stay
     * @param applied whether the thing was ever made what the object says
     * @param deletion takes the thing away; it being gone already is success
     */
    DeleteControl depart(
            HasMetadata object, ClusterResolution cluster, boolean keep, boolean applied, Runnable deletion) {
        if (keep) {
            return DeleteControl.defaultDelete();
        }
        return switch (cluster) {
            case ClusterResolution.Found found -> delete(object, deletion);
            case ClusterResolution.Unusable(var standing, var gone) when gone -> DeleteControl.defaultDelete();
            case ClusterResolution.Unusable(var standing, var gone)
            when standing.reason() == Reason.NAMESPACE_NOT_ALLOWED ->
                applied ? orphan(object, standing.message()) : DeleteControl.defaultDelete();
            case ClusterResolution.Unusable unusable -> retry(object, "the cluster has no running broker");
        };
    }

    private DeleteControl delete(HasMetadata object, Runnable deletion) {
        try {
            deletion.run();
            return DeleteControl.defaultDelete();
        } catch (FailureException e) {
            return switch (e.failure()) {
                case Failure.BrokerUnavailable(var message) -> retry(object, message);
                case Failure.Rejected(var message) -> orphan(object, message);
            };
        }
    }

    private DeleteControl retry(HasMetadata object, String message) {
        var since = Instant.parse(object.getMetadata().getDeletionTimestamp());
        return Duration.between(since, clock.instant()).compareTo(PATIENCE) > 0
                ? orphan(object, message)
                : DeleteControl.noFinalizerRemoval().rescheduleAfter(RETRY);
    }

    private DeleteControl orphan(HasMetadata object, String message) {
        tally.orphan(object.getKind());
        events.warning(object, "Orphaned", "the object goes, but what it stands for stays in the cluster: " + message);
        return DeleteControl.defaultDelete();
    }
}
