package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.Message;
import io.millrace.broker.queue.Consumer;
import io.millrace.broker.queue.ConsumerId;
import io.millrace.broker.queue.QueueCommand;
import io.millrace.broker.queue.QueueCommand.Outcome;
import io.millrace.broker.queue.SessionId;
import io.millrace.broker.topology.QueueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session of this pod that wants something of a queue while its owner changes: it counts once, whether it comes again or has waited. */
class OwnerChangeTest {
    private static final SessionId ALICE = SlotScene.ALICE;
    private static final SessionId BOB = new SessionId(SlotScene.POD, 2);

    private final SlotScene scene = new SlotScene();
    private final QueueHandle queue = scene.queue(QueueKind.MEMORY, FieldTable.EMPTY);
    private final List<Runnable> ofAlicesLoop = new ArrayList<>();

    @AfterEach
    void end() {
        scene.close();
    }

    private static QueueCommand get() {
        return new QueueCommand.Get(ALICE, 0, true);
    }

    private static QueueCommand subscribe(SessionId session, String tag, boolean exclusive) {
        return new QueueCommand.Subscribe(new Consumer(new ConsumerId(session, tag), 1, false, 0), exclusive);
    }

    private void say(SessionId session, QueueCommand command) {
        queue.send(command, session, scene.events);
    }

    private void enqueue(int count) {
        for (int i = 0; i < count; i++) {
            queue.enqueue(new Message("", "q", new byte[2], new byte[1], Message.NEVER, 0));
        }
        scene.run();
    }

    /** Alice has used the queue, whose owner then left. */
    private void attachedAliceWaitsForAnOwner() {
        scene.own();
        say(ALICE, get());
        scene.handOver();
        scene.events.heard.clear();
    }

    /** What Alice is told to do she does when she {@linkplain #alicesLoopRuns comes to it}. */
    private void aliceIsOnAnotherLoop() {
        scene.events.loop = ofAlicesLoop::add;
    }

    private void alicesLoopRuns() {
        var tasks = List.copyOf(ofAlicesLoop);
        ofAlicesLoop.clear();
        tasks.forEach(Runnable::run);
        scene.run();
    }

    private void aliceEndsWhenAConsumerBegins() {
        scene.events.atSubscribed = _ -> {
            scene.events.atSubscribed = _ -> {};
            say(ALICE, new QueueCommand.SessionClosed(ALICE));
        };
    }

    private int consumers() {
        return Objects.requireNonNull(queue.owned()).machine().consumers().size();
    }

    private long ready() {
        return Objects.requireNonNull(queue.owned()).machine().ready();
    }

    @Test
    void aQuestionThatIsAskedAgainTakesOneMessage() {
        attachedAliceWaitsForAnOwner();
        scene.events.atReattach = _ -> say(ALICE, get());
        enqueue(2);
        say(ALICE, get());

        scene.own();

        assertThat(scene.events.heard).containsExactly("reattach", "got 0");
        assertThat(ready()).isEqualTo(1);
    }

    @Test
    void aQuestionThatComesBeforeTheSessionHasHeardOfTheOwnerTakesNone() {
        attachedAliceWaitsForAnOwner();
        aliceIsOnAnotherLoop();
        scene.events.atReattach = _ -> say(ALICE, get());
        enqueue(2);
        scene.own();

        say(ALICE, get());
        assertThat(ready()).isEqualTo(2);
        alicesLoopRuns();

        assertThat(scene.events.heard).containsExactly("reattach", "got 0");
        assertThat(ready()).isEqualTo(1);
    }

    @Test
    void aSessionThatHasNotHeardOfOneOwnerAttachesToTheNextOnce() {
        attachedAliceWaitsForAnOwner();
        aliceIsOnAnotherLoop();
        scene.events.atReattach = _ -> say(ALICE, get());
        scene.own();
        say(ALICE, new QueueCommand.Settled(ALICE, new long[] {0}, Outcome.ACK));
        scene.handOver();
        enqueue(2);
        scene.own();

        alicesLoopRuns();

        assertThat(scene.events.heard).containsExactly("reattach", "got 0");
    }

    @Test
    void aSessionThatAttachesWhenTheOwnerHasLeftAgainIsHeardByTheNext() {
        attachedAliceWaitsForAnOwner();
        aliceIsOnAnotherLoop();
        scene.events.atReattach = _ -> {
            say(ALICE, subscribe(ALICE, "c", false));
            say(ALICE, get());
        };
        scene.own();
        scene.handOver();
        alicesLoopRuns();
        enqueue(2);
        scene.own();

        assertThat(scene.events.heard).containsExactly("reattach", "subscribed c true", "got 1");
        assertThat(consumers()).isEqualTo(1);
    }

    @Test
    void aConsumerWhoseSessionEndsWhenItBeginsIsNoGhost() {
        attachedAliceWaitsForAnOwner();
        scene.events.atReattach = _ -> say(ALICE, subscribe(ALICE, "c", false));
        aliceEndsWhenAConsumerBegins();
        say(ALICE, subscribe(ALICE, "c", false));

        scene.own();

        assertThat(consumers()).isZero();
    }

    @Test
    void aSessionThatEndsWhenItsFirstConsumerBeginsTakesTheSecondAlong() {
        aliceEndsWhenAConsumerBegins();
        say(ALICE, subscribe(ALICE, "first", false));
        say(ALICE, subscribe(ALICE, "second", false));

        scene.own();

        assertThat(consumers()).isZero();
    }

    @Test
    void aConsumerThatWasCancelledAndBegunAgainUnderItsTagIsThere() {
        scene.own();
        say(ALICE, subscribe(ALICE, "c", false));
        scene.handOver();
        scene.events.atReattach = _ -> say(ALICE, subscribe(ALICE, "c", false));
        say(ALICE, new QueueCommand.Cancelled(new ConsumerId(ALICE, "c")));
        say(ALICE, subscribe(ALICE, "c", false));

        scene.own();

        assertThat(consumers()).isEqualTo(1);
    }

    @Test
    void aConsumerThatIsThereGoesBeforeOneThatTheNextOwnerIsTheFirstToHearOf() {
        scene.own();
        say(ALICE, subscribe(ALICE, "c", false));
        scene.handOver();
        scene.events.atReattach = _ -> say(ALICE, subscribe(ALICE, "c", false));
        say(BOB, subscribe(BOB, "alone", true));
        scene.events.heard.clear();

        scene.own();

        assertThat(scene.events.heard).containsExactly("reattach", "subscribed c true", "subscribed alone false");
    }
}
