package io.millrace.broker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.faults.Checker.Serial;
import io.millrace.broker.log.SlotRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the fault runs say is worth nothing unless their checker sees what is planted. */
class CheckerTest {
    private final Checker checker = new Checker();

    private void sent(long... numbers) {
        for (long number : numbers) {
            checker.sent(new Serial(1, number));
            checker.confirmed(new Serial(1, number));
        }
    }

    private void delivered(long... numbers) {
        for (long number : numbers) {
            checker.delivered("c", new Serial(1, number), false);
        }
    }

    @Test
    void whatCameOnceAndInOrderIsRight() {
        sent(0, 1, 2);
        delivered(0, 1, 2);

        assertThat(checker.wrong()).isEmpty();
        assertThat(checker.duplicates()).isEmpty();
    }

    @Test
    void aRefusedMessageThatIsSentAgainMayComeAfterLaterOnes() {
        sent(0, 1, 2);
        checker.refused(new Serial(1, 0));
        checker.sentAgain(new Serial(1, 0));
        delivered(1, 0);

        assertThat(checker.wrong()).containsExactly("1:2 is lost");
    }

    @Test
    void aConfirmedMessageThatNeverCameIsLost() {
        sent(0, 1, 2);
        delivered(0, 2);

        assertThat(checker.lost()).containsExactly(new Serial(1, 1));
        assertThat(checker.wrong()).containsExactly("1:1 is lost");
    }

    @Test
    void aMessageThatWasNotConfirmedMayBeLost() {
        checker.sent(new Serial(1, 0));
        checker.sent(new Serial(1, 1));
        checker.refused(new Serial(1, 1));

        assertThat(checker.wrong()).isEmpty();
    }

    @Test
    void aDuplicateIsCountedByItsCause() {
        sent(0, 1, 2, 3);
        delivered(0, 1, 2, 3);
        checker.acknowledged(new Serial(1, 0));
        checker.returned(new Serial(1, 1));
        checker.rejected(new Serial(1, 3));
        checker.deadLettered(new Serial(1, 3));
        for (long number = 0; number < 4; number++) {
            checker.delivered("c", new Serial(1, number), true);
        }

        assertThat(checker.duplicates())
                .isEqualTo(Map.of(
                        Checker.Cause.ACKNOWLEDGED,
                        1,
                        Checker.Cause.REJECTED,
                        1,
                        Checker.Cause.RETURNED,
                        1,
                        Checker.Cause.HELD,
                        1));
        assertThat(checker.wrong()).isEmpty();
    }

    @Test
    void aDuplicateThatDoesNotSaySoIsWrong() {
        sent(0);
        delivered(0, 0);

        assertThat(checker.wrong()).containsExactly("1:0 came again and was not flagged as redelivered");
    }

    @Test
    void whatItsPublisherSentAgainMayComeAsIfItWereNew() {
        sent(0, 1);
        checker.sentAgain(new Serial(1, 0));
        delivered(0, 0, 1, 1);

        assertThat(checker.duplicates()).isEqualTo(Map.of(Checker.Cause.SENT_AGAIN, 1, Checker.Cause.HELD, 1));
        assertThat(checker.wrong()).containsExactly("1:1 came again and was not flagged as redelivered");
    }

    @Test
    void twoMessagesOfOneChannelInTheWrongOrderAreWrong() {
        sent(0, 1);
        checker.sent(new Serial(2, 0));
        delivered(1);
        checker.delivered("c", new Serial(2, 0), false);
        delivered(0);

        assertThat(checker.wrong()).containsExactly("1:0 came to c after 1");
    }

    @Test
    void aMessageThatNobodySentIsWrong() {
        delivered(7);

        assertThat(checker.wrong()).containsExactly("1:7 was never sent");
    }

    @Test
    void aRejectedMessageHasToBeDeadLetteredAndNothingElse() {
        sent(0, 1, 2);
        delivered(0, 1, 2);
        checker.rejected(new Serial(1, 0));
        checker.rejected(new Serial(1, 1));
        checker.acknowledged(new Serial(1, 2));
        checker.deadLettered(new Serial(1, 1));
        checker.deadLettered(new Serial(1, 1));
        checker.deadLettered(new Serial(1, 2));

        assertThat(checker.wrong())
                .containsExactly(
                        "1:2 was dead-lettered, and nobody had rejected it",
                        "1:0 was rejected and is not in the dead-letter queue");
        assertThat(checker.duplicateLetters()).isOne();
    }

    private static SlotRecord head(long epoch, long floor) {
        return new SlotRecord.Head(9, 0, epoch, floor, floor);
    }

    @Test
    void whatAQueueLeftBehindIsSeen() {
        var books = new SlotBooks();
        books.see(0, 10, new SlotRecord.Claim(1, 1, "pod-0"));
        books.see(0, 11, head(10, 5));
        books.see(1, 12, head(10, 5));
        books.see(0, 13, head(10, 6));
        assertThat(books.left()).isEqualTo(2);

        books.see(0, 14, new SlotRecord.Removed(head(10, 6)));

        assertThat(books.left()).isOne();
    }

    @Test
    void aFloorThatSinksIsSeenAndWhatAReplacedOwnerWritesIsNotTakenForOne() {
        var books = new SlotBooks();
        books.see(0, 10, new SlotRecord.Claim(1, 1, "pod-0"));
        books.see(0, 11, head(10, 5));
        books.see(0, 12, new SlotRecord.Claim(1, 2, "pod-1"));
        books.see(0, 13, head(10, 3));
        assertThat(books.sunkenFloors()).isEmpty();
        assertThat(books.staleRecords()).isOne();

        books.see(0, 14, head(12, 4));

        assertThat(books.sunkenFloors()).isEqualTo(List.of("queue 9: floor 4 after 5"));
        assertThat(books.owner(0)).isEqualTo(new SlotBooks.Claim(12, "pod-1"));
    }
}
