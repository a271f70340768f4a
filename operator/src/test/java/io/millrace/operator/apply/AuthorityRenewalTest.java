package io.millrace.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.millrace.operator.fixture.Authorities;
import io.millrace.operator.trust.Certificates;
import io.millrace.operator.trust.Issuer;
import io.millrace.operator.trust.RenewalStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorities of two hours are renewed, forty minutes before their end or when asked for. */
class AuthorityRenewalTest {

    private static final int PASSES = 400;
    private static final int ALL = Integer.MAX_VALUE;

    private final RenewalWorld world = new RenewalWorld().begun();

    @Test
    void itIsRenewedInThreeStepsEachSeenAtEveryNode() {
        var former = world.authority().issuer().orElseThrow();
        world.now = world.now.plus(Duration.ofMinutes(81));

        world.pass(ALL);
        assertThat(world.authority().trusted()).hasSize(2).startsWith(former.certificate());
        assertThat(world.authority().issuer()).contains(former);
        world.arrive(0);
        world.arrive(1);
        world.userFollows();
        world.now = world.now.plus(RenewalWorld.HAND_OVER);
        assertThat(waiting(world.needs().authority())).contains("broker 2", "seen to trust it");

        world.arrive(2);
        world.pass(ALL);
        var newest = world.authority().issuer().orElseThrow();
        assertThat(newest).isNotEqualTo(former);
        assertThat(world.authority().trusted()).containsExactly(newest.certificate(), former.certificate());
        world.arrive(0);
        world.arrive(2);
        assertThat(waiting(world.needs().authority())).contains("broker 1", "show a certificate of it");

        world.arrive(1);
        world.pass(ALL);
        assertThat(world.authority().trusted()).containsExactly(newest.certificate());
        settle();
        assertThat(world.news)
                .filteredOn(word -> word.startsWith("Secret orders-ca:"))
                .hasSize(3);
    }

    @Test
    void nobodyIsAskedForAnythingBeforeItsTime() {
        world.now = world.now.plus(Duration.ofMinutes(79));

        assertThat(world.needs().authority()).isEqualTo(new RenewalStep.Settled());
        assertThat(world.needs().clients()).isEqualTo(new RenewalStep.Settled());
    }

    @Test
    void clientsHaveTimeToTrustTheNewOneBeforeItIssues() {
        world.renewAt = "today";
        world.pass(ALL);
        world.arriveEverywhere();

        assertThat(waiting(world.needs().authority())).contains("clients have until 2026-01-01T00:02:00Z");
        world.now = world.now.plus(RenewalWorld.HAND_OVER);
        assertThat(world.needs().authority()).isInstanceOf(RenewalStep.IssueFromNext.class);
    }

    @Test
    void userWhoseSecretStaysAsItIsHoldsItUpUntilTheFormerIsAboutToEndAndNoLonger() {
        var end = world.authority().issuer().orElseThrow().end();
        world.now = end.minus(Duration.ofMinutes(39));
        world.pass(ALL);
        for (int node = 0; node < RenewalWorld.NODES; node++) {
            world.arrive(node);
        }

        assertThat(waiting(world.needs().authority())).contains("Secret of User shop");
        world.now = end.minus(RenewalWorld.LEAF_BEFORE_END).minusSeconds(1);
        assertThat(waiting(world.needs().authority())).contains("Secret of User shop");
        world.now = end.minus(RenewalWorld.LEAF_BEFORE_END);
        assertThat(world.needs().authority()).isInstanceOf(RenewalStep.IssueFromNext.class);
    }

    @Test
    void usersHaveTimeToShowTheirNewCertificatesBeforeTheFormerAreWorthNothing() {
        world.renewAt = "today";
        world.pass(ALL);
        world.arriveEverywhere();
        world.pass(ALL);
        assertThat(world.clients().next()).isEmpty();
        assertThat(waiting(world.needs().clients())).contains("Secret of User shop");
        world.userFollows();

        assertThat(waiting(world.needs().clients())).contains("users have until");
        world.now = world.now.plus(RenewalWorld.HAND_OVER);
        assertThat(world.needs().clients()).isInstanceOf(RenewalStep.DropFormer.class);
    }

