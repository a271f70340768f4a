package io.millrace.operator.intent;

import io.millrace.api.v1alpha1.TlsAuthority;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who issues certificates, all defaults filled in.
 *
 * @param secret Secret of the authority that is given; empty if the operator makes one
 * @param validity how long one that the operator makes is valid
 * @param renewBefore how long before its end its renewal begins
 * @param handOver how long clients have during a renewal
 * @param renewAt by its change a renewal is asked for; empty if that was never so
 */
public record AuthorityIntent(
        Optional<String> secret, Duration validity, Duration renewBefore, Duration handOver, String renewAt) {

    private static final int VALIDITY_DAYS = 3650;
    private static final int RENEW_BEFORE_DAYS = 365;
    private static final int HAND_OVER_DAYS = 7;

    public AuthorityIntent {
        if (renewBefore.compareTo(validity) >= 0) {
            throw new IllegalArgumentException("every authority would be renewed at once");
        }
    }

    /** Reads spec.tls.ca. */
    static AuthorityIntent of(@Nullable TlsAuthority authority) {
        if (authority == null) {
            return new AuthorityIntent(
                    Optional.empty(),
                    days(null, VALIDITY_DAYS),
                    days(null, RENEW_BEFORE_DAYS),
                    days(null, HAND_OVER_DAYS),
                    "");
        }
        var given = authority.secretRef();
        return new AuthorityIntent(
                given == null ? Optional.empty() : Optional.of(given.name()),
                days(authority.validityDays(), VALIDITY_DAYS),
                days(authority.renewBeforeDays(), RENEW_BEFORE_DAYS),
                days(authority.handOverDays(), HAND_OVER_DAYS),
                Objects.requireNonNullElse(authority.renewAt(), ""));
    }

    private static Duration days(@Nullable Integer days, int fallback) {
        return Duration.ofDays(Objects.requireNonNullElse(days, fallback));
    }
}
