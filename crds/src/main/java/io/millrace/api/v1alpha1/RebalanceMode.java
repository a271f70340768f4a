package io.millrace.api.v1alpha1;

/** Who decides that partitions are moved. */
public enum RebalanceMode {
    /** The operator, when brokers come, go or are cordoned, replicas lie in too few racks, or a Topic asks for others. */
    Auto,
    /** A person, by naming the plan's hash in spec.rebalance.approve. */
    Approve,
    /** Nobody: what needs moves waits until somebody else has made them. */
    Off
}
