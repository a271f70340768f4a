package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.Map;

/** ConfigMap {@code <cluster>-addresses}: what brokers advertise on listeners reached from outside. */
public final class AddressesConfigMap {

    private AddressesConfigMap() {}

    /** Returns its name. */
    public static String name(String cluster) {
        return cluster + "-addresses";
    }

    /**
     * Makes it.
     *
     * @param ports node port of each {@code <listener>.<node id>}
     */
    public static ConfigMap of(BrokerClusterIntent intent, Map<String, Integer> ports, OwnerReference owner) {
        var builder = new ConfigMapBuilder().withMetadata(Names.owned(intent, name(intent.name()), owner));
        ports.forEach((row, port) -> builder.addToData(row, "node-ip:" + port));
        return builder.build();
    }

    /** Returns the name of a row. */
    public static String row(String listener, int node) {
        return listener + "." + node;
    }
}
