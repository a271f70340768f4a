package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.OffsetReset;
import io.millrace.api.v1alpha1.ResetWhen;
import io.millrace.operator.status.Reason;
import java.time.DateTimeException;
import java.util.List;
import java.util.Objects;

/**
 * A reset of a group's offsets, defaults filled in.
 *
 * @param to where to
 * @param topics which, in order; empty: all the group has offsets for
 * @param previewOnly whether it is only looked at
 * @param when from when and until when it may be done
 * @param content what makes it this one and no other: neither whether nor until when it may be done
 */
public record ResetIntent(ResetTo to, List<String> topics, boolean previewOnly, Window when, String content) {
    public ResetIntent {
        topics = List.copyOf(topics);
    }

    /** Reads spec.reset. */
    public static Parsed<ResetIntent> parse(OffsetReset reset) {
        try {
            var topics = Objects.requireNonNullElse(reset.topics(), List.<String>of()).stream()
                    .distinct()
                    .sorted()
                    .toList();
            var when = Window.of(reset.requestedAt(), reset.deadlineSeconds());
            return new Parsed.Valid<>(new ResetIntent(
                    ResetTo.parse(reset.to()),
                    topics,
                    reset.when() == ResetWhen.Never,
                    when,
                    "%s|%s|%s".formatted(when.from(), reset.to(), String.join(",", topics))));
        } catch (DateTimeException e) {
            return new Parsed.Invalid<>(Reason.INVALID_SPEC, "spec.reset: " + e.getMessage());
        }
    }
}
