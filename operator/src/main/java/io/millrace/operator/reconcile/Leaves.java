package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.operator.apply.Events;
import io.millrace.operator.plan.Described;
import io.millrace.operator.plan.Plan;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.Standing;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What all kinds, above all those that live inside a cluster, have in common: time, Events, counts, and how a status is published. */
public final class Leaves {

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Clock clock;
    private final Events events;
    private final Tally tally;
    private final Departures departures;

    public Leaves(Clock clock, Events events, Tally tally) {
        this.clock = clock;
        this.events = events;
        this.tally = tally;
        this.departures = new Departures(events, tally, clock);
    }

    /** Makes the status of a kind from its conditions. */
    interface StatusMaker<S> {
        S make(long generation, List<Condition> conditions);
    }

    Clock clock() {
        return clock;
    }

    Events events() {
        return events;
    }

    Tally tally() {
        return tally;
    }

    Departures departures() {
        return departures;
    }

    /** Publishes a status, if it says something new. */
    <S, T extends CustomResource<?, S>> UpdateControl<T> publish(
            T object,
            @Nullable List<Condition> before,
            Standing standing,
            StatusMaker<S> maker,
            Optional<Duration> nextLook) {
        return Statuses.publish(object, status(object, before, standing, maker), nextLook);
    }

    /** Publishes a failure; the framework tries again unless only a human can help. */
    <S, T extends CustomResource<?, S>> ErrorStatusUpdateControl<T> failed(
            T object, @Nullable List<Condition> before, Exception error, StatusMaker<S> maker) {
        var found = Failures.in(error);
        if (found.isEmpty()) {
            return ErrorStatusUpdateControl.defaultErrorProcessing();
        }
        var failure = found.get();
        var standing = Standing.notReady(failure.reason(), String.valueOf(failure.message()));
        var status = status(object, before, standing, maker);
        ErrorStatusUpdateControl<T> control = Statuses.same(object.getStatus(), status)
                ? ErrorStatusUpdateControl.noStatusUpdate()
                : ErrorStatusUpdateControl.patchStatus(Statuses.patch(object, status));
        return switch (failure) {
            case Failure.Rejected ignored -> control.withNoRetry();
            case Failure.BrokerUnavailable ignored -> control.withNoRetry().rescheduleAfter(RETRY);
        };
    }

    /** Tells of a repair, if what is done is one: the object was settled, and yet there is work. */
    void tellOfDrift(
            CustomResource<?, ?> object,
            @Nullable List<Condition> before,
            @Nullable Long seen,
            Plan<? extends Described> plan) {
        if (isSettled(object, before, seen)) {
            tellOfDrift(object, Described.words(plan.actions()));
        }
    }

    /** Whether an object was well when it was last looked at, and nobody has changed it since. */
    boolean isSettled(CustomResource<?, ?> object, @Nullable List<Condition> before, @Nullable Long seen) {
        return Conditions.isReady(before)
                && Objects.equals(seen, object.getMetadata().getGeneration());
    }

    /** Tells of a repair in words; nothing if there are none. */
    void tellOfDrift(CustomResource<?, ?> object, String repaired) {
        if (!repaired.isEmpty()) {
            tally.drift(object.getKind());
            events.warning(object, "DriftRepaired", "changed outside; repaired: " + repaired);
        }
    }

    /** Makes a status. */
    <S, T extends CustomResource<?, S>> S status(
            T object, @Nullable List<Condition> before, Standing standing, StatusMaker<S> maker) {
        var generation = object.getMetadata().getGeneration();
        return maker.make(generation, Conditions.compose(before, standing, generation, clock.instant()));
    }
}
