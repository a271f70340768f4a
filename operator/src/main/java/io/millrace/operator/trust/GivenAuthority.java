package io.millrace.operator.trust;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An authority that is given: what the Secret of {@code tls.ca.secretRef} holds. */
public sealed interface GivenAuthority {

    /** Its certificates, those between it and its root first. */
    String CERTIFICATE = "tls.crt";

    /** Its key. */
    String KEY = "tls.key";

    /** Its roots; without them the last certificate of {@link #CERTIFICATE} is trusted. */
    String ROOTS = "ca.crt";

    int MAY_SIGN_CERTIFICATES = 5; // RFC 5280, KeyUsage

    /** It can be used. */
    record Usable(Issuer issuer) implements GivenAuthority {}

    /**
     * It cannot.
     *
     * @param problem why, and what to do
     */
    record Unusable(String problem) implements GivenAuthority {}

    /**
     * Reads it.
     *
     * @param name name of the Secret
     * @param files what is in it; empty if it does not exist
     */
    static GivenAuthority of(String name, Optional<Map<String, String>> files, Instant now) {
        if (files.isEmpty()) {
            return new Unusable("there is no Secret %s: make it, with %s and %s".formatted(name, CERTIFICATE, KEY));
        }
        var chain = Certificates.all(files.get().get(CERTIFICATE));
        var key = PrivateKeys.read(files.get().getOrDefault(KEY, ""));
        var roots = Certificates.all(files.get().get(ROOTS));
        var problem = chain.isEmpty()
                ? Optional.of("%s holds no certificate in PEM".formatted(CERTIFICATE))
                : key.isEmpty()
                        ? Optional.of("%s holds no private key in PEM that is RSA, EC or Ed25519 and not encrypted"
                                .formatted(KEY))
                        : !PrivateKeys.belongs(key.get(), chain.getFirst())
                                ? Optional.of(
                                        "%s is not the key of the first certificate in %s".formatted(KEY, CERTIFICATE))
                                : problem(chain, roots, now);
        return problem.<GivenAuthority>map(why -> new Unusable("Secret %s: %s".formatted(name, why)))
                .orElseGet(() -> new Usable(new Issuer(chain, roots.isEmpty() ? List.of(chain.getLast()) : roots)));
    }

    private static Optional<String> problem(List<X509Certificate> chain, List<X509Certificate> roots, Instant now) {
        var own = chain.getFirst();
        var usage = own.getKeyUsage();
        if (own.getBasicConstraints() < 0 || (usage != null && !usage[MAY_SIGN_CERTIFICATES])) {
            return Optional.of("the first certificate in %s is not one of a CA (isCA: true of cert-manager)"
                    .formatted(CERTIFICATE));
        }
        for (var one : chain) {
            if (!now.isBefore(one.getNotAfter().toInstant())) {
                return Optional.of("%s has ended at %s: renew it"
                        .formatted(name(one), one.getNotAfter().toInstant()));
            }
            if (now.isBefore(one.getNotBefore().toInstant())) {
                return Optional.of("%s begins at %s only"
                        .formatted(name(one), one.getNotBefore().toInstant()));
            }
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!Certificates.isIssuedBy(chain.get(i - 1), chain.get(i))) {
                return Optional.of("in %s, %s is not issued by %s, which comes after it"
                        .formatted(CERTIFICATE, name(chain.get(i - 1)), name(chain.get(i))));
            }
        }
        var last = chain.getLast();
        return roots.isEmpty()
                        || roots.contains(last)
                        || roots.stream().anyMatch(root -> Certificates.isIssuedBy(last, root))
                ? Optional.empty()
                : Optional.of("no certificate in %s has issued %s".formatted(ROOTS, name(last)));
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
