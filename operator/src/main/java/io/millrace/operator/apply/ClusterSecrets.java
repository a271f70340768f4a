package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterCertificates.Needs;
import io.millrace.operator.trust.Authority;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.GivenAuthority;
import io.millrace.operator.trust.Issuer;
import io.millrace.operator.trust.RenewalStep;
import io.millrace.operator.trust.TrustFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes the Secrets of a cluster that are missing, and the certificates in them that must be issued anew, and takes the step of a
 * renewal that may be taken; the rest stays. What is decided again here was decided before from what a cache said.
 */
final class ClusterSecrets {

    private final BrokerClusterIntent intent;
    private final OwnerReference owner;
    private final ClusterCertificates seen;
    private final Optional<Map<String, String>> given;
    private final Instant now;
    private final Map<String, Secret> existing;
    /** Files to be written, by the Secret's name. */
    private final Map<String, Map<String, String>> written = new LinkedHashMap<>();

    private final List<String> news = new ArrayList<>();

    /**
     * Begins.
     *
     * @param existing the Secrets of the cluster, read just now, by name
     * @param given the Secret of the authority that is given, read just now; empty if there is none
     * @param seen what was seen of nodes and of certificates in use
     */
    ClusterSecrets(
            BrokerClusterIntent intent,
            Map<String, Secret> existing,
            Optional<Secret> given,
            ClusterCertificates seen,
            OwnerReference owner,
            Instant now) {
        this.intent = intent;
        this.existing = existing;
        this.given = given.map(ClusterSecret::files);
        this.seen = seen;
        this.owner = owner;
        this.now = now;
    }

    /** Returns the Secrets to be written, those first that others follow from: those that exist in the version they were read in. */
    List<Secret> outdated() {
        var needs = facts().needs(intent);
        renew(ClusterSecret.authorityName(intent.name()), facts().authority(intent), needs.authority(), true);
        renew(ClusterSecret.clientsAuthorityName(intent.name()), facts().clients(intent), needs.clients(), false);
        // What follows from the authorities, as they are now.
        var after = facts().needs(intent);
        prove(after);
        issue(after);
        facts().wanted(intent).forEach((secret, files) -> {
            if (!read(secret).entrySet().containsAll(files.entrySet())) {
                write(secret, files);
            }
        });
        var secrets = written.entrySet().stream()
                .map(entry -> secret(entry.getKey(), entry.getValue()))
                .collect(Collectors.toCollection(ArrayList::new));
        if (needs.administrator()) {
            var port = intent.managementPort();
            secrets.add(ClusterSecret.admin(intent, Passwords.next(), port, owner));
        }
        return secrets;
    }

    /** Returns which steps of renewals are taken, in words. */
    List<String> news() {
        return List.copyOf(news);
    }

    private ClusterCertificates facts() {
        var files = new HashMap<String, Map<String, String>>();
        var names = new HashSet<>(existing.keySet());
        names.addAll(written.keySet());
        names.forEach(name -> files.put(name, read(name)));
        return new ClusterCertificates(files, seen.outside(), now, trust());
    }

    private TrustFacts trust() {
        return seen.trust().with(intent.tls().authority().secret().map(name -> GivenAuthority.of(name, given, now)));
    }

    /** One that issues, and its key. */
    private record Newcomer(Issuer issuer, String key, boolean given) {}

    private void renew(String name, Authority has, RenewalStep step, boolean ofNodes) {
        var asked = intent.tls().authority().renewAt();
        switch (step) {
            case RenewalStep.Found() -> {
                var first = newcomer(name, ofNodes);
                write(
                        name,
                        Authority.founded(first.issuer(), asked, first.given(), now)
                                .files());
                write(name, Map.of(Authority.KEY, first.key()));
            }
            case RenewalStep.TrustNext(var why) -> {
                var next = newcomer(name, ofNodes);
                write(
                        name,
                        has.trusting(next.issuer(), asked, next.given(), now).files());
                write(name, Map.of(Authority.NEXT_KEY, next.key()));
                tell(name, "another CA is trusted beside it: " + why);
            }
            case RenewalStep.IssueFromNext(var checks) -> {
                var key = read(name).getOrDefault(Authority.NEXT_KEY, "");
                write(name, has.issuing(now).files());
                write(
                        name,
                        Map.of(
                                Authority.KEY, key,
                                Authority.NEXT_KEY, "",
                                Authority.PROOF, "",
                                Authority.PROOF_KEY, ""));
                tell(name, "the new CA issues from now on: " + checks);
            }
            case RenewalStep.DropFormer(var checks) -> {
                write(name, has.alone(now).files());
                tell(name, "former CAs are trusted no more: " + checks);
            }
            case RenewalStep.Settled settled -> {}
            case RenewalStep.Await await -> {}
            case RenewalStep.Impossible impossible -> {}
        }
    }

