package io.millrace.operator.client;

import io.millrace.api.v1alpha1.BrokerCluster;

/** Finds the way to the brokers of a cluster. */
public interface Connections {

    /**
     * Names a BrokerCluster.
     *
     * @param namespace its namespace
     * @param name its name
     */
    record ClusterKey(String namespace, String name) {
        /** Names a BrokerCluster that is at hand. */
        public static ClusterKey of(BrokerCluster cluster) {
            return new ClusterKey(
                    cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
        }

        @Override
        public String toString() {
            return namespace + "/" + name;
        }
    }

    /**
     * Returns a shared connection to the brokers; it is not closed by the caller.
     *
     * @throws io.millrace.operator.status.FailureException if the cluster has no certificates yet
     */
    BrokerAdmin brokers(ClusterKey cluster);

    /**
     * Returns a client of the management API of the cluster.
     *
     * @throws io.millrace.operator.status.FailureException if the cluster has no administrator yet
     */
    QueueAdmin queues(ClusterKey cluster);

    /** Drops what is held for a cluster, for it is gone or has new certificates. */
    void forget(ClusterKey cluster);
}
