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
import io.millrace.api.v1alpha1.Binding;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.DeletionPolicy;
import io.millrace.api.v1alpha1.Management;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.api.v1alpha1.TopicStatus;
import io.millrace.operator.apply.TopicApplier;
import io.millrace.operator.apply.TopologyApplier;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.TopicAdmin;
import io.millrace.operator.intent.BindingIntent;
import io.millrace.operator.intent.Parsed;
import io.millrace.operator.intent.TopicIntent;
import io.millrace.operator.observe.TopologyObserver;
import io.millrace.operator.observe.TopologyObserver.Destination;
import io.millrace.operator.observe.TopologyObserver.Topology;
import io.millrace.operator.observe.WaitingTopics;
import io.millrace.operator.plan.BindingFacts;
import io.millrace.operator.plan.ClusterOutlook;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.plan.Described;
import io.millrace.operator.plan.Plan;
import io.millrace.operator.plan.TopicFacts;
import io.millrace.operator.plan.TopicPlanner;
import io.millrace.operator.plan.TopologyPlanner;
import io.millrace.operator.status.Adoption;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import io.millrace.operator.status.TopicStatuses;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes topics what their objects say. */
@Singleton
@ControllerConfiguration(
        name = "topic",
        fieldManager = "millrace-operator-topic",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 20_000)
public final class TopicReconciler implements Reconciler<Topic>, Cleaner<Topic> {

    private static final Duration SOON = Duration.ofSeconds(5);

    /** A broker may not have heard of a topic that was made so long ago. */
    private static final Duration NEWS_SPREADS = Duration.ofSeconds(10);

    private static final LookPace PACE = new LookPace(Duration.ofSeconds(10), Duration.ofSeconds(25));

    private final Connections connections;
    private final TopologyWatch topologies;
    private final Leaves leaves;
    private final Lookout lookout;
    private final WaitingTopics waiting;
    private @Nullable ClusterSource<Topic> clusters;

    public TopicReconciler(
            Connections connections, TopologyWatch topologies, Leaves leaves, Lookout lookout, WaitingTopics waiting) {
        this.connections = connections;
        this.topologies = topologies;
        this.leaves = leaves;
        this.lookout = lookout;
        this.waiting = waiting;
    }

    @Override
    public List<EventSource<?, Topic>> prepareEventSources(EventSourceContext<Topic> context) {
        var source =
                new ClusterSource<>(context, (Topic topic) -> topic.getSpec().cluster(), TopicIntent::nameOf);
        clusters = source;
        var looks = new ClusterLooks("topics");
        lookout.every(
                ClusterLooks.TICK, "topics", () -> looks.at(source.serving(), PACE, cluster -> look(source, cluster)));
        topologies.onLook(source, TopicReconciler::mayHaveBindings, TopicReconciler::bindingsDiffer);
        return source.sources();
    }

    @Override
    public UpdateControl<Topic> reconcile(Topic topic, Context<Topic> context) {
        if (topic.getSpec().management() == Management.Paused) {
            return publish(topic, Standing.notReady(Reason.PAUSED, "management is Paused"), Optional.empty());
        }
        return switch (clusters().resolve(topic)) {
            case ClusterResolution.Unusable(var standing, var gone) -> publish(topic, standing, Optional.empty());
            case ClusterResolution.Found(var cluster) -> reconcile(topic, cluster);
        };
    }

    private UpdateControl<Topic> reconcile(Topic topic, BrokerCluster cluster) {
        var winner = clusters().olderClaim(topic);
        if (winner.isPresent()) {
            var meta = winner.get().getMetadata();
            return publish(
                    topic,
                    Standing.notReady(
                            Reason.CONFLICT,
                            "Topic %s/%s is older and has the same topicName"
                                    .formatted(meta.getNamespace(), meta.getName())),
                    Optional.empty());
        }
        return switch (TopicIntent.parse(topic)) {
            case Parsed.Invalid<TopicIntent>(var reason, var problem) ->
                publish(topic, Standing.notReady(reason, problem), Optional.empty());
            case Parsed.Valid<TopicIntent>(var intent) -> {
                if (!TopologyWatch.hasQueues(cluster) && !intent.bindings().isEmpty()) {
                    yield publish(
                            topic,
                            Standing.notReady(
                                    Reason.NOT_SUPPORTED, "bindings need a cluster with queues.enabled: true"),
                            Optional.empty());
                }
                yield reconcile(topic, intent, ClusterOutlook.of(cluster));
            }
        };
    }

