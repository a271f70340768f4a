package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.millrace.operator.desired.Outside;
import java.util.HashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads from Services and pods how clients outside reach brokers. */
final class OutsideObserver {

    /** What the name of a listener's Service, or of that of one of its brokers, adds to that of its cluster. */
    private static final Pattern LISTENER = Pattern.compile("-([a-z][a-z0-9]*)(?:-(0|[1-9][0-9]{0,2}))?");

    private OutsideObserver() {}

    /** Looks. */
    static Outside observe(String cluster, Stream<Service> services, Stream<Pod> brokers) {
        var ports = new HashMap<String, Integer>();
        var balancers = new HashMap<String, String>();
        services.forEach(service -> name(cluster, service).ifPresent(name -> {
            nodePort(service).ifPresent(port -> ports.put(name, port));
            balancer(service).ifPresent(host -> balancers.put(name, host));
        }));
        var addresses = brokers.filter(pod -> pod.getStatus() != null)
                .map(pod -> pod.getStatus().getHostIP())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return new Outside(addresses, ports, balancers);
    }

    /** Empty if the Service is none of ours: labels are copied, as by {@code kubectl expose}. */
    private static Optional<String> name(String cluster, Service service) {
        var name = service.getMetadata().getName();
        if (!name.startsWith(cluster)) {
            return Optional.empty();
        }
        var rest = LISTENER.matcher(name.substring(cluster.length()));
        if (!rest.matches()) {
            return Optional.empty();
        }
        var node = Optional.ofNullable(rest.group(2)).map(Integer::parseInt);
        return Optional.of(node.map(one -> Outside.row(rest.group(1), one)).orElse(rest.group(1)));
    }

    private static Optional<Integer> nodePort(Service service) {
        return Stream.ofNullable(service.getSpec().getPorts())
                .flatMap(ports -> ports.stream().limit(1))
                .map(port -> port.getNodePort())
                .filter(port -> port != null && port > 0)
                .findFirst();
    }

    /** A cloud gives a name or an address; with several, any of them leads there. */
    private static Optional<String> balancer(Service service) {
        return Optional.ofNullable(service.getStatus())
                .map(status -> status.getLoadBalancer())
                .map(balancer -> balancer.getIngress())
                .flatMap(all -> all.stream().flatMap(OutsideObserver::host).findFirst());
    }

    private static Stream<String> host(LoadBalancerIngress ingress) {
        return Stream.of(Optional.ofNullable(ingress.getHostname()), Optional.ofNullable(ingress.getIp()))
                .flatMap(Optional::stream)
                .filter(host -> !host.isEmpty());
    }
}
