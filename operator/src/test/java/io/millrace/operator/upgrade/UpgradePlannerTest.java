package io.millrace.operator.upgrade;

import static io.millrace.operator.upgrade.UpgradeScene.rolled;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.api.v1alpha1.UpgradeState;
import io.millrace.api.v1alpha1.UpgradeStatus;
import io.millrace.operator.upgrade.UpgradeDecision.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When feature levels are made final: after the roll, after a while without trouble, and as the status said before. */
class UpgradePlannerTest {

    private static final FeatureChange TO_4_3 = new FeatureChange("metadata.version", 29, 30);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void nothingIsToBeDoneWhereTheLevelsAreThoseOfTheVersion() {
        assertThat(rolled().atLevels("4.3-IV0").decide()).isEqualTo(UpgradeDecision.settled());
    }

    @Test
    void statusForetellsWhatWillBeFinalWhileBrokersStillRoll() {
        var decision = rolled().running("broker:0", "broker:1").decide();

        assertThat(decision.phase()).isEqualTo(Phase.WAITING);
        assertThat(decision.status())
                .contains(new UpgradeStatus(
                        UpgradeState.Waiting,
                        "4.3.1",
                        "4.3-IV0",
                        List.of(TO_4_3),
                        null,
                        null,
                        "all brokers to run 4.3.1"));
    }