    private UpdateControl<Topic> reconcile(Topic topic, TopicIntent intent, ClusterOutlook cluster) {
        var topics = connections.brokers(clusters().keyOf(topic)).topics();
        var observeOnly = topic.getSpec().management() == Management.Observe;
        var made = TopicPlanner.makeUnseen(intent, hasSeenIt(topic), observeOnly)
                .flatMap(create -> TopicApplier.apply(List.of(create), topics));
        var found = made.or(() -> topics.describe(intent.name()));
        var plan = TopicPlanner.plan(intent, found, observeOnly, cluster);
        if (made.isEmpty() && !plan.actions().isEmpty()) {
            if (found.isPresent()) {
                tellOfDrift(topic, plan);
            }
            made = TopicApplier.apply(plan.actions(), topics);
            if (made.isPresent()) {
                // Told afterwards: one that is there after all was only not known to the broker that was asked.
                tellOfDrift(topic, plan);
            }
            found = made.or(() -> topics.describe(intent.name()));
            if (found.isEmpty() && hasSeenIt(topic)) {
                // It is there, and nobody can say more just now: what is shown stays.
                return UpdateControl.<Topic>noUpdate()
                        .rescheduleAfter(plan.nextLook().orElse(SOON));
            }
            if (found.isPresent()) {
                var now = TopicPlanner.plan(intent, found, observeOnly, cluster);
                // Metadata spreads in its own time, but an answer to a creation is about what was made.
                plan = new Plan<>(List.of(), now.standing(), made.isPresent() ? now.nextLook() : plan.nextLook());
            }
        }
        tellWhetherItWaits(topic, plan.standing().reason() == Reason.REPLICATING);
        var bindings =
                found.isPresent() && plan.standing().ready() ? bind(topic, intent, observeOnly) : plan.standing();
        var facts = found;
        return leaves.publish(
                topic,
                conditions(topic),
                bindings,
                (generation, conditions) ->
                        TopicStatuses.of(topic, facts, generation, conditions, adopted(topic, facts, bindings)),
                bindings.ready() ? plan.nextLook() : plan.nextLook().or(() -> Optional.of(SOON)));
    }

    private static boolean hasSeenIt(Topic topic) {
        return topic.getStatus() != null && topic.getStatus().topicId() != null;
    }

    private void tellOfDrift(Topic topic, Plan<? extends Described> plan) {
        var status = topic.getStatus();
        leaves.tellOfDrift(topic, conditions(topic), status == null ? null : status.observedGeneration(), plan);
    }

    private void tellWhetherItWaits(Topic topic, boolean waits) {
        var meta = topic.getMetadata();
        waiting.say(clusters().keyOf(topic), meta.getNamespace() + "/" + meta.getName(), waits);
    }

    /** Makes the bindings that lead to the topic; returns how it stands with them. */
    private Standing bind(Topic topic, TopicIntent intent, boolean observeOnly) {
        if (!mayHaveBindings(topic)) {
            return Standing.ready("topic " + intent.name() + " is as asked");
        }
        var key = clusters().keyOf(topic);
        var admin = topologies.admin(key);
        var plan = TopologyPlanner.planTopic(
                intent.name(),
                intent.bindings(),
                TopologyObserver.around(admin, destination(intent), intent.bindings(), bound(topic)),
                observeOnly);
        if (!plan.actions().isEmpty()) {
            tellOfDrift(topic, plan);
            TopologyApplier.apply(plan.actions(), admin);
        }
        return plan.standing();
    }

    private static boolean mayHaveBindings(Topic topic) {
        var wanted = topic.getSpec().bindings();
        var bound = bound(topic);
        return (wanted != null && !wanted.isEmpty()) || (bound != null && !bound.isEmpty());
    }

    private static @Nullable List<Binding> bound(Topic topic) {
        return topic.getStatus() == null ? null : topic.getStatus().bound();
    }

    private static Destination destination(TopicIntent intent) {
        return new Destination("/", intent.name(), BindingFacts.Kind.TOPIC);
    }

    private static boolean bindingsDiffer(Topic topic, Topology topology) {
        return TopicIntent.parse(topic) instanceof Parsed.Valid<TopicIntent>(var intent)
                && !TopologyPlanner.planTopic(
                                intent.name(),
                                intent.bindings(),
                                topology.around(destination(intent), bound(topic)),
                                false)
                        .actions()
                        .isEmpty();
    }

    private static @Nullable Boolean adopted(Topic topic) {
        return topic.getStatus() == null ? null : topic.getStatus().adopted();
    }

    /** One that was not seen may be anybody's. */
    private static @Nullable Boolean adopted(Topic topic, Optional<TopicFacts> found, Standing standing) {
        return found.isEmpty()
                ? adopted(topic)
                : Adoption.of(adopted(topic), topic.getSpec().management(), standing);
    }

    /** Asked where the status does not tell whose the topic is. */
    private static boolean isOther(Topic topic, TopicAdmin topics) {
        return !(TopicIntent.parse(topic) instanceof Parsed.Valid<TopicIntent>(var intent))
                || topics.describe(intent.name())
                        .filter(found -> TopicPlanner.isOther(intent, found))
                        .isPresent();
    }

