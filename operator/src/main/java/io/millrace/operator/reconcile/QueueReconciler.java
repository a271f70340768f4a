package io.millrace.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Management;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.QueueDeletionPolicy;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.operator.apply.QueueRewinds;
import io.millrace.operator.apply.TopologyApplier;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.intent.Parsed;
import io.millrace.operator.intent.QueueIntent;
import io.millrace.operator.intent.RewindIntent;
import io.millrace.operator.observe.TopologyObserver;
import io.millrace.operator.observe.TopologyObserver.Destination;
import io.millrace.operator.observe.TopologyObserver.Topology;
import io.millrace.operator.plan.BindingFacts;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.plan.TopologyPlanner;
import io.millrace.operator.plan.reset.ResetStatuses;
import io.millrace.operator.status.Adoption;
import io.millrace.operator.status.QueueStatuses;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes queues what their objects say, and shows how full they are. */
@Singleton
@ControllerConfiguration(
        name = "queue",
        fieldManager = "millrace-operator-queue",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 20_000)
public final class QueueReconciler implements Reconciler<Queue>, Cleaner<Queue> {

    private final TopologyWatch watch;
    private final Connections connections;
    private final QueueRewinds rewinds;
    private final Leaves leaves;
    private @Nullable ClusterSource<Queue> clusters;

    public QueueReconciler(TopologyWatch watch, Connections connections, QueueRewinds rewinds, Leaves leaves) {
        this.watch = watch;
        this.connections = connections;
        this.rewinds = rewinds;
        this.leaves = leaves;
    }

    @Override
    public List<EventSource<?, Queue>> prepareEventSources(EventSourceContext<Queue> context) {
        var source = new ClusterSource<>(
                context,
                (Queue queue) -> queue.getSpec().cluster(),
                queue -> QueueIntent.vhostOf(queue) + "|" + QueueIntent.nameOf(queue));
        clusters = source;
        watch.onLook(source, queue -> true, this::needsALook);
        return source.sources();
    }

    @Override
    public UpdateControl<Queue> reconcile(Queue queue, Context<Queue> context) {
        if (queue.getSpec().management() == Management.Paused) {
            return publish(queue, Standing.notReady(Reason.PAUSED, "management is Paused"));
        }
        return switch (clusters().resolve(queue)) {
            case ClusterResolution.Unusable(var standing, var gone) -> publish(queue, standing);
            case ClusterResolution.Found(var cluster) -> {
                if (!TopologyWatch.hasQueues(cluster)) {
                    yield publish(queue, TopologyWatch.noQueues(cluster));
                }
                var winner = clusters().olderClaim(queue);
                if (winner.isPresent()) {
                    yield publish(queue, TopologyWatch.conflict(winner.get()));
                }
                yield switch (QueueIntent.parse(queue)) {
                    case Parsed.Invalid<QueueIntent>(var reason, var problem) ->
                        publish(queue, Standing.notReady(reason, problem));
                    case Parsed.Valid<QueueIntent>(var intent) -> reconcile(queue, intent);
                };
            }
        };
    }

    private UpdateControl<Queue> reconcile(Queue queue, QueueIntent intent) {
        var key = clusters().keyOf(queue);
        var admin = watch.admin(key);
        var status = queue.getStatus();
        var found = admin.queue(intent.vhost(), intent.name());
        var around = TopologyObserver.around(
                admin,
                new Destination(intent.vhost(), intent.name(), BindingFacts.Kind.QUEUE),
                intent.bindings(),
                status == null ? null : status.bound());
        var plan = TopologyPlanner.plan(
                intent,
                found,
                around,
                Adoption.is(adopted(queue)),
                queue.getSpec().management() == Management.Observe);
        if (!plan.actions().isEmpty()) {
            leaves.tellOfDrift(queue, conditions(queue), status == null ? null : status.observedGeneration(), plan);
            TopologyApplier.apply(plan.actions(), admin);
            found = admin.queue(intent.vhost(), intent.name());
        }
        var facts = found;
        var rewind = rewind(queue, plan.standing());
        return leaves.publish(
                queue,
                conditions(queue),
                rewind.standing().orElse(plan.standing()),
                (generation, conditions) -> QueueStatuses.with(
                        rewind.status(),
                        QueueStatuses.of(
                                queue,
                                facts,
                                generation,
                                conditions,
                                Adoption.is(Adoption.of(
                                        adopted(queue), queue.getSpec().management(), plan.standing())))),
                plan.nextLook());
    }

    /** How far spec.rewind is, and how the queue stands because of it. */
    private record Rewind(@Nullable ResetStatus status, Optional<Standing> standing) {}

