package io.millrace.operator.desired;

import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.util.IPAddress;

/**
 * What a certificate is to say.
 *
 * @param subject distinguished name as RFC 2253 writes it
 * @param hosts DNS names
 * @param addresses IP addresses
 */
public record CertificateWish(String subject, Set<String> hosts, Set<String> addresses) {
    public CertificateWish {
        hosts = Set.copyOf(hosts);
        addresses = Set.copyOf(addresses);
    }

    /** The operator's: Kafka knows it by its name. */
    public static CertificateWish operator() {
        return new CertificateWish("CN=millrace-operator,O=millrace", Set.of(), Set.of());
    }

    /** A user's: its name, and nothing that could be taken for a node. */
    public static CertificateWish user(String name) {
        return new CertificateWish("CN=" + name, Set.of(), Set.of());
    }

    /** A node's: a broker's, or that of a dedicated controller, which none but peers and the operator connect to. */
    public static CertificateWish node(BrokerClusterIntent intent, int node, Outside outside) {
        return ControllersIntent.isDedicated(node)
                ? new CertificateWish(subject(intent, node), inner(intent, node), Set.of())
                : broker(intent, node, outside);
    }

    /**
     * A broker's: every name that peers and clients connect to.
     *
     * @param outside how it is reached from outside: whoever connects to any node, or to a balancer of all, can reach any broker
     */
    private static CertificateWish broker(BrokerClusterIntent intent, int node, Outside outside) {
        var hosts = inner(intent, node);
        var addresses = new HashSet<String>();
        intent.listeners().stream().filter(ListenerIntent::tls).forEach(listener -> {
            var service = Services.bootstrapName(intent.name(), listener.name());
            hosts.addAll(forms(service + "." + intent.namespace() + ".svc"));
            outside.hosts(listener, node).forEach(host -> (IPAddress.isValid(host) ? addresses : hosts).add(host));
        });
        return new CertificateWish(subject(intent, node), hosts, addresses);
    }

    private static String subject(BrokerClusterIntent intent, int node) {
        return "CN=" + intent.pod(node) + ",O=millrace";
    }

    private static Set<String> inner(BrokerClusterIntent intent, int node) {
        var hosts = new HashSet<>(forms(intent.host(node)));
        hosts.add("localhost");
        return hosts;
    }

    /** Every name a Service or a pod can be called by, from the full one down to the shortest. */
    private static List<String> forms(String host) {
        var inNamespace = host.substring(0, host.length() - ".svc".length());
        var names = new ArrayList<>(List.of(host, host + ".cluster.local", inNamespace));
        names.add(inNamespace.substring(0, inNamespace.lastIndexOf('.')));
        return names;
    }
}
