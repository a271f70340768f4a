package io.millrace.operator.rebalance;

/** How much a plan is to mend. */
public enum RebalanceScope {
    /** All goals. */
    FULL,
    /** Only what has to be: cordoned and lost brokers emptied, racks spread, units whole, replication factors as wanted. */
    DRAIN
}