    @Test
    void aVersionProvesItselfForAnHourAndTheEndOfItIsAnnounced() {
        var begin = rolled();
        assertThat(begin.decide().phase()).isEqualTo(Phase.SOAKING);
        assertThat(begin.decide().status().orElseThrow().wellSince()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(begin.decide().status().orElseThrow().finaliseAt()).isEqualTo("2026-01-01T13:00:00Z");
        assertThat(begin.decide().nextLook()).contains(Duration.ofSeconds(30));

        var almost = begin.after(MINUTE).after(HOUR.minus(MINUTE).minus(SECOND));
        assertThat(almost.decide().phase()).isEqualTo(Phase.SOAKING);
        assertThat(almost.decide().nextLook().orElseThrow()).isBetween(SECOND, SECOND.plusMillis(10));

        var then = almost.after(SECOND);
        assertThat(then.decide().phase()).isEqualTo(Phase.ANNOUNCED);
        assertThat(then.decide().due()).isEmpty();

        assertThat(then.after(SECOND).decide().due()).containsExactly(TO_4_3);
    }

    @Test
    void everyFeatureOfTheReleaseIsMadeFinal() {
        var longAgo = rolled().wishing("version: 4.3.1\nmetadataVersion: 4.3-IV0")
                .atLevels(Map.of(
                        "metadata.version", 25, "group.version", 1, "transaction.version", 2, "kraft.version", 1));

        assertThat(longAgo.after(SECOND).decide().due())
                .containsExactly(
                        new FeatureChange("eligible.leader.replicas.version", 0, 1),
                        new FeatureChange("metadata.version", 25, 30),
                        new FeatureChange("share.version", 0, 1),
                        new FeatureChange("streams.version", 0, 1));
    }

    @Test
    void theTimeBeginsAnewWhenTheClusterWasNotWell() {
        var unwell = rolled().after(HOUR).unwell("t-0 has replicas out of sync");
        assertThat(unwell.decide().phase()).isEqualTo(Phase.WAITING);
        assertThat(unwell.decide().status().orElseThrow().message()).contains("t-0 has replicas out of sync");

        var again = unwell.after(SECOND).well();
        assertThat(again.decide().phase()).isEqualTo(Phase.SOAKING);
        assertThat(again.decide().status().orElseThrow().finaliseAt()).isEqualTo("2026-01-01T14:00:01Z");
    }

    @Test
    void theTimeBeginsAnewWhenTheBrokersDidNotAnswer() {
        var silent = rolled().after(HOUR).silent();
        assertThat(silent.decide().status().orElseThrow().state()).isEqualTo(UpgradeState.Waiting);

        assertThat(silent.after(SECOND).atLevels("4.2-IV1").decide().phase()).isEqualTo(Phase.SOAKING);
    }

    @Test
    void theTimeIsThatOfOneVersionAndItsLevels() {
        var soaked = rolled().after(HOUR);

        assertThat(soaked.atLevels("4.2-IV0").decide().phase()).isEqualTo(Phase.SOAKING);
        assertThat(soaked.decide().phase()).isEqualTo(Phase.ANNOUNCED);
    }

    @Test
    void whatIsAnnouncedIsNotDoneIfSomethingHappens() {
        var announced = rolled().after(HOUR).after(SECOND);
        assertThat(announced.decide().phase()).isEqualTo(Phase.DUE);

        assertThat(announced.unwell("2 of 3 brokers are ready").decide().due()).isEmpty();
        assertThat(announced.running("broker:0", "broker:1").decide().due()).isEmpty();
        assertThat(announced
                        .refusedBecause("broker 7 does not know it")
                        .decide()
                        .due())
                .isEmpty();
        assertThat(announced.silent().decide().due()).isEmpty();
    }

    @Test
    void autoWaitsForWhatKafkaRefuses() {
        var decision = rolled().refusedBecause("broker 7 does not know it").decide();

        assertThat(decision.phase()).isEqualTo(Phase.WAITING);
        assertThat(decision.status().orElseThrow().message()).contains("broker 7 does not know it");
    }

    @Test
    void aLevelThatIsAskedForNeedsNoProof() {
        var asked = rolled().wishing("version: 4.3.1\nmetadataVersion: 4.3-IV0");

        assertThat(asked.decide().phase()).isEqualTo(Phase.ANNOUNCED);
        assertThat(asked.after(SECOND).decide().due()).containsExactly(TO_4_3);
    }

    @Test
    void aLevelThatIsAskedForHoldsTheClusterThere() {
        assertThat(rolled().wishing("version: 4.3.1\nmetadataVersion: 4.2-IV1").decide())
                .isEqualTo(UpgradeDecision.settled());
    }

    @Test
    void aLevelThatTheVersionDoesNotKnowIsRefusedAtOnce() {
        var decision =
                rolled().wishing("version: 4.2.1\nmetadataVersion: 4.3-IV0").decide();

        assertThat(decision.phase()).isEqualTo(Phase.LEVELS_REFUSED);
        assertThat(decision.message()).contains("version 4.2.1 knows metadata.version up to 4.2-IV1");
        assertThat(decision.status().orElseThrow().state()).isEqualTo(UpgradeState.Refused);
    }

    @Test
    void aStepBackIsTakenOnlyWhereItIsAskedForAndKafkaCallsItSafe() {
        var back = rolled().atLevels("4.3-IV0").wishing("version: 4.3.1\nmetadataVersion: 4.2-IV1");

        assertThat(back.after(SECOND).decide().due()).containsExactly(new FeatureChange("metadata.version", 30, 29));
        assertThat(back.refusedBecause("it might delete metadata").decide().phase())
                .isEqualTo(Phase.LEVELS_REFUSED);
        assertThat(rolled().atLevels("4.3-IV0").wishing("version: 4.2.1").decide())
                .isEqualTo(UpgradeDecision.settled());
    }

    /** Whatever happens: nothing is final that was not announced, and not within the hour after anything was amiss. */
    @Test
    void nothingIsFinalWithoutAnHourThatWasWell() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var scene = rolled().running("broker:0", "broker:1");
            var amiss = scene.facts().now();
            for (int look = 0; look < 100 && scene.decide().due().isEmpty(); look++) {
                scene = happening(random, scene.after(Duration.ofSeconds(random.nextInt(1, 1200))));
                if (scene.decide().phase() == Phase.WAITING) {
                    amiss = scene.facts().now();
                }
            }
            if (!scene.decide().due().isEmpty()) {
                assertThat(Duration.between(amiss, scene.facts().now())).isGreaterThanOrEqualTo(HOUR);
                assertThat(scene.facts().told().orElseThrow().state()).isEqualTo(UpgradeState.Finalising);
                assertThat(scene.facts().running()).containsExactly("broker:1");
                assertThat(scene.unwell()).isEmpty();
            }
        }
    }

    private static UpgradeScene happening(Random random, UpgradeScene scene) {
        return switch (random.nextInt(14)) {
            case 0 -> scene.unwell("something");
            case 1 -> scene.silent();
            case 2 -> scene.running("broker:0", "broker:1");
            default -> scene.well().running("broker:1").atLevels("4.2-IV1");
        };
    }
}
