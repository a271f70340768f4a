package io.millrace.api.v1alpha1;

/** Steps of a queue's change. */
public enum MigrationState {
    /** Some pods may still publish to the former log; nothing of the new one is delivered yet. */
    Switching,
    /** Messages of former logs are delivered before equal ones of the new log. */
    Draining
}
