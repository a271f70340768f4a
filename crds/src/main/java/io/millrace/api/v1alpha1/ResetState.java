package io.millrace.api.v1alpha1;

/** How far something is that is done once. */
public enum ResetState {
    /** It is only looked at; the status shows what it would do. */
    Preview,
    /** It waits; the message says for what. */
    Waiting,
    /** It was done. */
    Done,
    /** Its deadline has passed; it will not be done. */
    Expired,
    /** It had begun, and nobody knows how far it came; it is not done again. */
    Interrupted
}
