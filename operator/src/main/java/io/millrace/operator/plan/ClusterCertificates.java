package io.millrace.operator.plan;

import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.desired.Services;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.trust.Authority;
import io.millrace.operator.trust.AuthorityWish;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.Door;
import io.millrace.operator.trust.GivenAuthority;
import io.millrace.operator.trust.RenewalPlanner;
import io.millrace.operator.trust.RenewalPlanner.Kind;
import io.millrace.operator.trust.RenewalPlanner.Scene;
import io.millrace.operator.trust.RenewalStep;
import io.millrace.operator.trust.TrustFacts;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The certificates of a cluster as they are, and what is to be done about them.
 *
 * @param files files of each Secret that exists, by the Secret's name; keys and passwords are not among them
 * @param outside how clients outside reach brokers
 * @param at when this was so
 * @param trust what was seen of authorities in use
 */
public record ClusterCertificates(
        Map<String, Map<String, String>> files, Outside outside, Instant at, TrustFacts trust) {

    /** File with the certificates of authorities. */
    public static final String TRUSTED = "ca.crt";

    /** File with those of clients' authorities, among the brokers'. */
    public static final String CLIENTS_TRUSTED = "clients-ca.crt";

    /** The operator's own certificate. */
    public static final String OWN = "tls.crt";

    /** How many brokers the operator looks for. */
    public static final String NODES = "nodes";

    public ClusterCertificates {
        var copy = new HashMap<String, Map<String, String>>();
        files.forEach((name, content) -> copy.put(name, Map.copyOf(content)));
        files = Map.copyOf(copy);
    }

    /** Those of a cluster whose authorities are not in motion. */
    public ClusterCertificates(Map<String, Map<String, String>> files, Outside outside, Instant at) {
        this(files, outside, at, TrustFacts.NONE);
    }

    /** The same, and what was seen of authorities in use. */
    public ClusterCertificates with(TrustFacts seen) {
        return new ClusterCertificates(files, outside, at, seen);
    }

    /** What is not a secret in a Secret. */
    public static boolean isPublic(String file) {
        return file.endsWith(".crt") || file.equals(NODES) || Authority.isNote(file);
    }

    /**
     * What must be made.
     *
     * @param authority what is next about the authority of the nodes
     * @param clients what is next about that of the users
     * @param proofs Secrets of authorities that lack a certificate of the next issuer
     * @param nodes node ids of brokers and controllers that need a certificate, and why
     * @param operator why the operator needs one
     * @param administrator whether there is none for the management API
     * @param others names of Secrets that do not say what the others say
     */
    public record Needs(
            RenewalStep authority,
            RenewalStep clients,
            Set<String> proofs,
            Map<Integer, String> nodes,
            Optional<String> operator,
            boolean administrator,
            Set<String> others) {
        public Needs {
            proofs = Set.copyOf(proofs);
            nodes = Map.copyOf(nodes);
            others = Set.copyOf(others);
        }

        /** Whether nothing has to be written. */
        public boolean none() {
            return !authority.acts()
                    && !clients.acts()
                    && proofs.isEmpty()
                    && nodes.isEmpty()
                    && operator.isEmpty()
                    && !administrator
                    && others.isEmpty();
        }
    }

    /** Returns the authority of the nodes. */
    public Authority authority(BrokerClusterIntent intent) {
        var cluster = intent.name();
        return Authority.of(
                files.getOrDefault(ClusterSecret.authorityName(cluster), Map.of()),
                file(ClusterSecret.nodesName(cluster), TRUSTED),
                file(ClusterSecret.publicName(cluster), TRUSTED));
    }

    /** Returns the authority of the users. */
    public Authority clients(BrokerClusterIntent intent) {
        var trusted = file(ClusterSecret.nodesName(intent.name()), CLIENTS_TRUSTED);
        return Authority.of(
                files.getOrDefault(ClusterSecret.clientsAuthorityName(intent.name()), Map.of()), trusted, trusted);
    }

    /** Returns what the authority of the nodes is to be. */
    public AuthorityWish wish(BrokerClusterIntent intent) {
        var authority = intent.tls().authority();
        return authority
                .secret()
                .<AuthorityWish>map(name -> new AuthorityWish.Given(trust.given()
                        .orElseGet(() -> new GivenAuthority.Unusable("Secret " + name + " was not looked at"))))
                .orElseGet(() -> generated(intent));
    }

    private static AuthorityWish.Generated generated(BrokerClusterIntent intent) {
        var authority = intent.tls().authority();
        return new AuthorityWish.Generated(authority.renewBefore(), authority.renewAt());
    }

    /** Decides what must be made. */
    public Needs needs(BrokerClusterIntent intent) {
        var cluster = intent.name();
        var authority = authority(intent);
        var clients = clients(intent);
        var nodes = nodes(intent, authority);
        var own = Certificates.all(file(ClusterSecret.operatorName(cluster), OWN));
        var operator = why(intent, CertificateWish.operator(), own, authority);
        var others = others(intent);
        var untrusting = others.stream().sorted().findFirst().map(name -> "Secret " + name + " to be written");
        var unissued = nodes.isEmpty() && operator.isEmpty()
                ? Optional.<String>empty()
                : Optional.of("certificates to be issued");
        return new Needs(
                RenewalPlanner.decide(
                        authority,
                        wish(intent),
                        scene(intent, Kind.NODES, Door.inner(intent), Door.all(intent), untrusting, unissued)),
                RenewalPlanner.decide(
                        clients,
                        generated(intent),
                        scene(intent, Kind.USERS, Door.ofUsers(intent), List.of(), untrusting, Optional.empty())),
                proofs(intent, authority, clients),
                nodes,
                operator,
                !files.containsKey(Services.adminName(cluster)),
                others);
    }

    private Scene scene(
            BrokerClusterIntent intent,
            Kind kind,
            List<Door> asking,
            List<Door> showing,
            Optional<String> untrusting,
            Optional<String> unissued) {
        var tls = intent.tls();
        return new Scene(
                kind,
                asking,
                showing,
                untrusting,
                unissued,
                trust,
                tls.authority().handOver(),
                tls.renewBefore(),
                at);
    }

    private Map<Integer, String> nodes(BrokerClusterIntent intent, Authority authority) {
        var nodes = new TreeMap<Integer, String>();
        for (var node : intent.nodes()) {
            var issued = Certificates.all(file(ClusterSecret.nodesName(intent.name()), intent.pod(node) + ".crt"));
            why(intent, CertificateWish.node(intent, node, outside), issued, authority)
                    .ifPresent(why -> nodes.put(node, why));
        }
        return nodes;
    }

    /** While nobody can issue, what there is goes on. */
    private Optional<String> why(
            BrokerClusterIntent intent, CertificateWish wish, List<X509Certificate> issued, Authority authority) {
        if (authority.issuer().isEmpty()) {
            return issued.isEmpty() ? Optional.of("its authority is gone") : Optional.empty();
        }
        var issuer = authority.issuer().get();
        return Certificates.whyAnew(
                        wish,
                        issued.stream().findFirst(),
                        issuer.certificate(),
                        intent.tls().validity(),
                        intent.tls().renewBefore(),
                        at)
                .or(() -> issued.subList(1, issued.size()).equals(issuer.shown())
                        ? Optional.empty()
                        : Optional.of("other certificates lie between it and the root"));
    }

    private Set<String> proofs(BrokerClusterIntent intent, Authority authority, Authority clients) {
        var lacking = new HashSet<String>();
        lacksProof(intent, ClusterSecret.authorityName(intent.name()), authority)
                .ifPresent(lacking::add);
        lacksProof(intent, ClusterSecret.clientsAuthorityName(intent.name()), clients)
                .ifPresent(lacking::add);
        return lacking;
    }

    private Optional<String> lacksProof(BrokerClusterIntent intent, String name, Authority authority) {
        return authority
                .next()
                .filter(next -> Certificates.whyAnew(
                                CertificateWish.operator(),
                                Certificates.first(file(name, Authority.PROOF)),
                                next.certificate(),
                                intent.tls().validity(),
                                intent.tls().renewBefore(),
                                at)
                        .isPresent())
                .map(next -> name);
    }

    private Set<String> others(BrokerClusterIntent intent) {
        var others = new TreeSet<String>();
        wanted(intent).forEach((secret, content) -> {
            var is = files.getOrDefault(secret, Map.of());
            if (!is.entrySet().containsAll(content.entrySet())) {
                others.add(secret);
            }
        });
        return others;
    }

    /** What Secrets say that follows from others, and is not secret. */
    public Map<String, Map<String, String>> wanted(BrokerClusterIntent intent) {
        var cluster = intent.name();
        var authority = authority(intent);
        var trusted = Certificates.pem(authority.trusted());
        var clients = Certificates.pem(clients(intent).trusted());
        return Map.of(
                ClusterSecret.nodesName(cluster), Map.of(TRUSTED, trusted, CLIENTS_TRUSTED, clients),
                ClusterSecret.operatorName(cluster),
                        Map.of(TRUSTED, trusted, NODES, Integer.toString(intent.replicas())),
                ClusterSecret.publicName(cluster), Map.of(TRUSTED, Certificates.pem(authority.published())));
    }

    private String file(String secret, String name) {
        return files.getOrDefault(secret, Map.of()).getOrDefault(name, "");
    }
}
