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
import io.millrace.operator.observe.LagCollector.Measured;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.status.ConsumerGroupStatuses;
import io.millrace.operator.status.LagDisplay;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Shows consumer groups. It never touches one: what is shown is what {@link LagWatch} has measured. */
@Singleton
@ControllerConfiguration(
        name = "consumergroup",
        fieldManager = "millrace-operator-consumergroup",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 20_000)
public final class ConsumerGroupReconciler implements Reconciler<ConsumerGroup> {

    private final LagWatch watch;
    private final Leaves leaves;
    private @Nullable ClusterSource<ConsumerGroup> clusters;

    public ConsumerGroupReconciler(LagWatch watch, Leaves leaves) {
        this.watch = watch;
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
        watch.start(source);
        return source.sources();
    }

    @Override
    public UpdateControl<ConsumerGroup> reconcile(ConsumerGroup object, Context<ConsumerGroup> context) {
        if (object.getMetadata().getDeletionTimestamp() != null) {
            return UpdateControl.noUpdate();
        }
        return switch (clusters().resolve(object)) {
            case ClusterResolution.Unusable(var standing, var gone) ->
                leaves.publish(object, conditions(object), standing, ConsumerGroupStatuses::absent, Optional.empty());
            case ClusterResolution.Found ignored -> show(object);
        };
    }

    private UpdateControl<ConsumerGroup> show(ConsumerGroup object) {
        var key = clusters().keyOf(object);
        if (!watch.hasMeasured(key)) {
            // The first measurement wakes every object; until then what is shown stays.
            return UpdateControl.noUpdate();
        }
        var fresh = status(object, watch.group(key, groupOf(object)));
        return LagDisplay.differs(object.getStatus(), fresh)
                ? UpdateControl.patchStatus(Statuses.patch(object, fresh))
                : UpdateControl.noUpdate();
    }

    /** Composes what is to be shown now. */
    ConsumerGroupStatus status(ConsumerGroup object, Optional<Measured> measured) {
        var group = groupOf(object);
        if (measured.isEmpty()) {
            // An application that has not started yet is nothing wrong with its group.
            var standing = new Standing(
                    true, Reason.GROUP_NOT_FOUND, "group %s has no members and no offsets yet".formatted(group), null);
            return leaves.status(object, conditions(object), standing, ConsumerGroupStatuses::absent);
        }
        var facts = measured.get().facts();
        var standing = LagDisplay.judge(
                facts.lag(),
                ConsumerGroupStatuses.lagSeconds(facts),
                object.getSpec().lag());
        return leaves.status(
                object,
                conditions(object),
                standing,
                (generation, conditions) ->
                        ConsumerGroupStatuses.of(facts, measured.get().trend(), generation, conditions));
    }

    @Override
    public ErrorStatusUpdateControl<ConsumerGroup> updateErrorStatus(
            ConsumerGroup object, Context<ConsumerGroup> context, Exception error) {
        return leaves.failed(object, conditions(object), error, ConsumerGroupStatuses::absent);
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
