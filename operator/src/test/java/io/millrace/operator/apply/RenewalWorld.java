package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.AuthorityIntent;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.TlsIntent;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterCertificates.Needs;
import io.millrace.operator.trust.Authority;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.Door;
import io.millrace.operator.trust.GivenAuthority;
import io.millrace.operator.trust.TrustFacts;
import io.millrace.operator.trust.TrustFacts.UserHolds;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A cluster whose authorities are renewed, in memory: the Secrets, what has arrived of them at each node, and a user. Certificates live
 * for minutes. Whatever happens, everybody can talk to everybody: that is looked at after every write and every arrival.
 */
final class RenewalWorld {

    static final int NODES = 3;
    static final Duration HAND_OVER = Duration.ofMinutes(2);
    static final Duration LEAF_BEFORE_END = Duration.ofMinutes(10);
    private static final Instant BIRTH = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LEAF = Duration.ofMinutes(30);
    private static final Duration LIFE = Duration.ofHours(2);
    private static final Duration BEFORE_END = Duration.ofMinutes(40);
    private static final String SPEC = """
            replicas: 3
            storage: {size: 1Gi}
            listeners:
            - {name: mutual, protocol: kafka, port: 9095, tls: true, authentication: tls}
            - {name: amqps, protocol: amqp, port: 5671, tls: true, authentication: tls}
            """;
    private static final String USERS_CA = "orders-clients-ca";
    private static final String NODES_TLS = "orders-nodes-tls";

    final Map<String, Secret> secrets = new HashMap<>();
    final List<String> news = new ArrayList<>();
    Instant now = BIRTH;
    String renewAt = "";
    Optional<Secret> given = Optional.empty();
    boolean isGiven;

    /** What each node has of the Secret it mounts, and the user of its own. */
    private final Map<Integer, Map<String, String>> mounted = new HashMap<>();

    private Map<String, String> user = Map.of();

    /** The operator founds the cluster, and all arrives. */
    RenewalWorld begun() {
        while (!needs().none()) {
            pass(Integer.MAX_VALUE);
        }
        arriveEverywhere();
        return this;
    }

    BrokerClusterIntent intent() {
        var authority = new AuthorityIntent(
                isGiven ? Optional.of("corporate") : Optional.empty(), LIFE, BEFORE_END, HAND_OVER, renewAt);
        return Specs.orders(SPEC, new TlsIntent(LEAF, LEAF_BEFORE_END, authority));
    }

    Needs needs() {
        return seen().needs(intent());
    }

    /**
     * One pass of the operator.
     *
     * @param writes after which it is killed
     */
    void pass(int writes) {
        var pass = new ClusterSecrets(intent(), Map.copyOf(secrets), given, seen(), new OwnerReference(), now);
        var outdated = pass.outdated();
        outdated.stream().limit(writes).forEach(secret -> {
            secrets.put(secret.getMetadata().getName(), secret);
            check();
        });
        news.addAll(pass.news());
    }

    void arriveEverywhere() {
        for (int node = 0; node < NODES; node++) {
            arrive(node);
        }
        userFollows();
    }

    void arrive(int node) {
        mounted.put(node, files(NODES_TLS));
        check();
    }

    /** What the reconciler of users does, and the client that reads what is in the Secret. */
    void userFollows() {
        var ca = Authority.of(files(USERS_CA), "", "");
        var tls = intent().tls();
        var issued = Certificates.first(user.get("certificates"));
        var files = new HashMap<>(user);
        files.put("ca.crt", files("orders-ca-cert").getOrDefault("ca.crt", ""));
        ca.issuer().ifPresent(issuer -> {
            var why = Certificates.whyAnew(
                    CertificateWish.user("shop"), issued, issuer.certificate(), tls.validity(), tls.renewBefore(), now);
            if (why.isPresent()) {
                var pair = CertificateAuthority.load(issuer, files(USERS_CA).getOrDefault(Authority.KEY, ""))
                        .issue(CertificateWish.user("shop"), tls.validity(), now);
                files.put("certificates", pair.certificate());
            }
        });
        user = Map.copyOf(files);
        check();
    }

