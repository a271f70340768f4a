package io.millrace.operator.trust;

import io.millrace.operator.trust.RenewalStep.Await;
import io.millrace.operator.trust.RenewalStep.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Decides about the renewal of an authority. Another one is first trusted by everybody beside the one there is, then issues, then is
 * alone; a step is taken when everybody was seen to have taken the one before, and clients had time to follow. Whatever
 * happens in between, be it another wish, the same question gives the next step.
 */
public final class RenewalPlanner {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(30);
    private static final int NAMED = 3;

    private RenewalPlanner() {}

    /** Whose certificates an authority issues. */
    public enum Kind {
        /** Those of nodes and of the operator: clients must trust it before it issues. */
        NODES,
        /** Those of users: clients must have theirs before the former is trusted no more. */
        USERS
    }

    /**
     * What is around an authority.
     *
     * @param kind whose certificates it issues
     * @param asking ports that ask for certificates of it
     * @param showing ports that show certificates of it
     * @param untrusting what has not been written yet of what is trusted, if anything
     * @param unissued what has not been issued yet, if anything
     * @param facts what was seen
     * @param handOver how long clients have
     * @param renewBefore how long before its end a certificate is renewed
     * @param now when this was so
     */
    public record Scene(
            Kind kind,
            List<Door> asking,
            List<Door> showing,
            Optional<String> untrusting,
            Optional<String> unissued,
            TrustFacts facts,
            Duration handOver,
            Duration renewBefore,
            Instant now) {}

    /** Decides. */
    public static RenewalStep decide(Authority has, AuthorityWish wish, Scene scene) {
        if (has.trusted().isEmpty()) {
            return wish instanceof AuthorityWish.Given(GivenAuthority.Unusable(var problem))
                    ? new RenewalStep.Impossible(problem)
                    : new RenewalStep.Found();
        }
        var why = whyAnother(has, wish, scene.now());
        if (why.isPresent()) {
            return new RenewalStep.TrustNext(why.get());
        }
        if (has.next().isPresent()) {
            return trusting(has, has.next().get(), scene);
        }
        return has.issuer().isEmpty() || has.former().isEmpty()
                ? new RenewalStep.Settled()
                : issuing(has, has.issuer().get(), scene);
    }

    private static Optional<String> whyAnother(Authority has, AuthorityWish wish, Instant now) {
        var newest = has.newest();
        return switch (wish) {
            case AuthorityWish.Given(GivenAuthority.Unusable unusable) -> Optional.empty();
            case AuthorityWish.Given(GivenAuthority.Usable(var given)) ->
                newest.filter(given::equals).isPresent() && has.given()
                        ? Optional.empty()
                        : Optional.of("another one is given");
            case AuthorityWish.Generated(var renewBefore, var asked) -> {
                if (newest.isEmpty()) {
                    yield Optional.of("its key is lost");
                }
                if (has.given()) {
                    yield Optional.of("none is given any more");
                }
                if (!asked.isEmpty() && !asked.equals(has.asked())) {
                    yield Optional.of("tls.ca.renewAt is now " + asked);
                }
                var end = newest.get().end();
                yield now.isBefore(end.minus(renewBefore)) ? Optional.empty() : Optional.of("it ends at " + end);
            }
        };
    }

