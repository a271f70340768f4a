package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.TopologyCommand;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is asked for a change, how often and for how long. */
final class TopologyChangesTest {
    private static final String SELF = "pod-0";
    private static final String OTHER = "pod-1";
    private static final int STEP_MS = 100;
    private static final int A_LINK_NEEDS_MS = 2_200;

    private record Due(long atMs, Runnable task) {}

    /** A question that was not answered yet. */
    private record Asked(String pod, TopologyWriter.Outcome outcome) {}

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final PriorityQueue<Due> later = new PriorityQueue<>(Comparator.comparingLong(Due::atMs));
    private final List<Asked> asked = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private long nowMs;
    private String writerPod = SELF;
    private TopologyChanges changes;

    @BeforeEach
    void begin() {
        var table = new QueueTable(List.of(channel.eventLoop()));
        var links = new Links(SELF, LinkSettings.ALONE, List.of(channel.eventLoop()), table, new NoPeers());
        changes = new TopologyChanges(
                SELF,
                (command, homePod, outcome) -> asked.add(new Asked(SELF, outcome)),
                new TopologyReplica(table, (queue, of) -> new QueueHandle(queue, of, links, SELF, SlotOwner.NOBODY)),
                (pod, command, answer) -> asked.add(new Asked(pod, new TopologyWriter.Outcome() {
                    @Override
                    public void accepted(Decision.Reply reply, long offset) {
                        answer.accept(new LinkMessage.Changed(1, offset, reply));
                    }

                    @Override
                    public void refused(AmqpError error) {
                        answer.accept(new LinkMessage.Refused(1, error));
                    }

                    @Override
                    public void notWriter() {
                        answer.accept(null);
                    }
                })),
                () -> writerPod,
                (ms, task) -> later.add(new Due(nowMs + ms, task)),
                () -> Long.MAX_VALUE - 1 + TimeUnit.MILLISECONDS.toNanos(nowMs)); // nanoTime may overflow
    }

    @AfterEach
    void end() {
        channel.close();
    }

    private void submit() {
        changes.submit(
                new TopologyCommand.ConnectionClosed("gone"),
                reply -> answers.add("done"),
                error -> answers.add(error.getMessage()));
    }

    private Asked takeAsked() {
        assertThat(asked).hasSize(1);
        return asked.removeFirst();
    }

    private void accept() {
        takeAsked().outcome().accepted(new Decision.Reply.Done(), -1);
    }

    private void pass(int seconds) {
        passMs(seconds * 1_000);
    }

    private void passMs(int ms) {
        long until = nowMs + ms;
        for (var next = later.peek(); next != null && next.atMs() <= until; next = later.peek()) {
            later.remove();
            nowMs = Math.max(nowMs, next.atMs());
            next.task().run();
        }
        nowMs = until;
    }

    /** Whoever is asked says after a while that it is not the writer, until so much time has passed or there is an answer. */
    private void inVain(int seconds, int eachMs) {
        long until = nowMs + seconds * 1_000L;
        while (nowMs < until && answers.isEmpty()) {
            if (asked.isEmpty()) {
                passMs(STEP_MS);
            } else {
                passMs(eachMs);
                takeAsked().outcome().notWriter();
            }
        }
    }

    @Test
    void aChangeIsBroughtToTheNextWriter() {
        submit();
        assertThat(asked.getFirst().pod()).isEqualTo(SELF);
        takeAsked().outcome().notWriter();
        writerPod = OTHER;

        pass(1);

        assertThat(asked.getFirst().pod()).isEqualTo(OTHER);
        accept();
        assertThat(answers).containsExactly("done");
    }

    @Test
    void aChangeWaitsForAWriter() {
        writerPod = "";
        submit();
        pass(20);
        assertThat(answers).isEmpty();
        writerPod = OTHER;

        pass(1);
        accept();

        assertThat(answers).containsExactly("done");
    }

    @Test
    void aChangeIsRefusedWhenNobodyCouldBeAskedForHalfAMinute() {
        submit();
        inVain(29, 0);
        assertThat(answers).isEmpty();

        inVain(2, 0);

        assertThat(answers).hasSize(1).first().asString().contains("no pod can change the topology now");
    }

    @Test
    void aPodThatIsNotThereIsNobody() {
        writerPod = OTHER;
        submit();

        inVain(35, A_LINK_NEEDS_MS);

        assertThat(answers).hasSize(1).first().asString().contains("no pod can change the topology now");
    }

    /** It may take the log a minute to say that it did not take the change. */
    @Test
    void aChangeThatAWriterHadForLongIsBroughtToTheNextOne() {
        submit();
        pass(60);
        takeAsked().outcome().notWriter();
        writerPod = OTHER;

        pass(1);
        accept();

        assertThat(answers).containsExactly("done");
    }

    @Test
    void theHalfMinuteBeginsAnewWhenAPodHadTheChangeUnderWay() {
        submit();
        inVain(25, 0);
        passMs(STEP_MS);
        pass(10);
        takeAsked().outcome().notWriter();

        inVain(25, 0);
        passMs(STEP_MS);
        accept();

        assertThat(answers).containsExactly("done");
    }

    @Test
    void aPodThatDoesNotAnswerIsNotWaitedForWhenAnotherOneIsTheWriter() {
        writerPod = OTHER;
        submit();
        var frozen = takeAsked();
        pass(20);
        assertThat(asked).isEmpty();
        writerPod = SELF;

        pass(10);
        accept();
        frozen.outcome().accepted(new Decision.Reply.Done(), -1);
        frozen.outcome().notWriter();
        pass(600);

        assertThat(answers).containsExactly("done");
        assertThat(asked).isEmpty();
        assertThat(later).isEmpty();
    }

    @Test
    void anAnswerOfAPodThatWasNotWaitedForCounts() {
        writerPod = OTHER;
        submit();
        var slow = takeAsked();
        writerPod = SELF;
        pass(10);

        slow.outcome().refused(new ConnectionError(ReplyCode.NOT_ALLOWED, "no"));
        takeAsked().outcome().notWriter();
        pass(600);

        assertThat(answers).hasSize(1).first().asString().contains("no");
        assertThat(asked).isEmpty();
    }

    @Test
    void aChangeIsRefusedAfterFiveMinutesOfWritersThatHadIt() {
        submit();
        inVain(290, 10_000);
        assertThat(answers).isEmpty();

        inVain(20, 10_000);

        assertThat(answers).hasSize(1).first().asString().contains("no pod can change the topology now");
    }

    @Test
    void aChangeIsRefusedAfterFiveMinutesOfAPodThatDoesNotAnswer() {
        submit();

        pass(310);

        assertThat(answers).hasSize(1).first().asString().contains("no pod can change the topology now");
        assertThat(later).isEmpty();
    }
}