    Authority authority() {
        return seen().authority(intent());
    }

    Authority clients() {
        return seen().clients(intent());
    }

    Map<String, String> files(String secret) {
        var found = secrets.get(secret);
        return found == null ? Map.of() : ClusterSecret.files(found);
    }

    /** What everybody has is what the newest has issued, and nothing else is trusted. */
    boolean isSettled() {
        return needs().none()
                && authority().former().isEmpty()
                && authority().next().isEmpty()
                && clients().former().isEmpty()
                && clients().next().isEmpty()
                && mounted.values().stream().allMatch(files(NODES_TLS)::equals)
                && user.getOrDefault("ca.crt", "")
                        .equals(files("orders-ca-cert").get("ca.crt"));
    }

    private ClusterCertificates seen() {
        var files = new HashMap<String, Map<String, String>>();
        secrets.keySet().forEach(name -> {
            var shown = new HashMap<>(files(name));
            shown.keySet().removeIf(file -> !ClusterCertificates.isPublic(file));
            files.put(name, shown);
        });
        return new ClusterCertificates(files, Outside.UNKNOWN, now, trust());
    }

    private TrustFacts trust() {
        var intent = intent();
        var shown = new HashMap<Door, X509Certificate>();
        Door.all(intent).forEach(door -> leaf(door.node()).ifPresent(leaf -> shown.put(door, leaf)));
        var letIn = new HashMap<Door, Set<X509Certificate>>();
        Door.inner(intent).forEach(door -> letIn.put(door, trusted(door.node(), "ca.crt")));
        Door.ofUsers(intent).forEach(door -> letIn.put(door, trusted(door.node(), "clients-ca.crt")));
        var users = List.of(new UserHolds(
                "shop", Certificates.all(user.get("ca.crt")), Certificates.first(user.get("certificates"))));
        return new TrustFacts(
                shown,
                letIn,
                users,
                isGiven
                        ? Optional.of(GivenAuthority.of("corporate", given.map(ClusterSecret::files), now))
                        : Optional.empty());
    }

    private Optional<X509Certificate> leaf(int node) {
        return Certificates.first(mounted.getOrDefault(node, Map.of()).get("orders-broker-%d.crt".formatted(node)));
    }

    private Set<X509Certificate> trusted(int node, String file) {
        return Set.copyOf(Certificates.all(mounted.getOrDefault(node, Map.of()).get(file)));
    }

    private void check() {
        var operator = Certificates.first(files("orders-operator-tls").get("tls.crt"));
        var ofOperator =
                Set.copyOf(Certificates.all(files("orders-operator-tls").get("ca.crt")));
        for (var one : mounted.keySet()) {
            for (var other : mounted.keySet()) {
                assertTrusted("node %d of node %d".formatted(one, other), leaf(other), trusted(one, "ca.crt"));
            }
            assertTrusted("node %d of the operator".formatted(one), operator, trusted(one, "ca.crt"));
            assertTrusted("the operator of node %d".formatted(one), leaf(one), ofOperator);
            assertTrusted(
                    "node %d of the user".formatted(one),
                    Certificates.first(user.get("certificates")),
                    trusted(one, "clients-ca.crt"));
            if (!user.isEmpty()) {
                var chain = Certificates.all(
                        mounted.getOrDefault(one, Map.of()).get("orders-broker-%d.crt".formatted(one)));
                assertTrusted(
                        "the user of node %d".formatted(one),
                        Optional.of(chain.getLast()),
                        Set.copyOf(Certificates.all(user.get("ca.crt"))));
            }
        }
    }

    private void assertTrusted(String who, Optional<X509Certificate> shown, Set<X509Certificate> trusted) {
        shown.ifPresent(certificate -> assertThat(trusted)
                .as("%s, at %s, after %s", who, now, news)
                .anyMatch(issuer -> Certificates.isIssuedBy(certificate, issuer)));
    }
}