    private void delete(Topic topic) {
        var key = clusters().keyOf(topic);
        var topics = connections.brokers(key).topics();
        if (!Adoption.is(adopted(topic)) && isOther(topic, topics)) {
            return;
        }
        if (mayHaveBindings(topic)) {
            var name = TopicIntent.nameOf(topic);
            BindingIntent.of(topic.getSpec().bindings()).forEach(binding -> topologies
                    .admin(key)
                    .unbind(new BindingFacts(
                            "/",
                            binding.exchange(),
                            name,
                            BindingFacts.Kind.TOPIC,
                            binding.routingKey(),
                            binding.arguments())));
        }
        topics.delete(TopicIntent.nameOf(topic));
    }

    @Override
    public DeleteControl cleanup(Topic topic, Context<Topic> context) {
        tellWhetherItWaits(topic, false);
        var keep = topic.getSpec().deletionPolicy() == DeletionPolicy.Retain
                || topic.getSpec().management() != Management.Manage
                || Adoption.isOfOthers(adopted(topic), conditions(topic))
                || clusters().olderClaim(topic).isPresent();
        var applied = Adoption.is(adopted(topic));
        return leaves.departures().depart(topic, clusters().resolve(topic), keep, applied, () -> delete(topic));
    }

    @Override
    public ErrorStatusUpdateControl<Topic> updateErrorStatus(Topic topic, Context<Topic> context, Exception error) {
        return leaves.failed(
                topic,
                conditions(topic),
                error,
                (generation, conditions) -> TopicStatuses.kept(topic, generation, conditions));
    }

    /** Few requests per cluster, however many topics. */
    private void look(ClusterSource<Topic> source, BrokerCluster cluster) {
        var topics = source.objects(ClusterSource.key(cluster))
                .filter(topic -> topic.getMetadata().getDeletionTimestamp() == null)
                .filter(topic -> source.olderClaim(topic).isEmpty())
                .toList();
        if (topics.isEmpty()) {
            return;
        }
        var names = topics.stream().map(TopicIntent::nameOf).collect(Collectors.toSet());
        var found = connections.brokers(ClusterSource.key(cluster)).topics().describe(names);
        var outlook = ClusterOutlook.of(cluster);
        var now = leaves.clock().instant();
        topics.stream()
                .filter(topic -> found.containsKey(TopicIntent.nameOf(topic))
                        || !Conditions.isReadySince(conditions(topic), now.minus(NEWS_SPREADS)))
                .filter(topic -> needsALook(topic, Optional.ofNullable(found.get(TopicIntent.nameOf(topic))), outlook))
                .forEach(source::wake);
    }

    /** Returns whether what was seen differs from what is asked, or from what is shown. */
    private static boolean needsALook(Topic topic, Optional<TopicFacts> found, ClusterOutlook cluster) {
        var status = topic.getStatus();
        if (isNew(status) || topic.getSpec().management() == Management.Paused) {
            return false; // it is about to be looked at anyway, or nobody wants to know
        }
        return TopicIntent.parse(topic) instanceof Parsed.Valid<TopicIntent>(var intent)
                && (!shows(status, found) || !stands(topic, intent, found, cluster));
    }

    /** The API server gives new objects a status. */
    private static boolean isNew(@Nullable TopicStatus status) {
        return status == null || status.observedGeneration() == null;
    }

    private static boolean shows(TopicStatus status, Optional<TopicFacts> found) {
        return Objects.equals(status.topicId(), found.map(TopicFacts::id).orElse(null))
                && Objects.equals(
                        status.partitions(), found.map(TopicFacts::partitions).orElse(null))
                && Objects.equals(
                        status.replicas(), found.map(TopicFacts::replicas).orElse(null))
                && Objects.equals(
                        status.underReplicated(),
                        found.map(TopicFacts::underReplicated).orElse(null));
    }

    private static boolean stands(Topic topic, TopicIntent intent, Optional<TopicFacts> found, ClusterOutlook cluster) {
        var observeOnly = topic.getSpec().management() == Management.Observe;
        var plan = TopicPlanner.plan(intent, found, observeOnly, cluster);
        var shown = Conditions.find(conditions(topic), "Ready").map(Condition::reason);
        return plan.actions().isEmpty()
                && (mayHaveBindings(topic)
                        || shown.equals(Optional.of(plan.standing().reason().word())));
    }

    private UpdateControl<Topic> publish(Topic topic, Standing standing, Optional<Duration> nextLook) {
        tellWhetherItWaits(topic, false);
        return leaves.publish(
                topic,
                conditions(topic),
                standing,
                (generation, conditions) -> TopicStatuses.kept(topic, generation, conditions),
                nextLook);
    }

    private static @Nullable List<Condition> conditions(Topic topic) {
        return topic.getStatus() == null ? null : topic.getStatus().conditions();
    }

    private ClusterSource<Topic> clusters() {
        if (clusters == null) {
            throw new IllegalStateException("event sources are prepared before anything is reconciled");
        }
        return clusters;
    }
}
