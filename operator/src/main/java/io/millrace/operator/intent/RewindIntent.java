package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.QueueRewind;
import io.millrace.operator.status.Reason;
import java.time.DateTimeException;

/**
 * A rewind of a queue.
 *
 * @param to where to, as the management API reads it
 * @param when from when and until when it may be done
 */
public record RewindIntent(String to, Window when) {

    private static final String OFFSET = "offset:";

    /** Reads spec.rewind. */
    public static Parsed<RewindIntent> parse(QueueRewind rewind) {
        try {
            var to =
                    switch (ResetTo.parse(rewind.to())) {
                        case ResetTo.At(var time) -> time.toString();
                        default ->
                            rewind.to().startsWith(OFFSET) ? rewind.to().substring(OFFSET.length()) : rewind.to();
                    };
            return new Parsed.Valid<>(new RewindIntent(to, Window.of(rewind.requestedAt(), rewind.deadlineSeconds())));
        } catch (DateTimeException e) {
            return new Parsed.Invalid<>(Reason.INVALID_SPEC, "spec.rewind: " + e.getMessage());
        }
    }

    /** What makes it this one and no other. */
    public String content() {
        return when.from() + "|" + to;
    }
}
