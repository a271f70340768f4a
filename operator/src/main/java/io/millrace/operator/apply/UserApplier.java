package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.client.Connections;
import io.millrace.operator.client.Connections.ClusterKey;
import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.UserSecret;
import io.millrace.operator.desired.UserSecret.Credentials;
import io.millrace.operator.intent.TlsIntent;
import io.millrace.operator.intent.UserIntent;
import io.millrace.operator.plan.ClusterTrust;
import io.millrace.operator.plan.UserAction;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import io.millrace.operator.trust.Authority;
import io.millrace.operator.trust.Certificates;
import java.time.Clock;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Does what a plan says about a user. */
public final class UserApplier {

    private final KubernetesClient kubernetes;
    private final Connections connections;
    private final Clock clock;

    public UserApplier(KubernetesClient kubernetes, Connections connections) {
        this(kubernetes, connections, Clock.systemUTC());
    }

    /** The same, with another clock: certificates end. */
    public UserApplier(KubernetesClient kubernetes, Connections connections, Clock clock) {
        this.kubernetes = kubernetes;
        this.connections = connections;
        this.clock = clock;
    }

    /**
     * What a plan was made from.
     *
     * @param intent the user as it is meant
     * @param secret its Secret as it was read; empty if there is none
     * @param credentials what that holds; empty if nothing
     * @param cluster the cluster
     * @param trust its authorities
     */
    public record Basis(
            UserIntent intent,
            Optional<Secret> secret,
            Optional<Credentials> credentials,
            BrokerCluster cluster,
            ClusterTrust trust) {}

    /** Does it, in order; stops at the first failure by throwing. */
    public void apply(User user, Iterable<UserAction> actions, Basis basis) {
        var key = ClusterKey.of(basis.cluster());
        var name = user.getMetadata().getName();
        for (var action : actions) {
            switch (action) {
                case UserAction.MakeSecret(var secret) -> make(user, secret, basis);
                case UserAction.RefreshSecret(var secret, var why) -> refresh(user, basis);
                case UserAction.WatchSecret(var secret) -> watch(user, secret);
                case UserAction.PutKafkaUser() ->
                    connections.brokers(key).users().put(name, password(basis));
                case UserAction.ChangeAcls(var add, var remove) -> {
                    connections.brokers(key).users().addAcls(add);
                    connections.brokers(key).users().removeAcls(remove);
                }
                case UserAction.PutQueueUser(var tags) -> {
                    if (basis.intent().byCertificate()) {
                        connections.queues(key).putUserWithoutPassword(name, tags);
                    } else {
                        connections.queues(key).putUser(name, password(basis), tags);
                    }
                }
                case UserAction.PutPermission(var permission) -> {
                    connections.queues(key).putVhost(permission.vhost());
                    connections.queues(key).putPermission(name, permission);
                }
                case UserAction.DeletePermission(var vhost) ->
                    connections.queues(key).deletePermission(name, vhost);
            }
        }
    }

    private void make(User user, String name, Basis basis) {
        var made = UserSecret.of(
                user, name, fresh(basis), basis.cluster(), basis.trust().published());
        // Created and never applied: a password in use must not be replaced by a cache that lags.
        kubernetes
                .secrets()
                .inNamespace(user.getMetadata().getNamespace())
                .resource(made)
                .create();
    }

    /** Replaces the very version that was read: what somebody wrote since is looked at first. */
    private void refresh(User user, Basis basis) {
        var read = basis.secret().orElseThrow();
        var credentials = basis.intent().byCertificate()
                ? usable(user, basis).orElseGet(() -> fresh(basis))
                : basis.credentials().orElseThrow();
        var files = UserSecret.files(
                user, credentials, basis.cluster(), basis.trust().published());
        kubernetes
                .secrets()
                .inNamespace(user.getMetadata().getNamespace())
                .resource(ClusterSecret.with(read, files))
                .update();
    }

    /** Returns the certificate in the Secret if only something else in it has to change. */
    private Optional<Credentials> usable(User user, Basis basis) {
        var tls = TlsIntent.of(basis.cluster().getSpec().tls());
        return basis.credentials()
                .filter(held -> held instanceof Credentials.ClientCertificate(var chain, var key)
                        && Certificates.whyAnew(
                                        CertificateWish.user(user.getMetadata().getName()),
                                        Certificates.first(chain),
                                        basis.trust().clients().orElseThrow(() -> noAuthority(basis)),
                                        tls.validity(),
                                        tls.renewBefore(),
                                        clock.instant())
                                .isEmpty());
    }

    private Credentials fresh(Basis basis) {
        if (!basis.intent().byCertificate()) {
            return new Credentials.Password(Passwords.next());
        }
        var cluster = basis.cluster().getMetadata();
        var secret = kubernetes
                .secrets()
                .inNamespace(cluster.getNamespace())
                .withName(ClusterSecret.clientsAuthorityName(cluster.getName()))
                .get();
        var files = secret == null ? Map.<String, String>of() : ClusterSecret.files(secret);
        var issuer = Authority.of(files, "", "").issuer();
        var key = files.getOrDefault(Authority.KEY, "");
        if (issuer.isEmpty() || key.isEmpty()) {
            throw noAuthority(basis);
        }
        var pair = CertificateAuthority.load(issuer.get(), key)
                .issue(
                        CertificateWish.user(basis.intent().name()),
                        TlsIntent.of(basis.cluster().getSpec().tls()).validity(),
                        clock.instant());
        return new Credentials.ClientCertificate(pair.certificate(), pair.key());
    }

    private static FailureException noAuthority(Basis basis) {
        var message = "cluster %s has no Secret %s with ca.crt and ca.key yet"
                .formatted(
                        basis.cluster().getMetadata().getName(),
                        ClusterSecret.clientsAuthorityName(
                                basis.cluster().getMetadata().getName()));
        return new FailureException(new Failure.BrokerUnavailable(message), new NoSuchElementException(message));
    }

    private void watch(User user, String secret) {
        kubernetes
                .secrets()
                .inNamespace(user.getMetadata().getNamespace())
                .withName(secret)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"%s\":\"watched\"}}}".formatted(UserSecret.WATCHED));
    }

    private static String password(Basis basis) {
        return basis.credentials()
                .map(held -> held instanceof Credentials.Password(var password) ? password : "")
                .orElse("");
    }
}
