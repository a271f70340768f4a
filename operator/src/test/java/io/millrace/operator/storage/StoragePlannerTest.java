package io.millrace.operator.storage;

import static io.millrace.operator.storage.StorageScene.leavingSet;
import static io.millrace.operator.storage.StorageScene.noSet;
import static io.millrace.operator.storage.StorageScene.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operator.status.Reason;
import io.millrace.operator.storage.DiskFacts.Expansion;
import io.millrace.operator.storage.StorageDecision.SetStep;
import io.millrace.operator.storage.StorageDecision.Told;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoragePlannerTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void oneStepAfterTheOther(
            String why, String wish, StorageScene scene, List<Integer> due, SetStep step, String template) {
        var decision = decide(wish, scene);

        assertThat(decision.due()).extracting(DiskFacts::node).isEqualTo(due);
        assertThat(decision.step()).isEqualTo(step);
        assertThat(decision.template().text()).isEqualTo(template);
    }

    static Stream<Arguments> steps() {
        return Stream.of(
                row("a new cluster", "1Gi", noSet(), List.of(), SetStep.KEEP, "1Gi"),
                row("nothing asked", "1Gi", set("1Gi").disk("1Gi"), List.of(), SetStep.KEEP, "1Gi"),
                row("the same in other words", "1024Mi", set("1Gi").disk("1Gi"), List.of(), SetStep.KEEP, "1Gi"),
                row("claims first", "2Gi", set("1Gi").disk("1Gi").disk("1Gi"), List.of(0, 1), SetStep.KEEP, "1Gi"),
                row("those that are left", "2Gi", set("1Gi").disk("2Gi").disk("1Gi"), List.of(1), SetStep.KEEP, "1Gi"),
                row("until all have grown", "2Gi", set("1Gi").disk("2Gi", "1Gi"), List.of(), SetStep.KEEP, "1Gi"),
                row("then the StatefulSet", "2Gi", set("1Gi").disk("2Gi"), List.of(), SetStep.RELEASE, "1Gi"),
                row("which takes a while", "2Gi", leavingSet("1Gi").disk("2Gi"), List.of(), SetStep.AWAIT, "1Gi"),
                row("and is made again", "2Gi", noSet().disk("2Gi"), List.of(), SetStep.KEEP, "2Gi"),
                row("one that deletes it", "1Gi", leavingSet("1Gi").disk("1Gi"), List.of(), SetStep.AWAIT, "1Gi"),
                row("a larger one stays", "2Gi", set("1Gi").disk("3Gi").disk("1Gi"), List.of(1), SetStep.KEEP, "1Gi"),
                row("larger than asked", "2Gi", set("1Gi").disk("2Gi", "3Gi"), List.of(), SetStep.RELEASE, "1Gi"),
                row("never less", "1Gi", set("2Gi").disk("2Gi"), List.of(), SetStep.KEEP, "2Gi"),
                row("nor with none", "1Gi", noSet().disk("2Gi").disk("3Gi"), List.of(), SetStep.KEEP, "2Gi"),
                row("one taken back amid", "1Gi", set("1Gi").disk("2Gi").disk("1Gi"), List.of(), SetStep.KEEP, "1Gi"),
                row("one not bound", "2Gi", set("1Gi").disk("2Gi").unbound("1Gi"), List.of(), SetStep.RELEASE, "1Gi"),
                row("no disk yet", "2Gi", set("1Gi"), List.of(), SetStep.RELEASE, "1Gi"),
                row("retained disks", "2Gi", noSet().disk("1Gi"), List.of(0), SetStep.KEEP, "2Gi"),
                row("one added before", "2Gi", set("2Gi").disk("2Gi").disk("1Gi"), List.of(1), SetStep.KEEP, "2Gi"));
    }

    private static Arguments row(
            String why, String wish, StorageScene scene, List<Integer> due, SetStep step, String template) {
        return Arguments.of(why, wish, scene, due, step, template);
    }

    @Test
    void theStatefulSetStaysWhileABrokerIsOnItsWayOut() {
        var facts = set("1Gi").disk("2Gi").facts();

        assertThat(StoragePlanner.decide(new DiskSize("2Gi"), facts, false).step())
                .isEqualTo(SetStep.KEEP);
        assertThat(StoragePlanner.decide(new DiskSize("2Gi"), facts, true).step())
                .isEqualTo(SetStep.RELEASE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"words", "refusals"})
    void statusSaysHowFarItIsAndWhatIsRefused(
            String why, String wish, StorageScene scene, Reason reason, List<String> words) {
        assertThat(decide(wish, scene).told()).hasValueSatisfying(told -> {
            assertThat(told.reason()).isEqualTo(reason);
            assertThat(told.message()).contains(words);
        });
    }

    static Stream<Arguments> words() {
        return Stream.of(
                said(
                        "how many",
                        set("1Gi").disk("2Gi").disk("2Gi", "1Gi").disk("2Gi"),
                        Reason.GROWING,
                        "2 of 3 disks have grown to 2Gi"),
                said(
                        "which are not bound",
                        set("2Gi").disk("2Gi").unbound("1Gi"),
                        Reason.GROWING,
                        "1 of 2",
                        "not bound to a volume yet: data-1"),
                said(
                        "which wait",
                        set("1Gi").pending("2Gi", "1Gi", Duration.ofMinutes(1)),
                        Reason.GROWING,
                        "its file system is about to: data-0"),
                said(
                        "what is made again",
                        leavingSet("1Gi").disk("2Gi"),
                        Reason.GROWING,
                        "1 of 1",
                        "the StatefulSet is being made again, and its pods go on"),
                said(
                        "what failed",
                        set("1Gi").failing("2Gi", "1Gi", "NodeResizeInfeasible: no room"),
                        Reason.GROWTH_FAILED,
                        "disk data-0 has 1Gi and could not grow to 2Gi: NodeResizeInfeasible: no room"));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                said(
                        "a class that does not allow it",
                        set("1Gi").inClass("slow", "1Gi", Expansion.REFUSED),
                        Reason.STORAGE_REFUSED,
                        "disk data-0 keeps 1Gi and does not grow to 2Gi",
                        "StorageClass slow does not say allowVolumeExpansion: true. Set that",
                        "or set spec.storage.size to 1Gi"),
                said(
                        "one that is gone",
                        set("1Gi").inClass("gone", "1Gi", Expansion.NO_CLASS),
                        Reason.STORAGE_REFUSED,
                        "StorageClass gone does not exist any more"),
                said(
                        "none",
                        set("1Gi").inClass("", "1Gi", Expansion.NO_CLASS),
                        Reason.STORAGE_REFUSED,
                        "it has no StorageClass"),
                said(
                        "one that may not be read",
                        set("1Gi").inClass("hidden", "1Gi", Expansion.UNREADABLE),
                        Reason.STORAGE_REFUSED,
                        "the operator may not read StorageClass hidden"),
                said(
                        "shrinking",
                        set("3Gi").disk("3Gi"),
                        Reason.STORAGE_REFUSED,
                        "spec.storage.size is 2Gi and disks are of 3Gi: a disk cannot shrink",
                        "Set spec.storage.size to 3Gi"),
                said(
                        "shrinking, by what was retained",
                        noSet().disk("3Gi"),
                        Reason.STORAGE_REFUSED,
                        "disks are of 3Gi: a disk cannot shrink"));
    }

    private static Arguments said(String why, StorageScene scene, Reason reason, String... words) {
        return Arguments.of(why, "2Gi", scene, reason, List.of(words));
    }

    @Test
    void whatIsRefusedTouchesNothingAndIsLookedAtAgain() {
        var scene = set("1Gi").disk("1Gi").inClass("slow", "1Gi", Expansion.REFUSED);

        var decision = decide("2Gi", scene);

        assertThat(decision.due()).isEmpty();
        assertThat(decision.step()).isEqualTo(SetStep.KEEP);
        assertThat(decision.nextLook()).isPresent();
    }

    @Test
    void takingItBackEndsARefusalAndAFailure() {
        assertThat(decide("1Gi", set("1Gi").inClass("slow", "1Gi", Expansion.REFUSED))
                        .told())
                .isEmpty();
        assertThat(decide("1Gi", set("1Gi").failing("2Gi", "1Gi", "ControllerResizeInfeasible"))
                        .told())
                .isEmpty();
        assertThat(decide("3Gi", set("3Gi").disk("3Gi")).told()).isEmpty();
    }

    @Test
    void whatIsAsAskedIsNotSpokenOf() {
        var decision = decide("1Gi", set("1Gi").disk("1Gi").disk("2Gi").unbound("1Gi"));

        assertThat(decision.told().map(Told::message)).isEmpty();
        assertThat(decision.nextLook()).isEmpty();
    }

    @Test
    void aBrokerIsRestartedForAFileSystemThatDoesNotGrowInUse() {
        var scene = set("1Gi")
                .pending("2Gi", "1Gi", Duration.ofMinutes(2))
                .pending("2Gi", "1Gi", Duration.ofMinutes(4))
                .disk("2Gi");

        assertThat(scene.facts().restarts()).containsOnlyKeys(1);
    }

    @Test
    void notForOneThatBeganToWaitBeforeThePodWasMade() {
        assertThat(set("1Gi").pending("2Gi", "1Gi", Duration.ofHours(2)).facts().restarts())
                .isEmpty();
    }

    @Test
    void notWhileThereIsNoStatefulSetToMakeItAgain() {
        var waiting = Duration.ofMinutes(4);

        assertThat(leavingSet("1Gi").pending("2Gi", "1Gi", waiting).facts().restarts())
                .isEmpty();
        assertThat(noSet().pending("2Gi", "1Gi", waiting).facts().restarts()).isEmpty();
    }

    private static StorageDecision decide(String wish, StorageScene scene) {
        return StoragePlanner.decide(new DiskSize(wish), scene.facts(), true);
    }
}
