package io.millrace.api.v1alpha1;

/** Why partitions are moved. */
public enum RebalancePurpose {
    /** Brokers that go, or are cordoned, are emptied. */
    Drain,
    /** Topics without a wish of their own get the replicas that the cluster's size asks for. */
    Replication,
    /** Replicas that lie in fewer racks than they could are spread. */
    Spread,
    /** Brokers that came get their share. */
    Balance
}
