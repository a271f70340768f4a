package io.millrace.api.v1alpha1;

/** Why partitions are moved. */
public enum RebalancePurpose {
    /** Brokers that go, or are cordoned, are emptied. */
    Drain,
    /** Topics get the replicas that their objects ask for, or the cluster's size. */
    Replication,
    /** Replicas that lie in fewer racks than they could are spread. */
    Spread,
    /** Brokers that came get their share. */
    Balance
}
