package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.DeletionPolicy;
import io.millrace.api.v1alpha1.Management;
import io.millrace.api.v1alpha1.User;
import io.millrace.api.v1alpha1.UserStatus;
import io.millrace.operator.apply.UserApplier;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.desired.UserSecret;
import io.millrace.operator.intent.UserIntent;
import io.millrace.operator.observe.UserObserver;
import io.millrace.operator.observe.UserObserver.Directory;
import io.millrace.operator.observe.UserSecrets;
import io.millrace.operator.plan.ClusterResolution;
import io.millrace.operator.plan.ClusterTrust;
import io.millrace.operator.plan.UserObserved;
import io.millrace.operator.plan.UserObserved.SecretState;
import io.millrace.operator.plan.UserPlanner;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes users what their objects say, on both protocols. */
@Singleton
@ControllerConfiguration(
        name = "user",
        fieldManager = "millrace-operator-user",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 20_000)
public final class UserReconciler implements Reconciler<User>, Cleaner<User> {

    private static final LookPace PACE = new LookPace(Duration.ofSeconds(10), Duration.ofSeconds(25));
    private static final String GIVEN = "given-secret";

    private final Connections connections;
    private final UserObserver observer;
    private final UserApplier applier;
    private final Leaves leaves;
    private final Lookout lookout;
    private final Map<ClusterKey, ClusterTrust> trusts = new ConcurrentHashMap<>();
    private @Nullable ClusterSource<User> clusters;

    public UserReconciler(
            Connections connections, UserObserver observer, UserApplier applier, Leaves leaves, Lookout lookout) {
        this.connections = connections;
        this.observer = observer;
        this.applier = applier;
        this.leaves = leaves;
        this.lookout = lookout;
    }

    @Override
    public List<EventSource<?, User>> prepareEventSources(EventSourceContext<User> context) {
        var source = new ClusterSource<>(context, (User user) -> user.getSpec().cluster(), user -> user.getMetadata()
                .getName());
        clusters = source;
        var looks = new ClusterLooks("users");
        lookout.every(
                ClusterLooks.TICK, "users", () -> looks.at(source.serving(), PACE, cluster -> look(source, cluster)));
        var secrets = InformerEventSourceConfiguration.from(Secret.class, User.class)
                .withLabelSelector(UserSecret.LABEL)
                .withSecondaryToPrimaryMapper(secret -> Set.of(new ResourceID(
                        secret.getMetadata().getLabels().get(UserSecret.LABEL),
                        secret.getMetadata().getNamespace())))
                .build();
        var sources = new ArrayList<>(source.sources());
        sources.add(new InformerEventSource<>(secrets, context));
        sources.add(given(context));
        return sources;
    }