    /** Both are trusted; may the next one issue? */
    private static RenewalStep trusting(Authority has, Issuer next, Scene scene) {
        var end = has.issuer().map(Issuer::end);
        if (end.filter(last -> !scene.now().isBefore(last)).isPresent()) {
            return new RenewalStep.IssueFromNext("the former has ended, and nobody can rely on it any more");
        }
        if (scene.untrusting().isPresent()) {
            return new Await(Phase.TRUSTING, scene.untrusting().get(), SOON);
        }
        var shut = doors(scene.asking(), door -> !scene.facts().letsIn(door, next.certificate()));
        if (shut.isPresent()) {
            return new Await(Phase.TRUSTING, shut.get() + " to be seen to trust it", SOON);
        }
        if (scene.kind() == Kind.USERS) {
            return new RenewalStep.IssueFromNext("every listener was seen to trust it");
        }
        // Certificates cannot outlive their issuer: those that are near its end are due, whoever is not ready.
        var latest = end.map(last -> last.minus(scene.renewBefore()));
        if (latest.filter(due -> !scene.now().isBefore(due)).isPresent()) {
            return new RenewalStep.IssueFromNext("the former is about to end, and every port of every node trusts it");
        }
        var users = users(scene, user -> !user.trusted().containsAll(next.anchors()))
                .map(who -> who + " to hold it");
        if (users.isPresent()) {
            return new Await(Phase.TRUSTING, users.get(), SOON);
        }
        var due = has.since().plus(scene.handOver());
        return wait(
                        Phase.TRUSTING,
                        "clients have until %s to trust it, too",
                        latest.filter(due::isAfter).orElse(due),
                        scene)
                .orElseGet(() -> new RenewalStep.IssueFromNext("every port of every node was seen to trust it"));
    }

    /** The newest issues; may the former ones be dropped? */
    private static RenewalStep issuing(Authority has, Issuer issuer, Scene scene) {
        if (has.former().stream()
                .allMatch(one -> !scene.now().isBefore(one.getNotAfter().toInstant()))) {
            return new RenewalStep.DropFormer("they have ended");
        }
        if (scene.untrusting().or(scene::unissued).isPresent()) {
            return new Await(
                    Phase.ISSUING, scene.untrusting().or(scene::unissued).get(), SOON);
        }
        var old = doors(scene.showing(), door -> !scene.facts().shows(door, issuer.certificate()));
        if (old.isPresent()) {
            return new Await(Phase.ISSUING, old.get() + " to be seen to show a certificate of it", SOON);
        }
        if (scene.kind() == Kind.NODES) {
            return new RenewalStep.DropFormer("every port of every node was seen to show a certificate of the new one");
        }
        var users = users(scene, user -> user.certificate()
                        .filter(one -> !Certificates.isIssuedBy(one, issuer.certificate()))
                        .isPresent())
                .map(who -> who + " to get a certificate of it");
        if (users.isPresent()) {
            return new Await(Phase.ISSUING, users.get(), SOON);
        }
        return wait(
                        Phase.ISSUING,
                        "users have until %s to show their new certificates",
                        has.since().plus(scene.handOver()),
                        scene)
                .orElseGet(() -> new RenewalStep.DropFormer("every user has a certificate of the new one"));
    }

    private static Optional<RenewalStep> wait(Phase phase, String what, Instant due, Scene scene) {
        var left = Duration.between(scene.now(), due);
        return left.isPositive()
                ? Optional.of(new Await(phase, what.formatted(due), left.compareTo(LATER) < 0 ? left : LATER))
                : Optional.empty();
    }

    private static Optional<String> doors(List<Door> doors, Predicate<Door> lacking) {
        return named(doors.stream()
                .filter(lacking)
                .map(door -> "port %d of %s".formatted(door.port(), door.owner()))
                .toList());
    }

    private static Optional<String> users(Scene scene, Predicate<TrustFacts.UserHolds> lacking) {
        return named(scene.facts().users().stream()
                .filter(lacking)
                .map(user -> "the Secret of User " + user.user())
                .sorted()
                .toList());
    }

    private static Optional<String> named(List<String> all) {
        if (all.isEmpty()) {
            return Optional.empty();
        }
        var few = all.stream().limit(NAMED).collect(Collectors.joining(", "));
        return Optional.of(all.size() > NAMED ? "%s and %d more".formatted(few, all.size() - NAMED) : few);
    }

    /** Returns what keeps the authority from being what it is to be, if anything: what is there goes on. */
    public static Optional<String> problem(AuthorityWish wish) {
        return wish instanceof AuthorityWish.Given(GivenAuthority.Unusable(var problem))
                ? Optional.of(problem)
                : Optional.empty();
    }
}
