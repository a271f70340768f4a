package io.millrace.api.v1alpha1;

/** How far the finalising of feature levels is. */
public enum UpgradeState {
    /** Something has to be so first: all brokers run the version, and the cluster is well. */
    Waiting,
    /** The version has to prove itself for a while. Until the end of it there is a way back. */
    Soaking,
    /** The levels are being made final. */
    Finalising,
    /** The levels that are asked for cannot be had; condition Stalled says why. */
    Refused
}
