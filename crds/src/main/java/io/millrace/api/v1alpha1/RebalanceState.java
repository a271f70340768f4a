package io.millrace.api.v1alpha1;

/** How far a rebalance is. */
public enum RebalanceState {
    /** There is a plan; it is carried out next. */
    Planned,
    /** There is a plan; it waits for spec.rebalance.approve. */
    AwaitingApproval,
    /** Partitions are being moved. */
    Moving,
    /** Moves that are not wanted any more are being taken back. */
    Cancelling,
    /** There can be no plan, or none may be carried out; condition Stalled says why. */
    Blocked,
    /** It was carried out. */
    Done
}
