package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.UserSecret;
import io.millrace.operator.desired.UserSecret.Credentials;
import io.millrace.operator.intent.TlsIntent;
import io.millrace.operator.intent.UserIntent;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterTrust;
import io.millrace.operator.plan.UserObserved.SecretState;
import io.millrace.operator.trust.Certificates;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at Secrets of users, and at the authorities they depend on. */
public final class UserSecrets {

    /** A certificate that could not be renewed at its time is looked at again this soon. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private UserSecrets() {}

    /** Reads the certificates of a cluster's authorities. */
    static ClusterTrust trust(KubernetesClient kubernetes, BrokerCluster cluster) {
        var name = cluster.getMetadata().getName();
        return new ClusterTrust(
                authority(kubernetes, cluster, ClusterSecret.publicName(name)),
                authority(kubernetes, cluster, ClusterSecret.clientsAuthorityName(name))
                        .flatMap(Certificates::first));
    }

    private static Optional<String> authority(KubernetesClient kubernetes, BrokerCluster cluster, String name) {
        var secret = kubernetes
                .secrets()
                .inNamespace(cluster.getMetadata().getNamespace())
                .withName(name)
                .get();
        return Optional.ofNullable(secret)
                .map(ClusterSecret::files)
                .map(files -> files.get(ClusterCertificates.TRUSTED));
    }

    /** Returns what a Secret holds; empty if it holds nothing of that kind. */
    public static Optional<Credentials> credentials(UserIntent intent, @Nullable Secret secret) {
        var files = secret == null ? Map.<String, String>of() : ClusterSecret.files(secret);
        if (intent.byCertificate()) {
            var chain = files.getOrDefault(UserSecret.CERTIFICATES, "");
            var key = files.getOrDefault(UserSecret.PRIVATE_KEY, "");
            return chain.isBlank() || key.isBlank()
                    ? Optional.empty()
                    : Optional.of(new Credentials.ClientCertificate(chain, key));
        }
        var password = files.getOrDefault("password", "").strip();
        return password.isEmpty() ? Optional.empty() : Optional.of(new Credentials.Password(password));
    }

    static SecretState state(
            User user,
            UserIntent intent,
            @Nullable Secret secret,
            BrokerCluster cluster,
            ClusterTrust trust,
            Instant now) {
        if (secret == null) {
            return new SecretState.Missing();
        }
        var ours = secret.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(user.getMetadata().getUid()));
        if (intent.generated() && !ours) {
            return new SecretState.Unusable(true);
        }
        var credentials = credentials(intent, secret);
        if (intent.byCertificate()) {
            var why = whyAnew(intent, credentials, cluster, trust, now);
            if (why.isPresent()) {
                return new SecretState.Stale(why.get());
            }
        }
        if (credentials.isEmpty()) {
            return new SecretState.Unusable(false);
        }
        if (!intent.generated()) {
            var labels = secret.getMetadata().getLabels();
            return labels != null && labels.containsKey(UserSecret.WATCHED)
                    ? new SecretState.Usable(version(secret))
                    : new SecretState.Unwatched();
        }
        var wanted = UserSecret.files(user, credentials.get(), cluster, trust.published());
        return ClusterSecret.files(secret).entrySet().containsAll(wanted.entrySet())
                ? new SecretState.Usable(version(secret))
                : new SecretState.Stale("the cluster's addresses or certificates have changed, or the password has");
    }

    private static Optional<String> whyAnew(
            UserIntent intent,
            Optional<Credentials> credentials,
            BrokerCluster cluster,
            ClusterTrust trust,
            Instant now) {
        if (trust.clients().isEmpty()) {
            return Optional.of("the cluster has no authority for users yet");
        }
        var issued = credentials.flatMap(held -> held instanceof Credentials.ClientCertificate(var chain, var key)
                ? Certificates.first(chain)
                : Optional.empty());
        var tls = TlsIntent.of(cluster.getSpec().tls());
        return Certificates.whyAnew(
                CertificateWish.user(intent.name()),
                issued,
                trust.clients().get(),
                tls.validity(),
                tls.renewBefore(),
                now);
    }

    /** When a user's certificate is to be renewed, if it has one. */
    static Optional<Duration> renewal(UserIntent intent, @Nullable Secret secret, BrokerCluster cluster, Instant now) {
        return credentials(intent, secret)
                .flatMap(held -> held instanceof Credentials.ClientCertificate(var chain, var key)
                        ? Certificates.first(chain)
                        : Optional.empty())
                .map(certificate -> Duration.between(
                                now, certificate.getNotAfter().toInstant())
                        .minus(TlsIntent.of(cluster.getSpec().tls()).renewBefore()))
                .map(left -> left.compareTo(SHORTEST) < 0 ? SHORTEST : left);
    }

    private static String version(Secret secret) {
        return secret.getMetadata().getUid() + "/" + secret.getMetadata().getResourceVersion();
    }
}
