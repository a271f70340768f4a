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
     * @param rows what is advertised, by {@link Outside#row}
     */
    public static ConfigMap of(BrokerClusterIntent intent, Map<String, String> rows, OwnerReference owner) {
        return new ConfigMapBuilder()
                .withMetadata(Names.owned(intent, name(intent.name()), owner))
                .addToData(rows)
                .build();
    }
}
