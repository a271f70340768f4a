package io.millrace.operator.trust;

import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An authority of a cluster, as its Secret tells it; keys are not in here. A renewal is a walk of three steps, each of which is one
 * write of that Secret: {@link #trusting}, {@link #issuing}, {@link #alone}.
 *
 * @param issuer who issues now; empty if its key is lost
 * @param next who will, once everybody trusts it
 * @param trusted what nodes trust, whoever issues now first
 * @param published what clients trust
 * @param since when the last step was taken
 * @param asked the value of {@code tls.ca.renewAt} that was seen last
 * @param given whether the newest issuer is one that was given
 */
public record Authority(
        Optional<Issuer> issuer,
        Optional<Issuer> next,
        List<X509Certificate> trusted,
        List<X509Certificate> published,
        Instant since,
        String asked,
        boolean given) {

    /** What nodes trust; of Secrets made by earlier operators the issuer itself. */
    public static final String TRUSTED = "ca.crt";

    /** The issuer's key. */
    public static final String KEY = "ca.key";

    /** The key of the one that will issue. */
    public static final String NEXT_KEY = "next.key";

    /** A certificate of the one that will issue, by which the operator finds out who trusts it. */
    public static final String PROOF = "proof.crt";

    /** The key of that certificate. */
    public static final String PROOF_KEY = "proof.key";

    private static final String PUBLISHED = "roots.crt";
    private static final String CHAIN = "chain.crt";
    private static final String ANCHORS = "chain-roots.crt";
    private static final String NEXT = "next.crt";
    private static final String NEXT_ANCHORS = "next-roots.crt";
    private static final String SINCE = "since";
    private static final String ASKED = "asked";
    private static final String ORIGIN = "origin";
    private static final String GIVEN = "given";

    public Authority {
        trusted = List.copyOf(trusted);
        published = List.copyOf(published);
    }

    /** What is not a secret in its Secret, beside certificates. */
    public static boolean isNote(String file) {
        return file.equals(SINCE) || file.equals(ASKED) || file.equals(ORIGIN);
    }

    /**
     * Reads it.
     *
     * @param files its Secret; empty if there is none
     * @param trustedByNodes what nodes trust, should the Secret be lost
     * @param publishedBefore what clients trust, should it be lost
     */
    public static Authority of(Map<String, String> files, String trustedByNodes, String publishedBefore) {
        var trusted = Certificates.all(files.get(TRUSTED));
        if (trusted.isEmpty()) {
            return new Authority(
                    Optional.empty(),
                    Optional.empty(),
                    Certificates.all(trustedByNodes),
                    Certificates.all(publishedBefore),
                    Instant.EPOCH,
                    "",
                    false);
        }
        var next = issuer(files, NEXT, NEXT_ANCHORS);
        var issuer = issuer(files, CHAIN, ANCHORS);
        var published = Certificates.all(files.get(PUBLISHED));
        return new Authority(
                issuer.isEmpty() && next.isEmpty() ? Optional.of(Issuer.selfSigned(trusted.getFirst())) : issuer,
                next,
                trusted,
                published.isEmpty() ? trusted : published,
                time(files.getOrDefault(SINCE, "")),
                files.getOrDefault(ASKED, ""),
                GIVEN.equals(files.get(ORIGIN)));
    }

    private static Optional<Issuer> issuer(Map<String, String> files, String chain, String anchors) {
        var certificates = Certificates.all(files.get(chain));
        var roots = Certificates.all(files.get(anchors));
        return certificates.isEmpty() || roots.isEmpty()
                ? Optional.empty()
                : Optional.of(new Issuer(certificates, roots));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    /** A new one, for a cluster that has none. */
    public static Authority founded(Issuer issuer, String asked, boolean given, Instant now) {
        return new Authority(
                Optional.of(issuer),
                Optional.empty(),
                List.of(issuer.certificate()),
                issuer.anchors(),
                now,
                asked,
                given);
    }

    /** First step: another one is trusted beside what is trusted already. */
    public Authority trusting(Issuer another, String askedNow, boolean isGiven, Instant now) {
        return new Authority(
                issuer,
                Optional.of(another),
                with(trusted, List.of(another.certificate())),
                with(published, another.anchors()),
                now,
                askedNow,
                isGiven);
    }

    /** Second step: it issues from now on. */
    public Authority issuing(Instant now) {
        var another = next.orElseThrow();
        return new Authority(
                next,
                Optional.empty(),
                with(List.of(another.certificate()), trusted),
                with(another.anchors(), published),
                now,
                asked,
                given);
    }

    /** Third step: nothing else is trusted any more. */
    public Authority alone(Instant now) {
        var only = issuer.orElseThrow();
        return new Authority(issuer, Optional.empty(), List.of(only.certificate()), only.anchors(), now, asked, given);
    }

    private static List<X509Certificate> with(List<X509Certificate> first, List<X509Certificate> then) {
        var all = new LinkedHashSet<>(first);
        all.addAll(then);
        return List.copyOf(all);
    }

    /** Whoever issues last. */
    public Optional<Issuer> newest() {
        return next.or(() -> issuer);
    }

    /** What is trusted and will not be. */
    public List<X509Certificate> former() {
        return Stream.concat(trusted.stream(), published.stream())
                .filter(one -> newest().filter(issuer -> issuer.certificate().equals(one)
                                || issuer.anchors().contains(one))
                        .isEmpty())
                .distinct()
                .toList();
    }

    /** Whether a step is still to be taken. */
    public boolean isUnderWay() {
        return next.isPresent() || !former().isEmpty();
    }

    /** The files of its Secret, but for keys; what is blank is not so any more. */
    public Map<String, String> files() {
        var files = new LinkedHashMap<String, String>();
        files.put(TRUSTED, Certificates.pem(trusted));
        files.put(PUBLISHED, Certificates.pem(published));
        files.put(CHAIN, issuer.map(Issuer::chain).map(Certificates::pem).orElse(""));
        files.put(ANCHORS, issuer.map(Issuer::anchors).map(Certificates::pem).orElse(""));
        files.put(NEXT, next.map(Issuer::chain).map(Certificates::pem).orElse(""));
        files.put(NEXT_ANCHORS, next.map(Issuer::anchors).map(Certificates::pem).orElse(""));
        files.put(SINCE, since.toString());
        files.put(ASKED, asked);
        files.put(ORIGIN, given ? GIVEN : "generated");
        return files;
    }
}
