package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.ClusterCertificates;
import io.millrace.operator.plan.ClusterCertificates.Needs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the Secrets of a cluster that are missing, and the certificates in them that must be issued anew; the rest stays. */
final class ClusterSecrets {

    private final BrokerClusterIntent intent;
    private final OwnerReference owner;
    private final Set<String> nodeAddresses;
    private final Instant now;
    private final Map<String, Secret> existing;
    /** Files to be written, by the Secret's name. */
    private final Map<String, Map<String, String>> written = new LinkedHashMap<>();

    /**
     * Begins.
     *
     * @param existing the Secrets of the cluster, read just now, by name
     * @param nodeAddresses addresses of the nodes that run brokers
     */
    ClusterSecrets(
            BrokerClusterIntent intent,
            Map<String, Secret> existing,
            Set<String> nodeAddresses,
            OwnerReference owner,
            Instant now) {
        this.intent = intent;
        this.existing = existing;
        this.nodeAddresses = nodeAddresses;
        this.owner = owner;
        this.now = now;
    }

    /** Returns the Secrets to be written: those that exist in the version they were read in. */
    List<Secret> outdated() {
        var needs = facts().needs(intent);
        if (needs.authority()) {
            found(ClusterSecret.authorityName(intent.name()));
        }
        if (needs.clients()) {
            found(ClusterSecret.clientsAuthorityName(intent.name()));
        }
        issue(needs);
        // What follows from the authorities, as they are now.
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

    private ClusterCertificates facts() {
        var files = new HashMap<String, Map<String, String>>();
        var names = new HashSet<>(existing.keySet());
        names.addAll(written.keySet());
        names.forEach(name -> files.put(name, read(name)));
        return new ClusterCertificates(files, nodeAddresses, now);
    }

    private void found(String name) {
        var own = CertificateAuthority.found(name, now).own();
        write(name, Map.of(ClusterCertificates.TRUSTED, own.certificate(), CertificateAuthority.KEY, own.key()));
    }

    private void issue(Needs needs) {
        if (needs.brokers().isEmpty() && needs.operator().isEmpty()) {
            return;
        }
        var authority = authority(ClusterSecret.authorityName(intent.name()));
        needs.brokers().keySet().forEach(node -> {
            var wish = CertificateWish.broker(intent, node, nodeAddresses);
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

    private CertificateAuthority authority(String name) {
        var files = read(name);
        var certificate = files.get(ClusterCertificates.TRUSTED);
        var key = files.get(CertificateAuthority.KEY);
        if (certificate == null || key == null) {
            throw new IllegalStateException(
                    "Secret " + name + " has no key ca.crt or ca.key: restore it from a backup");
        }
        return CertificateAuthority.load(new CertificateAuthority.Pair(certificate, key));
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
