package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.cluster.FakeTransactions.Fate;
import io.millrace.broker.log.Letters;
import io.millrace.broker.model.Message;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a transaction, a dead letter is sent once and its original is settled exactly if it was. */
class LetterBoxTest {
    private static final long QID = 7;
    private static final long LATER_MS = 1_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FakeLogs logs = new FakeLogs();
    private final FakeTransactions transactions = logs.transactions;
    private boolean owns = true;
    private final LetterBox box = new LetterBox(
            0, channel.eventLoop(), transactions, new Publisher(logs), () -> CompletableFuture.completedStage(owns));
    private final List<String> done = new ArrayList<>();

    LetterBoxTest() {
        channel.freezeTime();
    }

    @AfterEach
    void end() {
        channel.close();
    }

    private void post(int place) {
        var letter = new Message("dead", "k", new byte[2], new byte[] {(byte) place}, Message.NEVER, 0);
        box.post(
                QID,
                place,
                letter,
                new Publisher.Route(List.of(), List.of("t")),
                arrived -> done.add(place + (arrived ? " arrived" : " again")));
        run();
    }

    private void run() {
        channel.runPendingTasks();
    }

    private void end(Fate fate) {
        transactions.end(fate);
        run();
        pass();
    }

    private void pass() {
        channel.advanceTimeBy(LATER_MS, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        run();
    }

    private List<Long> noted() {
        var note = transactions.notes.get(QID);
        return note == null ? List.of() : note.places();
    }

    private void written(long... places) {
        box.writing(QID, place -> List.of(boxed(places)).contains(place));
        box.written(QID, true);
        run();
    }

    private static Long[] boxed(long[] places) {
        return Arrays.stream(places).boxed().toArray(Long[]::new);
    }

    @Test
    void aLetterAndTheNoteOfItsOriginalAreCommittedTogether() {
        post(3);
        assertThat(done).isEmpty();

        end(Fate.COMMITTED);

        assertThat(transactions.log).containsExactly("t:3");
        assertThat(noted()).containsExactly(3L);
        assertThat(done).containsExactly("3 arrived");
    }

    @Test
    void lettersThatComeMeanwhileGoTogetherInTheNextTransaction() {
        post(1);
        post(2);
        post(3);
        end(Fate.COMMITTED);

        assertThat(transactions.underWay).hasSize(1);
        end(Fate.COMMITTED);

        assertThat(transactions.log).containsExactly("t:1", "t:2", "t:3");
        assertThat(transactions.opened).isEqualTo(1);
    }

    @Test
    void aNoteNamesWhatTheSlotLogMayNotKnowYet() {
        post(1);
        end(Fate.COMMITTED);
        post(2);
        end(Fate.COMMITTED);
        assertThat(noted()).containsExactly(1L, 2L);

        written(1);
        post(3);
        end(Fate.COMMITTED);

        assertThat(noted()).containsExactly(2L, 3L);
    }

    @Test
    void noNoteIsLeftOnceTheSlotLogKnowsAll() {
        post(1);
        end(Fate.COMMITTED);

        written(1);
        assertThat(transactions.underWay).isEmpty();
        pass();
        end(Fate.COMMITTED);

        assertThat(transactions.notes).isEmpty();
    }

    @Test
    void whoWasReplacedLeavesTheNotesOfTheNextOwnerAlone() {
        post(1);
        end(Fate.COMMITTED);
        owns = false;
        written(1);
        pass();

        end(Fate.ABORTED); // fenced
        pass();

        assertThat(transactions.underWay).isEmpty();
        assertThat(noted()).containsExactly(1L);
    }

    @Test
    void whoDoesNotOwnTheSlotAnyMoreSendsNothing() {
        owns = false;

        post(1);
        pass();

        assertThat(transactions.underWay).isEmpty();
        assertThat(done).isEmpty();
    }

    @Test
    void anAbortedTransactionIsToldToTheQueueWhichSendsAgain() {
        post(1);

        end(Fate.ABORTED);

        assertThat(done).containsExactly("1 again");
        assertThat(noted()).isEmpty();
    }

    @Test
    void aTransactionThatEndedUnheardCountsAsWhatItIs() {
        post(1);

        end(Fate.COMMITTED_UNHEARD);

        assertThat(done).containsExactly("1 arrived");
        assertThat(transactions.log).containsExactly("t:1");
    }

    @Test
    void afterAFailureLettersAreSentByANewCommitter() {
        post(1);
        end(Fate.ABORTED);

        post(2);
        end(Fate.COMMITTED);

        assertThat(transactions.opened).isEqualTo(2);
        assertThat(done).containsExactly("1 again", "2 arrived");
    }

    @Test
    void aNewOwnerHearsWhatWasSentBeforeAndGoesOnNotingIt() {
        transactions.notes.put(QID, new Letters(QID, List.of(4L, 9L)));
        var found = new ArrayList<Letters>();

        box.readNotes(notes -> found.addAll(notes.values()));
        post(10);
        run();
        end(Fate.COMMITTED);

        assertThat(found).containsExactly(new Letters(QID, List.of(4L, 9L)));
        assertThat(noted()).containsExactly(4L, 9L, 10L);
    }

    @Test
    void forgettingWaitsForTheTransactionUnderWayAndKeepsItsLetters() {
        post(1);
        end(Fate.COMMITTED);
        post(2);

        box.forget(QID, () -> done.add("forgotten"));
        run();
        end(Fate.COMMITTED);
        assertThat(done).endsWith("2 arrived");
        end(Fate.COMMITTED);

        assertThat(done).endsWith("2 arrived", "forgotten");
        assertThat(noted()).containsExactly(2L);
    }
}