    private void tell(String name, String what) {
        news.add("Secret %s: %s".formatted(name, what));
    }

    private Newcomer newcomer(String name, boolean ofNodes) {
        if (ofNodes && trust().given().orElse(null) instanceof GivenAuthority.Usable(var issuer)) {
            return new Newcomer(issuer, given.orElseThrow().getOrDefault(GivenAuthority.KEY, ""), true);
        }
        var own = CertificateAuthority.found(name, intent.tls().authority().validity(), now);
        var certificate = Certificates.first(own.certificate()).orElseThrow();
        return new Newcomer(Issuer.selfSigned(certificate), own.key(), false);
    }

    private void prove(Needs needs) {
        for (var name : needs.proofs()) {
            var next = authority(name).next().orElseThrow();
            var pair = CertificateAuthority.load(next, read(name).getOrDefault(Authority.NEXT_KEY, ""))
                    .issue(CertificateWish.operator(), intent.tls().validity(), now);
            write(name, Map.of(Authority.PROOF, pair.certificate(), Authority.PROOF_KEY, pair.key()));
        }
    }

    private void issue(Needs needs) {
        var name = ClusterSecret.authorityName(intent.name());
        var issuer = authority(name).issuer();
        if (issuer.isEmpty() || (needs.nodes().isEmpty() && needs.operator().isEmpty())) {
            return;
        }
        var authority = CertificateAuthority.load(issuer.get(), key(name));
        needs.nodes().keySet().forEach(node -> {
            var wish = CertificateWish.node(intent, node, seen.outside());
            var pair = authority.issue(wish, intent.tls().validity(), now);
            write(
                    ClusterSecret.nodesName(intent.name()),
                    Map.of(intent.pod(node) + ".crt", pair.certificate(), intent.pod(node) + ".key", pair.key()));
        });
        if (needs.operator().isPresent()) {
            var pair = authority.issue(CertificateWish.operator(), intent.tls().validity(), now);
            write(
                    ClusterSecret.operatorName(intent.name()),
                    Map.of(ClusterCertificates.OWN, pair.certificate(), "tls.key", pair.key()));
        }
    }

    private Authority authority(String name) {
        return Authority.of(read(name), "", "");
    }

    private String key(String name) {
        var key = read(name).getOrDefault(Authority.KEY, "");
        if (key.isEmpty()) {
            throw new IllegalStateException("Secret " + name
                    + " has no key ca.key: restore it from a backup, or delete the Secret to have another CA made");
        }
        return key;
    }

    private Map<String, String> read(String name) {
        var secret = existing.get(name);
        var files = new HashMap<>(secret == null ? Map.<String, String>of() : ClusterSecret.files(secret));
        files.putAll(written.getOrDefault(name, Map.of()));
        return files;
    }

    private void write(String name, Map<String, String> files) {
        written.computeIfAbsent(name, ignored -> new HashMap<>()).putAll(files);
    }

    private Secret secret(String name, Map<String, String> files) {
        var there = existing.get(name);
        if (there != null) {
            return ClusterSecret.with(there, files);
        }
        return name.equals(ClusterSecret.authorityName(intent.name()))
                        || name.equals(ClusterSecret.clientsAuthorityName(intent.name()))
                ? ClusterSecret.authority(intent, name, files, owner)
                : ClusterSecret.certificates(intent, name, files, owner);
    }
}
