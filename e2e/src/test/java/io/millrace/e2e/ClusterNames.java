package io.millrace.e2e;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.stream.Stream;

/**
 * Resolves names of Services and pods as DNS does inside Kubernetes, so that a test connects to the very address a status or a Secret shows. Pods can be reached from
 * this host; a Service is resolved to its ready pods, which listen on the Service's own ports.
 */
public final class ClusterNames extends InetAddressResolverProvider {
    private static final String INSIDE = ".svc";

    @Override
    public String name() {
        return "names inside Kubernetes";
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        var builtin = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                return host.endsWith(INSIDE) ? inside(host) : builtin.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return builtin.lookupByAddress(address);
            }
        };
    }

    /** {@code <service>.<namespace>.svc} or {@code <pod>.<service>.<namespace>.svc}. */
    private static Stream<InetAddress> inside(String host) throws UnknownHostException {
        var labels = List.of(host.split("\\.", -1));
        var namespace = labels.get(labels.size() - 2);
        var addresses =
                switch (labels.size()) {
                    case 3 -> service(namespace, labels.getFirst());
                    case 4 -> pod(namespace, labels.getFirst());
                    default -> throw new UnknownHostException(host);
                };
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        var resolved = Stream.<InetAddress>builder();
        for (var address : addresses) {
            // With the name that certificates are checked against.
            resolved.add(InetAddress.getByAddress(
                    host, InetAddress.ofLiteral(address).getAddress()));
        }
        return resolved.build();
    }

    private static List<String> service(String namespace, String service) {
        var slices = Kube.CLIENT
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withLabel("kubernetes.io/service-name", service)
                .list();
        return slices.getItems().stream()
                .flatMap(slice -> slice.getEndpoints().stream())
                .filter(endpoint -> Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                .map(Endpoint::getAddresses)
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> pod(String namespace, String name) {
        var pod = Kube.CLIENT.pods().inNamespace(namespace).withName(name).get();
        var address = pod == null ? null : pod.getStatus().getPodIP();
        return address == null ? List.of() : List.of(address);
    }
}
