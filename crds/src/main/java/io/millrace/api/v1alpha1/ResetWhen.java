package io.millrace.api.v1alpha1;

/** When the offsets of a group are moved. */
public enum ResetWhen {
    /** As soon as the group has no members: offsets of a live group are its members'. */
    GroupEmpty,
    /** Not at all: the status shows what would be done. */
    Never
}
