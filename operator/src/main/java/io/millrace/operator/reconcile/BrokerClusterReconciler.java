package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.millrace.api.v1alpha1.Api;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Management;
import io.millrace.operator.apply.BrokerClusterApplier;
import io.millrace.operator.apply.BrokerClusterApplier.Repair;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.desired.BrokerStatefulSet;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.Catalogue;
import io.millrace.operator.intent.Parsed;
import io.millrace.operator.observe.BrokerClusterObserver;
import io.millrace.operator.plan.BrokerClusterPlanner;
import io.millrace.operator.status.BrokerClusterStatuses;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes clusters what their objects say. */
@Singleton
@ControllerConfiguration(
        name = "brokercluster",
        fieldManager = "millrace-operator-brokercluster",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 2, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 20_000)
public final class BrokerClusterReconciler implements Reconciler<BrokerCluster> {

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Standing PAUSED = Standing.notReady(Reason.PAUSED, "management is Paused");

    private final BrokerClusterObserver observer;
    private final BrokerClusterApplier applier;
    private final Catalogue catalogue;
    private final Leaves leaves;
    private final SettingsWatch settings;
    private final Clock clock;
    private final ClusterNews news;

    public BrokerClusterReconciler(
            BrokerClusterObserver observer,
            BrokerClusterApplier applier,
            Catalogue catalogue,
            Leaves leaves,
            SettingsWatch settings,
            Clock clock) {
        this.leaves = leaves;
        this.settings = settings;
        this.news = new ClusterNews(leaves.events(), leaves.tally());
        this.observer = observer;
        this.applier = applier;
        this.catalogue = catalogue;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, BrokerCluster>> prepareEventSources(EventSourceContext<BrokerCluster> context) {
        var wakeUps = new SimpleInboundEventSource<BrokerCluster>("wake-ups");
        Consumer<ClusterKey> wake = key -> wakeUps.propagateEvent(new ResourceID(key.name(), key.namespace()));
        observer.onWaitingTopics(wake);
        settings.start(context.getPrimaryCache()::list, wake);
        return List.of(
                wakeUps,
                owned(StatefulSet.class, context),
                owned(Pod.class, context),
                owned(Service.class, context),
                owned(ConfigMap.class, context),
                owned(Secret.class, context),
                owned(PersistentVolumeClaim.class, context),
                owned(PodDisruptionBudget.class, context),
                owned(NetworkPolicy.class, context));
    }

    private static <T extends HasMetadata> EventSource<T, BrokerCluster> owned(
            Class<T> kind, EventSourceContext<BrokerCluster> context) {
        var configuration = InformerEventSourceConfiguration.from(kind, BrokerCluster.class)
                .withLabelSelector(Api.CLUSTER_LABEL)
                .withSecondaryToPrimaryMapper(object -> Set.of(new ResourceID(
                        object.getMetadata().getLabels().get(Api.CLUSTER_LABEL),
                        object.getMetadata().getNamespace())))
                .build();
        return new InformerEventSource<>(configuration, context);
    }

    @Override
    public UpdateControl<BrokerCluster> reconcile(BrokerCluster cluster, Context<BrokerCluster> context) {
        if (cluster.getMetadata().getDeletionTimestamp() != null) {
            return UpdateControl.noUpdate();
        }
        return switch (BrokerClusterIntent.parse(cluster, catalogue)) {
            case Parsed.Invalid<BrokerClusterIntent>(var reason, var problem) ->
                stand(cluster, isPaused(cluster) ? PAUSED : Standing.notReady(reason, problem));
            case Parsed.Valid<BrokerClusterIntent>(var intent) ->
                isPaused(cluster) ? foretell(cluster, intent, context) : reconcile(cluster, intent, context);
        };
    }

    private static boolean isPaused(BrokerCluster cluster) {
        return cluster.getSpec().management() == Management.Paused;
    }

    /** Nothing is done, but what would become of changed settings is told before somebody ends the pause. */
    private UpdateControl<BrokerCluster> foretell(
            BrokerCluster cluster, BrokerClusterIntent intent, Context<BrokerCluster> context) {
        var decision = BrokerClusterPlanner.plan(intent, observer.observe(cluster, intent, context));
        var config = decision.settings().status();
        return Statuses.publish(
                cluster, BrokerClusterStatuses.of(cluster, PAUSED, config, clock.instant()), Optional.empty());
    }

    private UpdateControl<BrokerCluster> reconcile(
            BrokerCluster cluster, BrokerClusterIntent intent, Context<BrokerCluster> context) {
        var observed = observer.observe(cluster, intent, context);
        var decision = BrokerClusterPlanner.plan(intent, observed);
        var standing = decision.plan().standing();
        if (cluster.getSpec().management() != Management.Observe) {
            var repaired = new ArrayList<Repair>();
            try {
                standing = applier.apply(cluster, decision.plan().actions(), observed, context, repaired::add)
                        .map(standing::troubledBy)
                        .orElse(standing);
            } finally {
                tellOfDrift(cluster, repaired);
            }
            news.tell(cluster, decision.roll());
            news.tell(cluster, decision.storage());
        }
        var status = BrokerClusterStatuses.of(cluster, intent, observed, decision, standing, clock.instant());
        // Which roll or rebalance is under way is read from the status.
        return Statuses.publishForNextLook(cluster, status, decision.plan().nextLook(), context);
    }

    /**
     * An object that is not as it was written was changed by somebody; one that is missing only if it had been made, and the
     * StatefulSet not while it is made again for disks that grow.
     */
    private void tellOfDrift(BrokerCluster cluster, List<Repair> repaired) {
        var status = cluster.getStatus();
        var settled = status != null && leaves.isSettled(cluster, status.conditions(), status.observedGeneration());
        var ours = ClusterNews.hasSaid(cluster, Reason.GROWING)
                ? "StatefulSet " + BrokerStatefulSet.name(cluster.getMetadata().getName())
                : "";
        leaves.tellOfDrift(
                cluster,
                repaired.stream()
                        .filter(repair ->
                                !repair.missing() || (settled && !repair.what().equals(ours)))
                        .map(Repair::what)
                        .collect(Collectors.joining(", ")));
    }

    @Override
    public ErrorStatusUpdateControl<BrokerCluster> updateErrorStatus(
            BrokerCluster cluster, Context<BrokerCluster> context, Exception error) {
        var found = Failures.in(error);
        if (found.isEmpty()) {
            return ErrorStatusUpdateControl.defaultErrorProcessing();
        }
        var failure = found.get();
        var status = BrokerClusterStatuses.of(
                cluster, Standing.notReady(failure.reason(), failure.message()), clock.instant());
        ErrorStatusUpdateControl<BrokerCluster> control = Statuses.same(cluster.getStatus(), status)
                ? ErrorStatusUpdateControl.noStatusUpdate()
                : ErrorStatusUpdateControl.patchStatus(Statuses.patch(cluster, status));
        return control.withNoRetry().rescheduleAfter(RETRY);
    }

    private UpdateControl<BrokerCluster> stand(BrokerCluster cluster, Standing standing) {
        return Statuses.publish(
                cluster, BrokerClusterStatuses.of(cluster, standing, clock.instant()), Optional.empty());
    }
}
