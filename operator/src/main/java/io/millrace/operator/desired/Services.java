package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Services of a cluster. */
public final class Services {

    private Services() {}

    /** A type of Service, and what a cloud is told about it. */
    private record Kind(String type, Map<String, String> annotations) {
        private static final Kind INTERNAL = new Kind("ClusterIP", Map.of());

        private static Kind of(ListenerIntent listener) {
            return switch (listener.type()) {
                case INTERNAL -> INTERNAL;
                case NODEPORT -> new Kind("NodePort", Map.of());
                case LOADBALANCER -> new Kind("LoadBalancer", listener.annotations());
            };
        }
    }

    /** Returns the name of a listener's bootstrap Service. */
    public static String bootstrapName(String cluster, String listener) {
        return cluster + "-" + listener;
    }

    /** Returns the name of the Service of one broker on one listener. */
    public static String brokerName(String cluster, String listener, int node) {
        return cluster + "-" + listener + "-" + node;
    }

    /** Returns the name of the Service the operator reaches the management API by. */
    public static String adminName(String cluster) {
        return cluster + "-admin";
    }

    /** Makes all of them. */
    public static List<Service> of(BrokerClusterIntent intent, OwnerReference owner) {
        var services = new ArrayList<Service>();
        services.add(headless(intent, owner));
        if (intent.queues()) {
            var port = intent.managementPort();
            services.add(service(
                    intent, adminName(intent.name()), port("management", port), Kind.INTERNAL, brokers(intent), owner));
        }
        for (var listener : intent.listeners()) {
            services.add(service(
                    intent,
                    bootstrapName(intent.name(), listener.name()),
                    port(listener.name(), listener.port()),
                    Kind.of(listener),
                    brokers(intent),
                    owner));
            if (listener.perBroker()) {
                services.addAll(perBroker(intent, listener, owner));
            }
        }
        return services;
    }

    private static List<Service> perBroker(BrokerClusterIntent intent, ListenerIntent listener, OwnerReference owner) {
        var services = new ArrayList<Service>();
        for (int node = 0; node < intent.replicas(); node++) {
            var selector = new HashMap<>(brokers(intent));
            selector.put("statefulset.kubernetes.io/pod-name", intent.pod(node));
            services.add(service(
                    intent,
                    brokerName(intent.name(), listener.name(), node),
                    port(listener.name(), listener.port()),
                    Kind.of(listener),
                    selector,
                    owner));
        }
        return services;
    }

    /** Gives every node its DNS name, before it is ready too: nodes become ready by talking to each other. */
    private static Service headless(BrokerClusterIntent intent, OwnerReference owner) {
        return new ServiceBuilder()
                .withMetadata(Names.owned(intent, intent.name() + "-nodes", owner))
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Names.nodeLabels(intent))
                .withPorts(port("controller", 9090), port("replication", 9091), port("links", 25672))
                .endSpec()
                .build();
    }

    private static Service service(
            BrokerClusterIntent intent,
            String name,
            ServicePort port,
            Kind kind,
            Map<String, String> selector,
            OwnerReference owner) {
        return new ServiceBuilder()
                .withMetadata(new ObjectMetaBuilder(Names.owned(intent, name, owner))
                        .addToAnnotations(kind.annotations())
                        .build())
                .withNewSpec()
                .withType(kind.type())
                .withSelector(selector)
                .withPorts(port)
                .endSpec()
                .build();
    }

    private static ServicePort port(String name, int port) {
        return new ServicePortBuilder()
                .withName(name)
                .withProtocol("TCP")
                .withPort(port)
                .withTargetPort(new IntOrString(port))
                .build();
    }

    private static Map<String, String> brokers(BrokerClusterIntent intent) {
        return Names.brokerLabels(intent.name());
    }
}
