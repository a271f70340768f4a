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
import io.millrace.api.v1alpha1.DeletionPolicy;
import io.millrace.api.v1alpha1.Exchange;
import io.millrace.api.v1alpha1.ExchangeStatus;
import io.millrace.api.v1alpha1.Management;
import io.millrace.operator.apply.TopologyApplier;
import io.millrace.operator.client.QueueAdmin;
import io.millrace.operator.intent.ExchangeIntent;
import io.millrace.operator.observe.TopologyObserver;
import io.millrace.operator.observe.TopologyObserver.Destination;
import io.millrace.operator.observe.TopologyObserver.Topology;
import io.millrace.operator.plan.BindingFacts;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.plan.TopologyPlanner;
import io.millrace.operator.status.Adoption;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes exchanges what their objects say. */
@Singleton
@ControllerConfiguration(
        name = "exchange",
        fieldManager = "millrace-operator-exchange",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 20_000)
public final class ExchangeReconciler implements Reconciler<Exchange>, Cleaner<Exchange> {

    private final TopologyWatch watch;
    private final Leaves leaves;
    private @Nullable ClusterSource<Exchange> clusters;

    public ExchangeReconciler(TopologyWatch watch, Leaves leaves) {
        this.watch = watch;
        this.leaves = leaves;
    }

    @Override
    public List<EventSource<?, Exchange>> prepareEventSources(EventSourceContext<Exchange> context) {
        var source = new ClusterSource<>(
                context,
                (Exchange exchange) -> exchange.getSpec().cluster(),
                exchange -> ExchangeIntent.vhostOf(exchange) + "|" + ExchangeIntent.nameOf(exchange));
        clusters = source;
        watch.onLook(source, exchange -> true, ExchangeReconciler::needsALook);
        return source.sources();
    }

    @Override
    public UpdateControl<Exchange> reconcile(Exchange exchange, Context<Exchange> context) {
        if (exchange.getSpec().management() == Management.Paused) {
            return publish(exchange, Standing.notReady(Reason.PAUSED, "management is Paused"));
        }
        return switch (clusters().resolve(exchange)) {
            case ClusterResolution.Unusable(var standing, var gone) -> publish(exchange, standing);
            case ClusterResolution.Found(var cluster) -> {
                if (!TopologyWatch.hasQueues(cluster)) {
                    yield publish(exchange, TopologyWatch.noQueues(cluster));
                }
                var winner = clusters().olderClaim(exchange);
                yield winner.isPresent()
                        ? publish(exchange, TopologyWatch.conflict(winner.get()))
                        : reconcile(exchange, ExchangeIntent.parse(exchange));
            }
        };
    }

    private UpdateControl<Exchange> reconcile(Exchange exchange, ExchangeIntent intent) {
        var admin = watch.admin(clusters().keyOf(exchange));
        var status = exchange.getStatus();
        var around = TopologyObserver.around(
                admin,
                new Destination(intent.vhost(), intent.name(), BindingFacts.Kind.EXCHANGE),
                intent.bindings(),
                status == null ? null : status.bound());
        var plan = TopologyPlanner.plan(
                intent,
                admin.exchange(intent.vhost(), intent.name()),
                around,
                exchange.getSpec().management() == Management.Observe);
        if (!plan.actions().isEmpty()) {
            leaves.tellOfDrift(
                    exchange, conditions(exchange), status == null ? null : status.observedGeneration(), plan);
            TopologyApplier.apply(plan.actions(), admin);
        }
        var leaving = admin.bindingsFrom(intent.vhost(), intent.name());
        return leaves.publish(
                exchange,
                conditions(exchange),
                plan.standing(),
                (generation, conditions) -> new ExchangeStatus(
                        generation,
                        conditions,
                        intent.name(),
                        leaving,
                        Adoption.of(adopted(exchange), exchange.getSpec().management(), plan.standing()),
                        exchange.getSpec().bindings()),
                plan.nextLook());
    }

    @Override
    public DeleteControl cleanup(Exchange exchange, Context<Exchange> context) {
        var keep = exchange.getSpec().deletionPolicy() == DeletionPolicy.Retain
                || exchange.getSpec().management() != Management.Manage
                || Adoption.isOfOthers(adopted(exchange), conditions(exchange))
                || clusters().olderClaim(exchange).isPresent();
        var applied = Adoption.is(adopted(exchange));
        return leaves.departures().depart(exchange, clusters().resolve(exchange), keep, applied, () -> {
            var admin = watch.admin(clusters().keyOf(exchange));
            if (applied || !isOther(exchange, admin)) {
                admin.deleteExchange(ExchangeIntent.vhostOf(exchange), ExchangeIntent.nameOf(exchange));
            }
        });
    }

    /** Asked where the status does not tell whose the exchange is. */
    private static boolean isOther(Exchange exchange, QueueAdmin admin) {
        var intent = ExchangeIntent.parse(exchange);
        return admin.exchange(intent.vhost(), intent.name())
                .filter(found -> TopologyPlanner.isOther(intent, found))
                .isPresent();
    }

    @Override
    public ErrorStatusUpdateControl<Exchange> updateErrorStatus(
            Exchange exchange, Context<Exchange> context, Exception error) {
        return leaves.failed(
                exchange,
                conditions(exchange),
                error,
                (generation, conditions) -> kept(exchange, generation, conditions));
    }

    private static boolean needsALook(Exchange exchange, Topology topology) {
        var status = exchange.getStatus();
        if (status == null) {
            return true;
        }
        var intent = ExchangeIntent.parse(exchange);
        var around = topology.around(
                new Destination(intent.vhost(), intent.name(), BindingFacts.Kind.EXCHANGE), status.bound());
        var plan = TopologyPlanner.plan(intent, topology.exchange(intent.vhost(), intent.name()), around, false);
        return !plan.actions().isEmpty()
                || !Objects.equals(status.bindings(), topology.leaving(intent.vhost(), intent.name()));
    }

    private UpdateControl<Exchange> publish(Exchange exchange, Standing standing) {
        return leaves.publish(
                exchange,
                conditions(exchange),
                standing,
                (generation, conditions) -> kept(exchange, generation, conditions),
                Optional.empty());
    }

    private static ExchangeStatus kept(Exchange exchange, long generation, List<Condition> conditions) {
        var old = exchange.getStatus();
        return new ExchangeStatus(
                generation,
                conditions,
                ExchangeIntent.nameOf(exchange),
                old == null ? null : old.bindings(),
                adopted(exchange),
                old == null ? null : old.bound());
    }

    private static @Nullable Boolean adopted(Exchange exchange) {
        return exchange.getStatus() == null ? null : exchange.getStatus().adopted();
    }

    private static @Nullable List<Condition> conditions(Exchange exchange) {
        return exchange.getStatus() == null ? null : exchange.getStatus().conditions();
    }

    private ClusterSource<Exchange> clusters() {
        if (clusters == null) {
            throw new IllegalStateException("event sources are prepared before anything is reconciled");
        }
        return clusters;
    }
}