    /** Only a queue that is as asked is rewound: one that is still to get spec.replay has nothing to go back to. */
    private Rewind rewind(Queue queue, Standing standing) {
        var before = queue.getStatus() == null ? null : queue.getStatus().rewind();
        var wish = queue.getSpec().rewind();
        if (wish == null || !standing.ready() || queue.getSpec().management() == Management.Observe) {
            return new Rewind(before, Optional.empty());
        }
        return switch (RewindIntent.parse(wish)) {
            case Parsed.Invalid<RewindIntent>(var reason, var problem) ->
                new Rewind(before, Optional.of(Standing.notReady(reason, problem)));
            case Parsed.Valid<RewindIntent>(var intent) -> {
                if (before != null && !rewinds.isPending(queue, intent)) {
                    yield new Rewind(before, ResetStatuses.standing("rewind", before));
                }
                var key = clusters().keyOf(queue);
                var now = rewinds.look(queue, intent, connections.brokers(key), watch.admin(key));
                yield new Rewind(now, ResetStatuses.standing("rewind", now));
            }
        };
    }

    @Override
    public DeleteControl cleanup(Queue queue, Context<Queue> context) {
        var policy = queue.getSpec().deletionPolicy();
        var keep = policy == QueueDeletionPolicy.Retain
                || queue.getSpec().management() != Management.Manage
                || Adoption.isOfOthers(adopted(queue), conditions(queue))
                || clusters().olderClaim(queue).isPresent();
        var applied = Adoption.is(adopted(queue));
        return leaves.departures().depart(queue, clusters().resolve(queue), keep, applied, () -> {
            var admin = watch.admin(clusters().keyOf(queue));
            if (applied || !isOther(queue, admin)) {
                admin.deleteQueue(
                        QueueIntent.vhostOf(queue), QueueIntent.nameOf(queue), policy != QueueDeletionPolicy.Delete);
            }
        });
    }

    /** Asked where the status does not tell whose the queue is. */
    private static boolean isOther(Queue queue, QueueAdmin admin) {
        return !(QueueIntent.parse(queue) instanceof Parsed.Valid<QueueIntent>(var intent))
                || admin.queue(intent.vhost(), intent.name())
                        .filter(found -> TopologyPlanner.isOther(intent, found))
                        .isPresent();
    }

    @Override
    public ErrorStatusUpdateControl<Queue> updateErrorStatus(Queue queue, Context<Queue> context, Exception error) {
        return leaves.failed(
                queue,
                conditions(queue),
                error,
                (generation, conditions) ->
                        QueueStatuses.of(queue, Optional.empty(), generation, conditions, Adoption.is(adopted(queue))));
    }

    /** Returns whether what was seen differs from what is asked, or enough from what is shown. */
    private boolean needsALook(Queue queue, Topology topology) {
        var status = queue.getStatus();
        if (status == null || !(QueueIntent.parse(queue) instanceof Parsed.Valid<QueueIntent>(var intent))) {
            return true;
        }
        var found = topology.queue(intent.vhost(), intent.name());
        var around = topology.around(
                new Destination(intent.vhost(), intent.name(), BindingFacts.Kind.QUEUE), status.bound());
        var plan = TopologyPlanner.plan(intent, found, around, Adoption.is(status.adopted()), false);
        return !plan.actions().isEmpty()
                || found.filter(facts -> QueueStatuses.differs(status, facts)).isPresent()
                || isToBeRewound(queue);
    }

    private boolean isToBeRewound(Queue queue) {
        var wish = queue.getSpec().rewind();
        return wish != null
                && RewindIntent.parse(wish) instanceof Parsed.Valid<RewindIntent>(var intent)
                && rewinds.isPending(queue, intent);
    }

    private static @Nullable Boolean adopted(Queue queue) {
        return queue.getStatus() == null ? null : queue.getStatus().adopted();
    }

    private UpdateControl<Queue> publish(Queue queue, Standing standing) {
        return leaves.publish(
                queue,
                conditions(queue),
                standing,
                (generation, conditions) ->
                        QueueStatuses.of(queue, Optional.empty(), generation, conditions, Adoption.is(adopted(queue))),
                Optional.empty());
    }

    private static @Nullable List<Condition> conditions(Queue queue) {
        return queue.getStatus() == null ? null : queue.getStatus().conditions();
    }

    private ClusterSource<Queue> clusters() {
        if (clusters == null) {
            throw new IllegalStateException("event sources are prepared before anything is reconciled");
        }
        return clusters;
    }
}
