package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Management;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.client.Handshakes.Identity;
import io.millrace.operator.client.Handshakes.Sight;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.UserSecret;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.UserIntent;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.trust.Authority;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.Door;
import io.millrace.operator.trust.GivenAuthority;
import io.millrace.operator.trust.TrustFacts;
import io.millrace.operator.trust.TrustFacts.UserHolds;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Looks at authorities in use while one is being renewed: what the ports of the brokers show, whom they let in, and what users hold.
 * At rest nobody is asked anything.
 */
public final class TrustObserver {

    private static final String EVERYWHERE = "*";

    private final Look handshakes;

    /** A way to look at a port. */
    @FunctionalInterface
    public interface Look {
        /** Looks, showing a certificate. */
        Sight at(Door door, Identity own);
    }

    TrustObserver(Look handshakes) {
        this.handshakes = handshakes;
    }

    /** One port to be looked at; and, if that is asked, whose certificate it is to let in. */
    private record Question(Door door, Identity own, Optional<X509Certificate> issuer) {}

    /**
     * Looks.
     *
     * @param secrets the Secrets of the cluster
     * @param certificates what is in them
     */
    ClusterCertificates observe(
            BrokerCluster cluster,
            BrokerClusterIntent intent,
            Stream<Secret> secrets,
            ClusterCertificates certificates,
            KubernetesClient kubernetes) {
        var given = intent.tls()
                .authority()
                .secret()
                .map(name -> GivenAuthority.of(
                        name,
                        Optional.ofNullable(kubernetes
                                        .secrets()
                                        .inNamespace(intent.namespace())
                                        .withName(name)
                                        .get())
                                .map(ClusterSecret::files),
                        certificates.at()));
        var authority = certificates.authority(intent);
        var clients = certificates.clients(intent);
        var users = authority.next().isPresent() || clients.isUnderWay()
                ? users(cluster, kubernetes)
                : List.<UserHolds>of();
        var files = new HashMap<String, Map<String, String>>();
        if (authority.isUnderWay() || clients.isUnderWay()) {
            secrets.forEach(secret -> files.put(secret.getMetadata().getName(), ClusterSecret.files(secret)));
        }
        return certificates.with(ask(questions(intent, authority, clients, files), users, given));
    }

    private static List<Question> questions(
            BrokerClusterIntent intent,
            Authority authority,
            Authority clients,
            Map<String, Map<String, String>> files) {
        var questions = new ArrayList<Question>();
        if (authority.next().isPresent()) {
            var proof = proof(files, ClusterSecret.authorityName(intent.name()));
            var issuer = authority.next().map(next -> next.certificate());
            Door.inner(intent).forEach(door -> questions.add(new Question(door, proof, issuer)));
        } else if (authority.isUnderWay()) {
            var own = identity(files, ClusterSecret.operatorName(intent.name()), ClusterCertificates.OWN, "tls.key");
            Door.all(intent).forEach(door -> questions.add(new Question(door, own, Optional.empty())));
        }
        if (clients.next().isPresent()) {
            var proof = proof(files, ClusterSecret.clientsAuthorityName(intent.name()));
            var issuer = clients.next().map(next -> next.certificate());
            Door.ofUsers(intent).forEach(door -> questions.add(new Question(door, proof, issuer)));
        }
        return questions;
    }

    private static Identity proof(Map<String, Map<String, String>> files, String secret) {
        return identity(files, secret, Authority.PROOF, Authority.PROOF_KEY);
    }

    private static Identity identity(
            Map<String, Map<String, String>> files, String secret, String certificate, String key) {
        var content = files.getOrDefault(secret, Map.of());
        return new Identity(content.getOrDefault(certificate, ""), content.getOrDefault(key, ""));
    }

    /** All at once: a broker that is away costs the patience of one look. */
    private TrustFacts ask(List<Question> questions, List<UserHolds> users, Optional<GivenAuthority> given) {
        var shown = new HashMap<Door, X509Certificate>();
        var letIn = new HashMap<Door, Set<X509Certificate>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = questions.stream()
                    .map(question -> CompletableFuture.supplyAsync(
                            () -> handshakes.at(question.door(), question.own()), threads))
                    .toList();
            for (int i = 0; i < questions.size(); i++) {
                var question = questions.get(i);
                var sight = answers.get(i).join();
                sight.shown().ifPresent(certificate -> shown.put(question.door(), certificate));
                if (sight.letIn()) {
                    question.issuer()
                            .ifPresent(issuer -> letIn.computeIfAbsent(question.door(), door -> new HashSet<>())
                                    .add(issuer));
                }
            }
        }
        return new TrustFacts(shown, letIn, users, given);
    }

    private static List<UserHolds> users(BrokerCluster cluster, KubernetesClient kubernetes) {
        var own = cluster.getMetadata().getNamespace();
        var allowed = Objects.requireNonNullElse(cluster.getSpec().allowedNamespaces(), List.<String>of());
        var users = kubernetes.resources(User.class);
        var listed = allowed.contains(EVERYWHERE)
                ? users.inAnyNamespace().list().getItems().stream()
                : Stream.concat(Stream.of(own), allowed.stream())
                        .distinct()
                        .flatMap(namespace -> users.inNamespace(namespace).list().getItems().stream());
        return listed.filter(user -> relies(user, cluster))
                .flatMap(user -> holds(user, kubernetes).stream())
                .toList();
    }

    /** Whether a user of a cluster has a Secret that is kept as it should be: nobody writes those of others, so nobody waits for them. */
    static boolean relies(User user, BrokerCluster cluster) {
        var named = user.getSpec().cluster();
        var namespace =
                Objects.requireNonNullElse(named.namespace(), user.getMetadata().getNamespace());
        return user.getMetadata().getDeletionTimestamp() == null
                && Objects.requireNonNullElse(user.getSpec().management(), Management.Manage) == Management.Manage
                && named.name().equals(cluster.getMetadata().getName())
                && namespace.equals(cluster.getMetadata().getNamespace());
    }

    /** Empty where the operator has made no Secret: there is nothing of ours that anybody could rely on. */
    private static Optional<UserHolds> holds(User user, KubernetesClient kubernetes) {
        var intent = UserIntent.parse(user);
        if (!intent.generated()) {
            return Optional.empty();
        }
        var secret = kubernetes
                .secrets()
                .inNamespace(user.getMetadata().getNamespace())
                .withName(intent.secret())
                .get();
        return Optional.ofNullable(secret)
                .map(ClusterSecret::files)
                .map(files -> new UserHolds(
                        intent.name(),
                        Certificates.all(files.get(ClusterCertificates.TRUSTED)),
                        Certificates.first(files.get(UserSecret.CERTIFICATES))));
    }
}
