package io.millrace.operator.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.ConfigStatus;
import io.millrace.api.v1alpha1.RefusedSetting;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsPlannerTest {

    private static final Map<String, String> NOTHING = Map.of();

    @Test
    void aClusterWithoutSettingsIsToldNothing() {
        var decision = scene().decide(NOTHING);

        assertThat(decision.due().isEmpty()).isTrue();
        assertThat(decision.status()).isEmpty();
        assertThat(decision.refusal()).isEmpty();
    }

    @Test
    void aLiveSettingIsToldAllBrokersAndForetold() {
        var decision = scene().specChanged().decide(Map.of("log.retention.bytes", "100"));

        assertThat(decision.due()).isEqualTo(set("log.retention.bytes", "100"));
        assertThat(decision.dynamic()).containsExactly("log.retention.bytes");
        assertThat(decision.drifted()).isEmpty();
    }

    @Test
    void oneThatIsReadAtStartIsNotTold() {
        assertThat(scene().decide(Map.of("log.retention.hours", "5")).due().isEmpty())
                .isTrue();
    }

    @Test
    void whatAllBrokersWereStartedWithOrHaveBeenToldIsNotToldAgain() {
        var wish = Map.of("log.retention.bytes", " 100 ");

        assertThat(scene().started(0, "log.retention.bytes", "100")
                        .started(1, "log.retention.bytes", "100")
                        .decide(wish)
                        .due()
                        .isEmpty())
                .isTrue();
        assertThat(scene().everywhere("log.retention.bytes", "100")
                        .decide(wish)
                        .due()
                        .isEmpty())
                .isTrue();
        assertThat(scene().decide(Map.of("num.io.threads", "8")).due().isEmpty())
                .as("Kafka's default")
                .isTrue();
    }

    @Test
    void oneBrokerThatWasStartedWithAnotherValueIsEnoughToTellAll() {
        assertThat(scene().started(0, "log.retention.bytes", "100")
                        .started(1, "log.retention.bytes", "200")
                        .decide(Map.of("log.retention.bytes", "100"))
                        .due())
                .isEqualTo(set("log.retention.bytes", "100"));
    }

    @ParameterizedTest
    @CsvSource({"32,16", "16,16", "9,9", "3,4", "1,4", "0,0", "-1,-1", "many,many"})
    void threadsAreAtMostHalvedOrDoubledAtATime(String wanted, String told) {
        assertThat(scene().decide(Map.of("num.io.threads", wanted)).due()).isEqualTo(set("num.io.threads", told));
    }

    @Test
    void soTheyAreOnTheirWayBack() {
        assertThat(scene().everywhere("num.io.threads", "40").decide(NOTHING).due())
                .isEqualTo(set("num.io.threads", "20"));
        assertThat(scene().everywhere("num.io.threads", "16").decide(NOTHING).due())
                .isEqualTo(unset("num.io.threads"));
        assertThat(scene().everywhere("num.io.threads", "40")
                        .started(0, "num.io.threads", "30")
                        .decide(NOTHING)
                        .due())
                .isEqualTo(unset("num.io.threads"));
    }

    @Test
    void whatSomebodySetForASingleBrokerIsTakenBack() {
        var decision = scene().everywhere("num.io.threads", "9")
                .own(1, "num.io.threads", "12")
                .decide(Map.of("num.io.threads", "9"));

        assertThat(decision.due()).isEqualTo(new LiveChange(Map.of(), Set.of(), Map.of(1, Set.of("num.io.threads"))));
        assertThat(decision.drifted()).containsExactly("num.io.threads");
    }

    @Test
    void whatSomebodySetThatTheSpecDoesNotNameIsTakenBack() {
        var decision = scene().everywhere("log.retention.bytes", "1").decide(NOTHING);

        assertThat(decision.due()).isEqualTo(unset("log.retention.bytes"));
        assertThat(decision.drifted()).containsExactly("log.retention.bytes");
    }

    /** log.retention.ms comes before log.retention.hours, in running brokers too. */
    @Test
    void aSynonymThatOverridesTheSpecIsTakenBack() {
        assertThat(scene().everywhere("log.retention.ms", "1")
                        .decide(Map.of("log.retention.hours", "5"))
                        .due())
                .isEqualTo(unset("log.retention.ms"));
    }

    @Test
    void whatTheOperatorAndKafkaSetThemselvesIsLeftAlone() {
        assertThat(scene().everywhere("min.insync.replicas", "2")
                        .own(0, "leader.replication.throttled.rate", "1000")
                        .decide(NOTHING)
                        .due()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void whatWasRemovedBySomebodyIsSetAgain() {
        var decision = scene().file(Map.of("log.retention.bytes", "100")).decide(Map.of("log.retention.bytes", "100"));

        assertThat(decision.due()).isEqualTo(set("log.retention.bytes", "100"));
        assertThat(decision.drifted()).containsExactly("log.retention.bytes");
    }

    @Test
    void whatIsUnderWayAlreadyIsNoDrift() {
        assertThat(scene().told(List.of("num.io.threads"), List.of())
                        .decide(Map.of("num.io.threads", "32"))
                        .drifted())
                .isEmpty();
    }

    @Test
    void aSettingTakenOutOfTheSpecIsNoMoreTold() {
        var decision = scene().specChanged()
                .file(Map.of("num.io.threads", "9"))
                .everywhere("num.io.threads", "9")
                .decide(NOTHING);

        assertThat(decision.due()).isEqualTo(unset("num.io.threads"));
        assertThat(decision.withdrawn()).containsExactly("num.io.threads");
    }

    /** What is in the file of a running broker cannot be taken from it: the default is told until no broker has it there. */
    @Test
    void brokersThatWereStartedWithItAreToldTheDefault() {
        var before = scene().specChanged()
                .file(Map.of("log.retention.bytes", "100"))
                .started(0, "log.retention.bytes", "100");
        assertThat(before.decide(NOTHING).due()).isEqualTo(set("log.retention.bytes", "-1"));

        var told = scene().withdrawn("log.retention.bytes")
                .started(0, "log.retention.bytes", "100")
                .everywhere("log.retention.bytes", "-1");
        assertThat(told.decide(NOTHING).due().isEmpty()).isTrue();
        assertThat(told.decide(NOTHING).withdrawn()).containsExactly("log.retention.bytes");

        var restarted = scene().withdrawn("log.retention.bytes").everywhere("log.retention.bytes", "-1");
        assertThat(restarted.decide(NOTHING).due()).isEqualTo(unset("log.retention.bytes"));
        assertThat(restarted.decide(NOTHING).drifted()).isEmpty();

        assertThat(scene().withdrawn("log.retention.bytes").decide(NOTHING).withdrawn())
                .isEmpty();
    }

    @Test
    void theDefaultOfMillisecondsIsThatOfTheHours() {
        assertThat(scene().withdrawn("log.retention.ms")
                        .started(0, "log.retention.ms", "1")
                        .decide(NOTHING)
                        .due())
                .isEqualTo(set("log.retention.ms", "604800000"));
    }

    @Test
    void whileABrokerIsAwayItIsNotForgottenThatItMayHaveIt() {
        var decision = scene().withdrawn("log.retention.bytes")
                .everywhere("log.retention.bytes", "-1")
                .oneAway()
                .decide(NOTHING);

        assertThat(decision.due().isEmpty()).isTrue();
        assertThat(decision.withdrawn()).containsExactly("log.retention.bytes");
    }

    @Test
    void whatBrokersAreStartedWithByTheirLauncherIsNobodysDrift() {
        assertThat(scene().started(0, "unclean.leader.election.enable", "true")
                        .decide(NOTHING)
                        .due()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aRefusedValueIsNeitherToldNorWrittenAndTheOthersAre() {
        var decision = scene().specChanged()
                .file(Map.of("num.io.threads", "9"))
                .everywhere("num.io.threads", "9")
                .refused("num.io.threads", "not a number")
                .decide(Map.of("num.io.threads", "many", "log.retention.bytes", "100"));

        assertThat(decision.config()).isEqualTo(Map.of("num.io.threads", "9", "log.retention.bytes", "100"));
        assertThat(decision.due()).isEqualTo(set("log.retention.bytes", "100"));
        assertThat(decision.status().orElseThrow().refused())
                .containsExactly(new RefusedSetting("num.io.threads", "many", "not a number"));
        assertThat(decision.refusal()).get().asString().contains("num.io.threads: not a number");
    }

    @Test
    void aRefusedValueOfANewSettingIsLeftOut() {
        assertThat(scene().refused("num.io.threads", "no")
                        .decide(Map.of("num.io.threads", "many"))
                        .config())
                .isEmpty();
    }

    @Test
    void silentBrokersRefuseWhatTheyRefusedAndNothingElse() {
        var told = List.of(new RefusedSetting("num.io.threads", "many", "no"));

        assertThat(scene().silent().told(List.of(), told).decide(Map.of("num.io.threads", "many")))
                .returns(NOTHING, SettingsDecision::config)
                .returns(told, SettingsDecision::refused);
        assertThat(scene().silent().told(List.of(), told).decide(Map.of("num.io.threads", "9")))
                .returns(Map.of("num.io.threads", "9"), SettingsDecision::config)
                .returns(List.of(), SettingsDecision::refused);
    }

    @Test
    void whatWasForetoldStaysWhileBrokersAreSilent() {
        assertThat(scene().silent()
                        .told(List.of("num.io.threads"), List.of())
                        .decide(Map.of("num.io.threads", "9"))
                        .status())
                .contains(new ConfigStatus(List.of("num.io.threads"), List.of(), List.of()));
    }

    @Test
    void whatNeedsARollIsWhatPodsWereStartedWithOtherwise() {
        var wanted = Map.of("a", "1", "b", "2", "new", "3");
        var pods = List.of(Map.of("a", "1", "b", "2", "new", "3"), Map.of("a", "1", "b", "old", "gone", "4"));

        assertThat(SettingsDecision.none(NOTHING).rolling(wanted, pods).needsRoll())
                .containsExactly("b", "gone", "new");
        assertThat(SettingsDecision.none(NOTHING)
                        .rolling(wanted, pods.subList(0, 1))
                        .status())
                .isEmpty();
        assertThat(SettingsDecision.none(NOTHING).rolling(wanted, List.of()).status())
                .isEmpty();
    }

    @Test
    void whatQueueLayersReadAgainIsForetoldWithTheRest() {
        var watermark = "millrace.queues.memory.high.watermark";
        var timeout = "millrace.queues.consumer.timeout.ms";
        var decision = scene().specChanged().decide(Map.of("log.retention.bytes", "100"));

        assertThat(decision.watched(
                                Map.of(watermark, "0.5", "millrace.queues.fetchers", "3"),
                                Map.of(watermark, "0.4", timeout, "9", "millrace.queues.fetchers", "2"))
                        .dynamic())
                .containsExactly("log.retention.bytes", timeout, watermark);
        assertThat(decision.watched(Map.of(watermark, "0.5"), Map.of()).dynamic())
                .as("there is no file yet")
                .containsExactly("log.retention.bytes");
    }

    private static SettingsScene scene() {
        return new SettingsScene();
    }

    private static LiveChange set(String name, String value) {
        return new LiveChange(Map.of(name, value), Set.of(), Map.of());
    }

    private static LiveChange unset(String name) {
        return new LiveChange(Map.of(), Set.of(name), Map.of());
    }
}
