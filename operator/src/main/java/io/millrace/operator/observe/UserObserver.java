package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.PermissionIntent;
import io.millrace.operator.intent.UserIntent;
import io.millrace.operator.plan.ClusterTrust;
import io.millrace.operator.plan.UserObserved;
import io.millrace.operator.status.FailureException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at users: their Secrets, and what the brokers know of them. */
public final class UserObserver {

    private final KubernetesClient kubernetes;
    private final Connections connections;
    private final Clock clock;

    public UserObserver(KubernetesClient kubernetes, Connections connections) {
        this(kubernetes, connections, Clock.systemUTC());
    }

    /** The same, with another clock: certificates end. */
    public UserObserver(KubernetesClient kubernetes, Connections connections, Clock clock) {
        this.kubernetes = kubernetes;
        this.connections = connections;
        this.clock = clock;
    }

    /**
     * Everything the brokers of one cluster know of all users.
     *
     * @param names users of Kafka
     * @param acls entries of the access control list, by principal
     * @param tags users of the queue layer and their tags
     * @param permissions what they may do there
     * @param queueTrouble why the queue layer did not answer, if it did not
     * @param trust the cluster's authorities
     */
    public record Directory(
            Set<String> names,
            Map<String, Set<Acl>> acls,
            Map<String, List<String>> tags,
            Map<String, List<PermissionIntent>> permissions,
            Optional<String> queueTrouble,
            ClusterTrust trust) {}

    /** Reads a cluster's directory, in few requests however many users there are. */
    public Directory directory(BrokerCluster cluster) {
        var key = new ClusterKey(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
        var users = connections.brokers(key).users();
        var acls = new HashMap<String, Set<Acl>>();
        users.acls().forEach(acl -> acls.computeIfAbsent(acl.principal(), principal -> new HashSet<>())
                .add(acl));
        var trust = UserSecrets.trust(kubernetes, cluster);
        if (!hasQueues(cluster)) {
            return new Directory(users.names(), acls, Map.of(), Map.of(), Optional.empty(), trust);
        }
        try {
            var queues = connections.queues(key);
            return new Directory(users.names(), acls, queues.users(), queues.permissions(), Optional.empty(), trust);
        } catch (FailureException e) {
            return new Directory(
                    users.names(),
                    acls,
                    Map.of(),
                    Map.of(),
                    Optional.of(e.failure().message()),
                    trust);
        }
    }

    /** Puts together what is known of one user. */
    public UserObserved observe(
            User user, UserIntent intent, @Nullable Secret secret, Directory directory, BrokerCluster cluster) {
        var status = user.getStatus();
        var now = clock.instant();
        return new UserObserved(
                UserSecrets.state(user, intent, secret, cluster, directory.trust(), now),
                status == null ? "" : Objects.requireNonNullElse(status.applied(), ""),
                directory.names().contains(intent.name()),
                directory.acls().getOrDefault(UserIntent.principal(intent.name()), Set.of()),
                Optional.ofNullable(directory.tags().get(intent.name())),
                directory.permissions().getOrDefault(intent.name(), List.of()),
                hasQueues(cluster),
                directory.queueTrouble(),
                UserSecrets.renewal(intent, secret, cluster, now));
    }

    /** Reads a user's Secret. */
    public @Nullable Secret secret(User user, UserIntent intent) {
        return kubernetes
                .secrets()
                .inNamespace(user.getMetadata().getNamespace())
                .withName(intent.secret())
                .get();
    }

    /** Returns whether a cluster has a queue layer. */
    public static boolean hasQueues(BrokerCluster cluster) {
        var queues = cluster.getSpec().queues();
        return queues == null || !Boolean.FALSE.equals(queues.enabled());
    }
}