    /** Secrets that people give: several users may have the same. */
    private static EventSource<Secret, User> given(EventSourceContext<User> context) {
        var users = context.getPrimaryCache();
        users.addIndexers(Map.of(GIVEN, user -> {
            var reference = user.getSpec().secretRef();
            return reference == null ? List.of() : List.of(user.getMetadata().getNamespace() + "/" + reference.name());
        }));
        var secrets = InformerEventSourceConfiguration.from(Secret.class, User.class)
                .withName("given-secrets")
                .withLabelSelector(UserSecret.WATCHED)
                .withSecondaryToPrimaryMapper(
                        secret -> users
                                .byIndex(
                                        GIVEN,
                                        secret.getMetadata().getNamespace() + "/"
                                                + secret.getMetadata().getName())
                                .stream()
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                .build();
        return new InformerEventSource<>(secrets, context);
    }

    @Override
    public UpdateControl<User> reconcile(User user, Context<User> context) {
        if (user.getSpec().management() == Management.Paused) {
            return publish(user, Standing.notReady(Reason.PAUSED, "management is Paused"));
        }
        return switch (clusters().resolve(user)) {
            case ClusterResolution.Unusable(var standing, var gone) -> publish(user, standing);
            case ClusterResolution.Found(var cluster) -> reconcile(user, cluster);
        };
    }

    private UpdateControl<User> reconcile(User user, BrokerCluster cluster) {
        var winner = clusters().olderClaim(user);
        if (winner.isPresent()) {
            return publish(
                    user,
                    Standing.notReady(
                            Reason.CONFLICT,
                            "User %s in namespace %s is older and has the same name"
                                    .formatted(
                                            user.getMetadata().getName(),
                                            winner.get().getMetadata().getNamespace())));
        }
        var intent = UserIntent.parse(user);
        var secret = observer.secret(user, intent);
        var directory = observer.directory(cluster);
        var observed = observer.observe(user, intent, secret, directory, cluster);
        var plan = UserPlanner.plan(intent, observed, user.getSpec().management() == Management.Observe);
        var status = user.getStatus();
        if (!plan.actions().isEmpty()) {
            if (observed.secret() instanceof SecretState.Stale(var why)) {
                leaves.events().normal(user, "SecretWritten", "Secret " + intent.secret() + " is written anew: " + why);
            } else if (observed.secret() instanceof SecretState.Usable && !observed.hasNewPassword()) {
                leaves.tellOfDrift(user, conditions(user), status == null ? null : status.observedGeneration(), plan);
            }
            applier.apply(
                    user,
                    plan.actions(),
                    new UserApplier.Basis(
                            intent,
                            Optional.ofNullable(secret),
                            UserSecrets.credentials(intent, secret),
                            cluster,
                            directory.trust()));
        }
        return leaves.publish(
                user,
                conditions(user),
                plan.standing(),
                (generation, conditions) -> new UserStatus(
                        generation,
                        conditions,
                        intent.name(),
                        intent.secret(),
                        applied(user, observed, plan.standing())),
                plan.nextLook());
    }

    private static @Nullable String applied(User user, UserObserved observed, Standing standing) {
        if (standing.ready() && observed.secret() instanceof SecretState.Usable(var version)) {
            return version;
        }
        return user.getStatus() == null ? null : user.getStatus().applied();
    }

    @Override
    public DeleteControl cleanup(User user, Context<User> context) {
        var keep = user.getSpec().deletionPolicy() == DeletionPolicy.Retain
                || user.getSpec().management() != Management.Manage
                || clusters().olderClaim(user).isPresent();
        var resolution = clusters().resolve(user);
        var applied = user.getStatus() != null && user.getStatus().secret() != null;
        return leaves.departures().depart(user, resolution, keep, applied, () -> {
            var key = clusters().keyOf(user);
            var name = user.getMetadata().getName();
            var users = connections.brokers(key).users();
            users.removeAcls(users.acls().stream()
                    .filter(acl -> acl.principal().equals(UserIntent.principal(name)))
                    .toList());
            users.delete(name);
            if (resolution instanceof ClusterResolution.Found(var cluster) && UserObserver.hasQueues(cluster)) {
                connections.queues(key).deleteUser(name);
            }
        });
    }

    @Override
    public ErrorStatusUpdateControl<User> updateErrorStatus(User user, Context<User> context, Exception error) {
        return leaves.failed(
                user, conditions(user), error, (generation, conditions) -> kept(user, generation, conditions));
    }

    /** Few requests per cluster, however many users; whoever is not as asked is woken. */
    private void look(ClusterSource<User> source, BrokerCluster cluster) {
        if (source.objects(ClusterSource.key(cluster)).findAny().isEmpty()) {
            return;
        }
        var directory = observer.directory(cluster);
        // What everybody trusts, or who issues, has changed: that is in everybody's Secret.
        var before = trusts.put(ClusterSource.key(cluster), directory.trust());
        var renewed = before != null && !before.equals(directory.trust());
        source.objects(ClusterSource.key(cluster))
                .filter(user -> renewed || needsALook(user, cluster, directory))
                .forEach(source::wake);
    }

    private boolean needsALook(User user, BrokerCluster cluster, Directory directory) {
        var intent = UserIntent.parse(user);
        // Secrets made by the operator are watched; of the others only a look tells.
        var secret = intent.generated() ? null : observer.secret(user, intent);
        var found = observer.observe(user, intent, secret, directory, cluster);
        var observed = intent.generated() ? found.withSecretAsApplied() : found;
        return !UserPlanner.plan(intent, observed, false).actions().isEmpty();
    }

    private UpdateControl<User> publish(User user, Standing standing) {
        return leaves.publish(
                user,
                conditions(user),
                standing,
                (generation, conditions) -> kept(user, generation, conditions),
                Optional.empty());
    }

    private static @Nullable List<Condition> conditions(User user) {
        return user.getStatus() == null ? null : user.getStatus().conditions();
    }

    private static UserStatus kept(User user, long generation, List<Condition> conditions) {
        var old = user.getStatus();
        return new UserStatus(
                generation,
                conditions,
                user.getMetadata().getName(),
                old == null ? null : old.secret(),
                old == null ? null : old.applied());
    }

    private ClusterSource<User> clusters() {
        if (clusters == null) {
            throw new IllegalStateException("event sources are prepared before anything is reconciled");
        }
        return clusters;
    }
}
