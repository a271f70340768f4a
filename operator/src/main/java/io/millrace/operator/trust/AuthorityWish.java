package io.millrace.operator.trust;

import java.time.Duration;

/** What an authority is to be. */
public sealed interface AuthorityWish {

    /**
     * The operator's own.
     *
     * @param renewBefore how long before its end it is renewed
     * @param asked the value of {@code tls.ca.renewAt}
     */
    record Generated(Duration renewBefore, String asked) implements AuthorityWish {}

    /** One that is given. */
    record Given(GivenAuthority authority) implements AuthorityWish {}
}
