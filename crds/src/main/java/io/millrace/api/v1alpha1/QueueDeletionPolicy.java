package io.millrace.api.v1alpha1;

/** What happens to a queue when its object is deleted. No policy ever holds the object back. */
public enum QueueDeletionPolicy {
    /** The queue is deleted with its messages. */
    Delete,
    /** The queue stays as it is. */
    Retain,
    /** The queue is deleted if it holds no message; else it stays and a Warning event says so. */
    DeleteIfEmpty
}
