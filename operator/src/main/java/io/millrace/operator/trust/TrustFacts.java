package io.millrace.operator.trust;

import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was seen of authorities in use.
 *
 * @param shown the certificate each port showed; those are absent that did not answer, or were not asked
 * @param letIn the issuers of certificates that each port let in
 * @param users what users hold; looked at during a renewal only
 * @param given the authority that is given, if one is asked for
 */
public record TrustFacts(
        Map<Door, X509Certificate> shown,
        Map<Door, Set<X509Certificate>> letIn,
        List<UserHolds> users,
        Optional<GivenAuthority> given) {

    /** Nothing was looked at. */
    public static final TrustFacts NONE = new TrustFacts(Map.of(), Map.of(), List.of(), Optional.empty());

    public TrustFacts {
        shown = Map.copyOf(shown);
        var copy = new HashMap<Door, Set<X509Certificate>>();
        letIn.forEach((door, issuers) -> copy.put(door, Set.copyOf(issuers)));
        letIn = Map.copyOf(copy);
        users = List.copyOf(users);
    }

    /**
     * What is in the Secret of a user that the operator made.
     *
     * @param user its name
     * @param trusted what it trusts
     * @param certificate its certificate, if it has one
     */
    public record UserHolds(String user, List<X509Certificate> trusted, Optional<X509Certificate> certificate) {
        public UserHolds {
            trusted = List.copyOf(trusted);
        }
    }

    /** The same, with what the Secret of the given authority says now. */
    public TrustFacts with(Optional<GivenAuthority> newest) {
        return new TrustFacts(shown, letIn, users, newest);
    }

    /** Whether a port lets in whom an issuer has given a certificate. */
    boolean letsIn(Door door, X509Certificate issuer) {
        return letIn.getOrDefault(door, Set.of()).contains(issuer);
    }

    /** Whether a port shows a certificate of an issuer. */
    boolean shows(Door door, X509Certificate issuer) {
        var seen = shown.get(door);
        return seen != null && Certificates.isIssuedBy(seen, issuer);
    }
}
