package io.millrace.api.v1alpha1;

/** Consent to restarts that make something unavailable. */
public enum AllowUnavailable {
    /** Never: such a restart is blocked, and the status names the partition. */
    Never,
    /** Partitions that have one replica only may be away while their broker restarts. */
    SingleReplica,
    /** Partitions that have no more replicas than min.insync.replicas may be away; others never. */
    Always
}
