package io.millrace.api.v1alpha1;

/** What happens to the thing in the broker when its object is deleted. No policy ever holds the object back. */
public enum DeletionPolicy {
    /** The thing is deleted too. */
    Delete,
    /** The thing stays as it is. */
    Retain
}
