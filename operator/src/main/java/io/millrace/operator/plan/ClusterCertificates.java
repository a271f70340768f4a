package io.millrace.operator.plan;

import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Services;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The certificates of a cluster as they are, and what is to be done about them.
 *
 * @param files files of each Secret that exists, by the Secret's name; keys and passwords are not among them
 * @param nodeAddresses addresses of the nodes that run brokers
 * @param at when this was so
 */
public record ClusterCertificates(Map<String, Map<String, String>> files, Set<String> nodeAddresses, Instant at) {

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
        nodeAddresses = Set.copyOf(nodeAddresses);
    }

    /** What is not a secret in a Secret. */
    public static boolean isPublic(String file) {
        return file.endsWith(".crt") || file.equals(NODES);
    }

    /**
     * What must be made.
     *
     * @param authority whether the cluster has no authority
     * @param clients whether it has none for users
     * @param brokers brokers that need a certificate, and why
     * @param operator why the operator needs one
     * @param administrator whether there is none for the management API
     * @param others names of Secrets that do not say what the others say
     */
    public record Needs(
            boolean authority,
            boolean clients,
            Map<Integer, String> brokers,
            Optional<String> operator,
            boolean administrator,
            Set<String> others) {
        public Needs {
            brokers = Map.copyOf(brokers);
            others = Set.copyOf(others);
        }

        /** Whether all is as it should be. */
        public boolean none() {
            return !authority
                    && !clients
                    && brokers.isEmpty()
                    && operator.isEmpty()
                    && !administrator
                    && others.isEmpty();
        }
    }

    /** Decides what must be made. */
    public Needs needs(BrokerClusterIntent intent) {
        var cluster = intent.name();
        var authority = Certificates.first(file(ClusterSecret.authorityName(cluster), TRUSTED));
        var clients = Certificates.first(file(ClusterSecret.clientsAuthorityName(cluster), TRUSTED));
        var brokers = new TreeMap<Integer, String>();
        for (int node = 0; node < intent.replicas(); node++) {
            var broker = node;
            var issued = Certificates.first(file(ClusterSecret.nodesName(cluster), intent.pod(node) + ".crt"));
            why(intent, CertificateWish.broker(intent, node, nodeAddresses), issued, authority)
                    .ifPresent(why -> brokers.put(broker, why));
        }
        var own = Certificates.first(file(ClusterSecret.operatorName(cluster), OWN));
        return new Needs(
                authority.isEmpty(),
                clients.isEmpty(),
                brokers,
                why(intent, CertificateWish.operator(), own, authority),
                !files.containsKey(Services.adminName(cluster)),
                others(intent));
    }

    private Optional<String> why(
            BrokerClusterIntent intent,
            CertificateWish wish,
            Optional<X509Certificate> issued,
            Optional<X509Certificate> authority) {
        return authority.isEmpty()
                ? Optional.of("its authority is gone")
                : Certificates.whyAnew(
                        wish,
                        issued,
                        authority.get(),
                        intent.tls().validity(),
                        intent.tls().renewBefore(),
                        at);
    }

    private Set<String> others(BrokerClusterIntent intent) {
        var others = new java.util.HashSet<String>();
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
        var trusted = file(ClusterSecret.authorityName(cluster), TRUSTED);
        var clients = file(ClusterSecret.clientsAuthorityName(cluster), TRUSTED);
        return Map.of(
                ClusterSecret.nodesName(cluster), Map.of(TRUSTED, trusted, CLIENTS_TRUSTED, clients),
                ClusterSecret.operatorName(cluster),
                        Map.of(TRUSTED, trusted, NODES, Integer.toString(intent.replicas())),
                ClusterSecret.publicName(cluster), Map.of(TRUSTED, trusted));
    }

    private String file(String secret, String name) {
        return files.getOrDefault(secret, Map.of()).getOrDefault(name, "");
    }
}
