package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.desired.CertificateWish;
import io.millrace.operator.trust.Certificates;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a certificate is issued anew, with certificates of ten minutes that are renewed two before their end. */
class CertificateRenewalTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration VALIDITY = Duration.ofMinutes(10);
    private static final Duration RENEW_BEFORE = Duration.ofMinutes(2);

    private static final Duration LIFE = Duration.ofDays(3650);
    private static final CertificateAuthority.Pair AUTHORITY = CertificateAuthority.found("orders-ca", LIFE, NOW);
    private static final CertificateWish WISH = new CertificateWish(
            "CN=orders-broker-0,O=millrace", Set.of("orders.shop.svc"), Set.of("192.0.2.7", "2001:db8::7"));

    @Test
    void itIsIssuedWhereThereIsNone() {
        assertThat(whyAnew(WISH, "", AUTHORITY, NOW)).contains("there is none");
        assertThat(whyAnew(WISH, "nonsense", AUTHORITY, NOW)).contains("there is none");
    }

    @Test
    void itIsRenewedAtItsTimeAndNotBefore() {
        var issued = issue(WISH, AUTHORITY);

        assertThat(whyAnew(WISH, issued, AUTHORITY, NOW)).isEmpty();
        assertThat(whyAnew(WISH, issued, AUTHORITY, NOW.plusSeconds(479))).isEmpty();
        assertThat(whyAnew(WISH, issued, AUTHORITY, NOW.plusSeconds(480))).contains("it ends at 2026-01-01T00:10:00Z");
        assertThat(whyAnew(WISH, issued, AUTHORITY, NOW.plusSeconds(4800))).isPresent();
    }

    @Test
    void itIsIssuedAnewForMoreNamesOrAddressesAndNotForFewer() {
        var issued = issue(WISH, AUTHORITY);

        assertThat(whyAnew(with(Set.of("orders.shop.svc", "more.shop.svc"), Set.of()), issued, AUTHORITY, NOW))
                .contains("there are new names and addresses to be in it");
        assertThat(whyAnew(with(Set.of(), Set.of("192.0.2.8")), issued, AUTHORITY, NOW))
                .isPresent();
        assertThat(whyAnew(with(Set.of(), Set.of("2001:DB8:0::7")), issued, AUTHORITY, NOW))
                .isEmpty();
    }

    @Test
    void itIsIssuedAnewByAnotherAuthorityOfTheSameName() {
        var other = CertificateAuthority.found("orders-ca", LIFE, NOW);

        assertThat(whyAnew(WISH, issue(WISH, other), AUTHORITY, NOW)).contains("another authority has issued it");
    }

    @Test
    void itIsIssuedAnewForSomebodyElse() {
        var issued = issue(CertificateWish.user("alice"), AUTHORITY);

        assertThat(whyAnew(CertificateWish.user("bob"), issued, AUTHORITY, NOW)).contains("it is for somebody else");
    }

    @Test
    void itIsNotIssuedAgainAndAgainWhenItsAuthorityEnds() {
        var lateInLife = NOW.plus(LIFE).minusSeconds(60);
        var last =
                TestAuthority.load(AUTHORITY).issue(WISH, VALIDITY, lateInLife).certificate();

        assertThat(whyAnew(WISH, last, AUTHORITY, lateInLife)).isEmpty();
        assertThat(Certificates.first(last).orElseThrow().getNotAfter())
                .isEqualTo(Certificates.first(AUTHORITY.certificate())
                        .orElseThrow()
                        .getNotAfter());
    }

    private static CertificateWish with(Set<String> hosts, Set<String> addresses) {
        return new CertificateWish(WISH.subject(), hosts, addresses);
    }

    private static String issue(CertificateWish wish, CertificateAuthority.Pair authority) {
        return TestAuthority.load(authority).issue(wish, VALIDITY, NOW).certificate();
    }

    private static Optional<String> whyAnew(
            CertificateWish wish, String issued, CertificateAuthority.Pair authority, Instant now) {
        return Certificates.whyAnew(
                wish,
                Certificates.first(issued),
                Certificates.first(authority.certificate()).orElseThrow(),
                VALIDITY,
                RENEW_BEFORE,
                now);
    }
}