    @Test
    void askingOnceRenewsOnceAndTakingItBackDoesNothing() {
        world.renewAt = "today";
        settle();
        var renewed = world.authority();
        world.renewAt = "";

        assertThat(world.needs().none()).isTrue();
        assertThat(world.authority()).isEqualTo(renewed);
    }

    @Test
    void whoseKeyIsLostIsReplacedInThreeStepsToo() {
        var former = world.authority().issuer().orElseThrow();
        world.secrets.remove("orders-ca");

        world.pass(ALL);
        assertThat(world.authority().issuer()).isEmpty();
        assertThat(world.authority().trusted()).startsWith(former.certificate());
        settle();

        assertThat(world.authority().trusted()).doesNotContain(former.certificate());
    }

    @Test
    void oneThatIsGivenTakesOverAndItsRootIsPublishedWhileNodesTrustTheIntermediateAlone() {
        var root = Authorities.root("corporate", world.now);
        var given = root.intermediate("orders", world.now);
        give(given);

        settle();

        assertThat(world.authority().trusted()).containsExactly(given.certificate());
        assertThat(world.authority().published()).containsExactly(root.certificate());
        assertThat(world.authority().issuer())
                .contains(new Issuer(List.of(given.certificate()), List.of(root.certificate())));
        assertThat(Certificates.all(world.files("orders-nodes-tls").get("orders-broker-0.crt")))
                .hasSize(2)
                .endsWith(given.certificate());
    }

    @Test
    void oneThatIsGivenAndCannotBeUsedChangesNothing() {
        var before = world.authority();
        world.isGiven = true;

        assertThat(world.needs().none()).isTrue();
        assertThat(world.authority()).isEqualTo(before);
    }

    @Test
    void theOperatorsOwnComesBackWhenNoneIsGivenAnyMore() {
        give(Authorities.root("corporate", world.now));
        settle();
        world.isGiven = false;

        settle();

        assertThat(world.authority().given()).isFalse();
        assertThat(world.authority().trusted()).hasSize(1);
    }

    /** Nodes see new files late and one by one; the operator is killed between writes; wishes change under way. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void whateverHappensEverybodyTalksToEverybodyAndItComesToAnEnd(int seed) {
        var random = new Random(seed);
        for (int turn = 0; turn < 60; turn++) {
            happen(random);
        }
        settle();

        assertThat(world.authority().trusted()).hasSize(1);
        assertThat(world.clients().trusted()).hasSize(1);
        assertThat(world.authority().given()).isEqualTo(world.isGiven);
    }

    private void happen(Random random) {
        switch (random.nextInt(14)) {
            case 0 -> world.renewAt = "at turn " + random.nextInt();
            case 1 -> give(Authorities.root("corporate", world.now));
            case 2 -> give(Authorities.root("corporate", world.now).intermediate("orders", world.now));
            case 3 -> world.isGiven = false;
            case 4 -> world.userFollows();
            case 5 -> world.now = world.now.plusSeconds(random.nextInt(90));
            case 6, 7, 8, 9 -> world.arrive(random.nextInt(RenewalWorld.NODES));
            default -> world.pass(random.nextInt(5));
        }
    }

    private void settle() {
        for (int pass = 0; pass < PASSES; pass++) {
            world.pass(ALL);
            world.arriveEverywhere();
            if (world.isSettled()) {
                return;
            }
            world.now = world.now.plusSeconds(10);
        }
        throw new AssertionError("not settled: " + world.needs());
    }

    private void give(Authorities.Made authority) {
        world.isGiven = true;
        world.given = Optional.of(new SecretBuilder()
                .withNewMetadata()
                .withName("corporate")
                .endMetadata()
                .withData(encoded(authority.files()))
                .build());
    }

    private static Map<String, String> encoded(Map<String, String> files) {
        return Authorities.encoded(files);
    }

    private static String waiting(RenewalStep step) {
        assertThat(step).isInstanceOf(RenewalStep.Await.class);
        return ((RenewalStep.Await) step).what();
    }
}
