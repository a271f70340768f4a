package io.millrace.operator.plan.reset;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.OffsetReset;
import io.millrace.api.v1alpha1.QueueRewind;
import io.millrace.api.v1alpha1.ResetMove;
import io.millrace.api.v1alpha1.ResetState;
import io.millrace.api.v1alpha1.ResetStatus;
import io.millrace.api.v1alpha1.ResetWhen;
import io.millrace.operator.intent.Parsed;
import io.millrace.operator.intent.ResetIntent;
import io.millrace.operator.intent.RewindIntent;
import io.millrace.operator.plan.reset.ResetFacts.Reach;
import io.millrace.operator.plan.reset.ResetPlanner.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResetPlannerTest {

    private static final Instant ASKED = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant SOON = ASKED.plusSeconds(60);
    private static final Place FIRST = new Place("orders", 0);
    private static final Place SECOND = new Place("orders", 1);

    @ParameterizedTest
    @CsvSource({
        "earliest, 10, 0",
        "latest, 100, 50",
        "2026-01-31T11:00:00Z, 70, 50",
        "offset:42, 42, 42",
        "offset:5, 10, 5",
        "offset:5000, 100, 50",
        "shift:-20, 40, 10",
        "shift:+20, 80, 50",
    })
    void eachPartitionIsMovedToWhatThereIsNearestToTheWish(String to, long first, long second) {
        var verdict = decide(wish(to), Optional.empty(), empty(), SOON);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Run.class, run -> assertThat(run.target())
                .isEqualTo(Map.of(FIRST, first, SECOND, second)));
    }

    @Test
    void whatHasNoPlaceYetIsNotShifted() {
        var facts = facts(0, Map.of(FIRST, new Reach(60L, 10, 100, null), SECOND, new Reach(null, 0, 50, null)));

        var verdict = decide(wish("shift:-1"), Optional.empty(), facts, SOON);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Run.class, run -> assertThat(run.target())
                .isEqualTo(Map.of(FIRST, 59L)));
    }

    @Test
    void itIsSaidHowManyRecordsAreReadAgainAndHowManySkipped() {
        var verdict = decide(wish("offset:45"), Optional.empty(), empty(), SOON);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Run.class, run -> {
            assertThat(run.done().again()).isEqualTo(15);
            assertThat(run.done().skipped()).isEqualTo(15);
            assertThat(run.done().moves())
                    .containsExactly(new ResetMove("orders", 0, 60L, 45), new ResetMove("orders", 1, 30L, 45));
        });
    }

    @Test
    void groupWithMembersIsWaitedForAndShownWhatWouldBe() {
        var status = shown(decide(wish("earliest"), Optional.empty(), facts(2, reaches()), SOON));

        assertThat(status.state()).isEqualTo(ResetState.Waiting);
        assertThat(status.message()).contains("2 members");
        assertThat(status.moves()).isNotEmpty();
    }

    @Test
    void topicThatDoesNotExistIsWaitedFor() {
        var facts = new ResetFacts("Empty", 0, reaches(), Set.of("typo"));

        var status = shown(decide(wish("earliest"), Optional.empty(), facts, SOON));

        assertThat(status.state()).isEqualTo(ResetState.Waiting);
        assertThat(status.message()).contains("typo");
    }

    @Test
    void groupWithoutOffsetsHasNothingToMove() {
        var status = shown(decide(wish("earliest"), Optional.empty(), facts(0, Map.of()), SOON));

        assertThat(status.state()).isEqualTo(ResetState.Waiting);
        assertThat(status.message()).contains("name topics");
    }

    @Test
    void nothingMovesBeforeItWasAskedForOrAfterTheDeadline() {
        var early = shown(decide(wish("earliest"), Optional.empty(), empty(), ASKED.minusSeconds(1)));
        var late = shown(decide(wish("earliest"), Optional.empty(), empty(), ASKED.plus(Duration.ofHours(2))));

        assertThat(early.state()).isEqualTo(ResetState.Waiting);
        assertThat(late.state()).isEqualTo(ResetState.Expired);
    }

    @Test
    void previewMovesNothingEver() {
        var wish = new OffsetReset("earliest", null, ResetWhen.Never, ASKED.toString(), 60);

        var status = shown(decide(wish, Optional.empty(), empty(), ASKED.plus(Duration.ofDays(1))));

        assertThat(status.state()).isEqualTo(ResetState.Preview);
        assertThat(status.again()).isEqualTo(80);
    }

    @Test
    void whatWasDoneIsNotDoneAgainWhoeverAsks() {
        var mark = started(Map.of(FIRST, 10L)).ended(Mark.State.DONE, ASKED);

        assertThat(shown(decide(wish("earliest"), Optional.of(mark), empty(), SOON))
                        .state())
                .isEqualTo(ResetState.Done);
    }

    @Test
    void startWhoseOffsetsAreWhereTheyWereToBeHasOnlyToBeNoted() {
        var mark = started(Map.of(FIRST, 60L, SECOND, 30L));

        assertThat(decide(wish("earliest"), Optional.of(mark), empty(), SOON)).isInstanceOf(Verdict.Conclude.class);
    }

    @Test
    void startThatCameToNothingIsNeverRepeated() {
        var mark = started(Map.of(FIRST, 10L, SECOND, 30L));

        var atOnce = shown(decide(wish("earliest"), Optional.of(mark), empty(), ASKED.plusSeconds(5)));
        var later = shown(decide(wish("earliest"), Optional.of(mark), empty(), ASKED.plusSeconds(31)));

        assertThat(atOnce.state()).isEqualTo(ResetState.Waiting);
        assertThat(later.state()).isEqualTo(ResetState.Interrupted);
    }

    @Test
    void deadlineAndPermissionMakeNoOtherRequestButTopicsAndPlaceDo() {
        var one = shot(new OffsetReset("earliest", List.of("b", "a"), ResetWhen.Never, ASKED.toString(), 60));
        var same = shot(new OffsetReset("earliest", List.of("a", "b", "a"), null, "2026-01-31T13:00:00+01:00", 90));
        var other = shot(new OffsetReset("earliest", List.of("a"), null, ASKED.toString(), 60));

        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void queueIsRewoundIfNothingIsNotedAndItIsTime() {
        var intent = rewind("2026-01-31T13:00:00+01:00");
        var shot = OneShot.of("queue///work", intent.content());

        assertThat(intent.to()).isEqualTo("2026-01-31T12:00:00Z");
        assertThat(rewind("offset:7").to()).isEqualTo("7");
        assertThat(RewindPlanner.decide(intent, shot, Optional.empty(), SOON)).isEmpty();
        assertThat(RewindPlanner.decide(intent, shot, Optional.empty(), ASKED.minusSeconds(1)))
                .map(ResetStatus::state)
                .contains(ResetState.Waiting);
        assertThat(RewindPlanner.decide(intent, shot, Optional.empty(), ASKED.plus(Duration.ofHours(2))))
                .map(ResetStatus::state)
                .contains(ResetState.Expired);
    }

    @Test
    void rewindThatHadBegunIsNeverRepeated() {
        var intent = rewind("earliest");
        var shot = OneShot.of("queue///work", intent.content());
        var begun = started(Map.of());

        assertThat(RewindPlanner.decide(intent, shot, Optional.of(begun), SOON))
                .map(ResetStatus::state)
                .contains(ResetState.Interrupted);
        assertThat(RewindPlanner.decide(intent, shot, Optional.of(begun.ended(Mark.State.DONE, ASKED)), SOON))
                .map(ResetStatus::state)
                .contains(ResetState.Done);
    }

    private static RewindIntent rewind(String to) {
        return switch (RewindIntent.parse(new QueueRewind(to, ASKED.toString(), null))) {
            case Parsed.Valid<RewindIntent>(var intent) -> intent;
            case Parsed.Invalid<RewindIntent>(var reason, var problem) -> throw new AssertionError(problem);
        };
    }

    @Test
    void timeThatIsNoneIsRefused() {
        var wish = new OffsetReset("2026-13-31T12:00:00Z", null, null, ASKED.toString(), null);

        assertThat(ResetIntent.parse(wish)).isInstanceOf(Parsed.Invalid.class);
    }

    private static OffsetReset wish(String to) {
        return new OffsetReset(to, null, null, ASKED.toString(), null);
    }

    private static ResetIntent intent(OffsetReset wish) {
        return switch (ResetIntent.parse(wish)) {
            case Parsed.Valid<ResetIntent>(var intent) -> intent;
            case Parsed.Invalid<ResetIntent>(var reason, var problem) -> throw new AssertionError(problem);
        };
    }

    private static OneShot shot(OffsetReset wish) {
        return OneShot.of("group/readers", intent(wish).content());
    }

    private static Verdict decide(OffsetReset wish, Optional<Mark> mark, ResetFacts facts, Instant now) {
        return ResetPlanner.decide(intent(wish), shot(wish), mark, facts, now);
    }

    private static ResetStatus shown(Verdict verdict) {
        return verdict instanceof Verdict.Show(var status) ? status : fail(verdict);
    }

    private static ResetStatus fail(Verdict verdict) {
        throw new AssertionError("not only shown: " + verdict);
    }

    private static Mark started(Map<Place, Long> target) {
        return Mark.started("a", ASKED, target);
    }

    private static Map<Place, Reach> reaches() {
        return Map.of(FIRST, new Reach(60L, 10, 100, 70L), SECOND, new Reach(30L, 0, 50, null));
    }

    private static ResetFacts empty() {
        return facts(0, reaches());
    }

    private static ResetFacts facts(int members, Map<Place, Reach> reaches) {
        return new ResetFacts(members == 0 ? "Empty" : "Stable", members, reaches, Set.of());
    }
}
