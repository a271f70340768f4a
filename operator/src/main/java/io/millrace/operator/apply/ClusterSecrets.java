package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Services;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the Secrets of a cluster that are missing; what is there is never made anew. */
final class ClusterSecrets {

    private ClusterSecrets() {}

    /**
     * Makes what is missing.
     *
     * @param existing the Secrets of the cluster, by name
     */
    static List<Secret> missing(
            BrokerClusterIntent intent, Map<String, Secret> existing, OwnerReference owner, Instant now) {
        var made = new ArrayList<Secret>();
        var old = Optional.ofNullable(existing.get(ClusterSecret.authorityName(intent.name())));
        var authority = old.map(secret -> CertificateAuthority.load(
                        new CertificateAuthority.Pair(read(secret, "ca.crt"), read(secret, "ca.key")), now))
                .orElseGet(() -> CertificateAuthority.found(intent.name(), now));
        if (old.isEmpty()) {
            made.add(ClusterSecret.authority(
                    intent, authority.own().certificate(), authority.own().key(), owner));
        }
        // Certificates of an authority that is gone are worth nothing.
        if (old.isEmpty() || !existing.containsKey(ClusterSecret.nodesName(intent.name()))) {
            made.add(ClusterSecret.nodes(intent, nodes(intent, authority), owner));
        }
        if (old.isEmpty() || !existing.containsKey(ClusterSecret.operatorName(intent.name()))) {
            var pair = authority.issue("millrace-operator", List.of());
            made.add(ClusterSecret.operator(
                    intent, authority.own().certificate(), pair.certificate(), pair.key(), owner));
        }
        if (!existing.containsKey(Services.adminName(intent.name()))) {
            var port = intent.port(ListenerProtocol.MANAGEMENT, 15672);
            made.add(ClusterSecret.admin(intent, Passwords.next(), port, owner));
        }
        return made;
    }

    private static Map<String, String> nodes(BrokerClusterIntent intent, CertificateAuthority authority) {
        var files = new HashMap<String, String>();
        files.put("ca.crt", authority.own().certificate());
        for (int node = 0; node < intent.replicas(); node++) {
            var host = intent.host(node);
            var pair = authority.issue(intent.pod(node), names(host));
            files.put(intent.pod(node) + ".crt", pair.certificate());
            files.put(intent.pod(node) + ".key", pair.key());
        }
        return files;
    }

    /** Every name a pod can be called by, from the full one down to the shortest. */
    private static List<String> names(String host) {
        var inNamespace = host.substring(0, host.length() - ".svc".length());
        var inService = inNamespace.substring(0, inNamespace.lastIndexOf('.'));
        return List.of(host, host + ".cluster.local", inNamespace, inService, "localhost");
    }

    private static String read(Secret secret, String key) {
        var value = secret.getData().get(key);
        if (value == null) {
            throw new IllegalStateException(
                    "Secret " + secret.getMetadata().getName() + " has no key " + key + ": restore it from a backup");
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }
}
