package io.millrace.api.v1alpha1;

/** How far the operator may go with an object. */
public enum Management {
    /** The operator makes reality follow the spec. */
    Manage,
    /** The operator reports what is there and never writes to the broker. */
    Observe,
    /** The operator does nothing until this changes. */
    Paused
}
