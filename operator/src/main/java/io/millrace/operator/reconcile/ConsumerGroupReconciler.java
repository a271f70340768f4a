package io.millrace.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.api.v1alpha1.ConsumerGroupStatus;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.apply.GroupResets;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.intent.Parsed;
import io.millrace.operator.intent.ResetIntent;
import io.millrace.operator.observe.LagCollector.GroupLag;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.plan.reset.ResetStatuses;
import io.millrace.operator.status.ConsumerGroupStatuses;
import io.millrace.operator.status.FailureException;
import io.millrace.operator.status.LagDisplay;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows consumer groups: what {@link LagWatch} has measured. It touches one only where spec.reset asks for it, and then
 * once.
 */
@Singleton
@ControllerConfiguration(
        name = "consumergroup",
        fieldManager = "millrace-operator-consumergroup",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 20_000)
public final class ConsumerGroupReconciler implements Reconciler<ConsumerGroup> {

    private final LagWatch watch;
    private final Connections connections;
    private final GroupResets resets;
    private final Leaves leaves;
    private @Nullable ClusterSource<ConsumerGroup> clusters;

    public ConsumerGroupReconciler(LagWatch watch, Connections connections, GroupResets resets, Leaves leaves) {
        this.watch = watch;
        this.connections = connections;
        this.resets = resets;
        this.leaves = leaves;
    }

    /** Returns the id of the group an object shows. */
    static String groupOf(ConsumerGroup object) {
        return Objects.requireNonNullElse(
                object.getSpec().group(), object.getMetadata().getName());
    }

    @Override
    public List<EventSource<?, ConsumerGroup>> prepareEventSources(EventSourceContext<ConsumerGroup> context) {
        // Two objects may show one group, each with its own thresholds: the claim is the object itself.
        var source = new ClusterSource<>(
                context, (ConsumerGroup object) -> object.getSpec().cluster(), object -> object.getMetadata()
                        .getUid());
        clusters = source;
        watch.start(source, this::needsALook);
        return source.sources();
    }

    @Override
    public UpdateControl<ConsumerGroup> reconcile(ConsumerGroup object, Context<ConsumerGroup> context) {
        if (object.getMetadata().getDeletionTimestamp() != null) {
            return UpdateControl.noUpdate();
        }
        return switch (clusters().resolve(object)) {
            case ClusterResolution.Unusable(var standing, var gone) ->
                leaves.publish(object, conditions(object), standing, unseen(object), Optional.empty());
            case ClusterResolution.Found ignored -> show(object);
        };
    }

    /** Returns whether what was measured differs enough from what is shown. A reset is looked at each time. */
    private boolean needsALook(ConsumerGroup object) {
        return object.getSpec().reset() != null
                || LagDisplay.differs(
                        object.getStatus(),
                        ConsumerGroupStatuses.with(lastReset(object), measured(object, Optional.empty())));
    }

    private static @Nullable ResetStatus lastReset(ConsumerGroup object) {
        return object.getStatus() == null ? null : object.getStatus().reset();
    }

    private ConsumerGroupStatus measured(ConsumerGroup object, Optional<Standing> reset) {
        return status(object, watch.group(clusters().keyOf(object), groupOf(object)), reset);
    }

    private UpdateControl<ConsumerGroup> show(ConsumerGroup object) {
        var key = clusters().keyOf(object);
        if (!watch.hasMeasured(key)) {
            // The first measurement wakes every object; until then what is shown stays.
            return UpdateControl.noUpdate();
        }
        var reset = reset(object, key);
        var fresh = ConsumerGroupStatuses.with(reset.status(), measured(object, reset.standing()));
        return LagDisplay.differs(object.getStatus(), fresh)
                ? UpdateControl.patchStatus(Statuses.patch(object, fresh))
                : UpdateControl.noUpdate();
    }

    /** How far spec.reset is, and how the group stands because of it. */
    private record Reset(@Nullable ResetStatus status, Optional<Standing> standing) {}

    private Reset reset(ConsumerGroup object, ClusterKey key) {
        var before = lastReset(object);
        var wish = object.getSpec().reset();
        if (wish == null) {
            return new Reset(before, Optional.empty());
        }
        return switch (ResetIntent.parse(wish)) {
            case Parsed.Invalid<ResetIntent>(var reason, var problem) ->
                new Reset(before, Optional.of(Standing.notReady(reason, problem)));
            case Parsed.Valid<ResetIntent>(var intent) -> {
                try {
                    var now = resets.look(object, groupOf(object), intent, before, connections.brokers(key));
                    yield new Reset(now, ResetStatuses.standing("reset", now));
                } catch (FailureException e) {
                    // Its lag is shown all the same.
                    var failure = e.failure();
                    yield new Reset(
                            before, Optional.of(Standing.notReady(failure.reason(), "reset: " + failure.message())));
                }
            }
        };
    }

    /** Composes what is to be shown now. */
    private ConsumerGroupStatus status(ConsumerGroup object, Optional<GroupLag> lag, Optional<Standing> reset) {
        return switch (lag.orElse(null)) {
            case null ->
                // An application that has not started yet is nothing wrong with its group.
                leaves.status(
                        object,
                        conditions(object),
                        reset.orElseGet(() -> new Standing(
                                true,
                                Reason.GROUP_NOT_FOUND,
                                "group %s has no members and no offsets yet".formatted(groupOf(object)),
                                null)),
                        ConsumerGroupStatuses::absent);
            case GroupLag.Stale(var since, var why) ->
                leaves.status(
                        object,
                        conditions(object),
                        Standing.notReady(Reason.LAG_STALE, LagDisplay.stale(since, why)),
                        (generation, conditions) ->
                                ConsumerGroupStatuses.stale(object.getStatus(), since, generation, conditions));
            case GroupLag.Fresh(var facts, var trend, var at) ->
                leaves.status(
                        object,
                        conditions(object),
                        reset.orElseGet(() -> LagDisplay.judge(
                                facts.lag(),
                                ConsumerGroupStatuses.lagSeconds(facts),
                                object.getSpec().lag())),
                        (generation, conditions) -> ConsumerGroupStatuses.of(facts, trend, generation, conditions));
        };
    }

    @Override
    public ErrorStatusUpdateControl<ConsumerGroup> updateErrorStatus(
            ConsumerGroup object, Context<ConsumerGroup> context, Exception error) {
        return leaves.failed(object, conditions(object), error, unseen(object));
    }

    /** Nothing is known of the group now; what was done to it stays known. */
    private static Leaves.StatusMaker<ConsumerGroupStatus> unseen(ConsumerGroup object) {
        var reset = lastReset(object);
        return (generation, conditions) ->
                ConsumerGroupStatuses.with(reset, ConsumerGroupStatuses.absent(generation, conditions));
    }

    private static @Nullable List<Condition> conditions(ConsumerGroup object) {
        return object.getStatus() == null ? null : object.getStatus().conditions();
    }

    private ClusterSource<ConsumerGroup> clusters() {
        if (clusters == null) {
            throw new IllegalStateException("event sources are prepared before anything is reconciled");
        }
        return clusters;
    }
}
