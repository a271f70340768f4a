package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.Tls;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How certificates are issued, all defaults filled in.
 *
 * @param validity how long a certificate is valid
 * @param renewBefore how long before its end it is renewed
 * @param authority who issues it
 */
public record TlsIntent(Duration validity, Duration renewBefore, AuthorityIntent authority) {

    private static final int VALIDITY_DAYS = 365;
    private static final int RENEW_BEFORE_DAYS = 30;

    public TlsIntent {
        if (renewBefore.compareTo(validity) >= 0) {
            throw new IllegalArgumentException("every certificate would be renewed at once");
        }
    }

    /** Reads spec.tls. */
    public static TlsIntent of(@Nullable Tls tls) {
        return new TlsIntent(
                Duration.ofDays(
                        tls == null ? VALIDITY_DAYS : Objects.requireNonNullElse(tls.validityDays(), VALIDITY_DAYS)),
                Duration.ofDays(
                        tls == null
                                ? RENEW_BEFORE_DAYS
                                : Objects.requireNonNullElse(tls.renewBeforeDays(), RENEW_BEFORE_DAYS)),
                AuthorityIntent.of(tls == null ? null : tls.ca()));
    }
}
