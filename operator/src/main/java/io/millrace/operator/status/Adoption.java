package io.millrace.operator.status;

import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Management;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose a thing is that an object stands for. It is the object's own once it was made for it, or was as the object says; that stays
 * so. What others made otherwise is never changed, and never goes with the object.
 */
public final class Adoption {

    private Adoption() {}

    /**
     * Returns what the status is to say from now on.
     *
     * @param before what it says
     * @param standing how the object stands, now that the thing was looked at
     */
    public static @Nullable Boolean of(@Nullable Boolean before, @Nullable Management management, Standing standing) {
        var adopts = management != Management.Observe && standing.reason() != Reason.FORBIDDEN_CHANGE;
        return (is(before) || adopts) ? true : null;
    }

    /** Returns whether a status says that the thing is the object's own. */
    public static boolean is(@Nullable Boolean adopted) {
        return Boolean.TRUE.equals(adopted);
    }

    /**
     * Returns whether a thing was last seen to be others'. Not so if an older object claims it: the thing goes with the last of
     * those that do.
     */
    public static boolean isOfOthers(@Nullable Boolean adopted, @Nullable List<Condition> conditions) {
        return !is(adopted)
                && Conditions.find(conditions, "Ready")
                        .filter(ready -> ready.reason().equals(Reason.FORBIDDEN_CHANGE.word()))
                        .isPresent();
    }
}
