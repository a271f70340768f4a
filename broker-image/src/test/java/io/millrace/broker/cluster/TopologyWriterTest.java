package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.model.AmqpError;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.Decision;
import io.millrace.broker.topology.LeftTopic;
import io.millrace.broker.topology.QueueDefinition;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.TopologyKeys;
import io.millrace.broker.topology.VirtualHost;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the topics of queues that are deleted. */
final class TopologyWriterTest {
    private static final VirtualHostName VHOST = VirtualHostName.DEFAULT;
    private static final String FIRST = "q._2f.q";
    private static final String SECOND = "q._2f.q.g2";
    private static final String NOTE = "left/q._2f.q";
    private static final int FOR_EVER_MS = 1_000_000;
    private static final int TASKS_AT_MOST = 1_000;
    private static final long EPOCH = 1;
    private static final long NEXT_EPOCH = 2;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EventLoop loop = channel.eventLoop();
    private final FakeLogs logs = new FakeLogs();
    private final FakeTopologyLog log = new FakeTopologyLog();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Runnable> later = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    /** Pods that could not read an entry. */
    private final List<String> tooOld = new ArrayList<>();

    private long nanos;
    private final Pod pod = new Pod("pod-0");

    /** A pod that may become the writer. */
    private final class Pod {
        private final String name;
        private final QueueTable table = new QueueTable(List.of(loop));
        private final TopologyReplica replica;
        private final TopologyWriter writer;

        Pod(String name) {
            this.name = name;
            var links = new Links(name, LinkSettings.ALONE, List.of(loop), table, new NoPeers());
            replica = new TopologyReplica(
                    table, (queue, of) -> new QueueHandle(queue, of, links, name, SlotOwner.NOBODY));
            writer = new TopologyWriter(
                    tasks::add,
                    (_, task) -> later.add(task),
                    new FormerLives(() -> nanos),
                    log,
                    replica,
                    logs,
                    logs,
                    table,
                    1,
                    new EdgeProgress("topology", FOR_EVER_MS),
                    Clock.systemUTC());
            replica.tell(
                    QueueTable.Listener.NOBODY,
                    writer::repair,
                    writer::left,
                    () -> tooOld.add(name),
                    new TopologyReplica.Progress() {
                        @Override
                        public void applied(long offset) {}

                        @Override
                        public void moved(QueueHandle queue, long offset) {}
                    });
            log.follow(replica);
        }

        void become(long epoch) {
            writer.become(name, epoch);
            run();
        }

        void change(TopologyCommand command) {
            writer.submit(command, name, new TopologyWriter.Outcome() {
                @Override
                public void accepted(Decision.Reply reply, long offset) {
                    answers.add("accepted");
                }

                @Override
                public void refused(AmqpError error) {
                    answers.add("refused");
                }

                @Override
                public void notWriter() {
                    answers.add("not the writer");
                }
            });
            run();
        }

        void declare() {
            change(new TopologyCommand.DeclareQueue(
                    Actor.BROKER, VHOST, "q", false, true, false, false, FieldTable.EMPTY));
        }

        void delete() {
            change(new TopologyCommand.DeleteQueue(Actor.BROKER, VHOST, "q", false, false, 0, 0));
        }

        List<String> topicsOfQueue() {
            return replica.image()
                    .queue(new TopologyKey.OfQueue(VHOST, new QueueName("q")))
                    .map(QueueDefinition::topics)
                    .orElse(List.of());
        }
    }

    @BeforeEach
    void aQueueIsThere() {
        pod.become(EPOCH);
        pod.change(new TopologyCommand.PutVirtualHost(new VirtualHost(VHOST, "")));
        pod.declare();
        assertThat(pod.topicsOfQueue()).containsExactly(FIRST);
    }

    @AfterEach
    void end() {
        channel.close();
    }

    private void run() {
        int ran = 0;
        do {
            for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                assertThat(++ran).as("it goes round and round").isLessThan(TASKS_AT_MOST);
                task.run();
            }
            channel.runPendingTasks();
        } while (!tasks.isEmpty());
    }

    /** What was put off until later is due. */
    private void tryAgain() {
        var due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
        run();
    }

    private void pass(long minutes) {
        nanos += TimeUnit.MINUTES.toNanos(minutes);
    }

    @Test
    void anEntryThatANewerReleaseWroteIsSaid() {
        var key = TopologyKeys.encode(new TopologyKey.OfQueue(VHOST, new QueueName("newer")));

        log.append(EPOCH - 1, List.of(new TopologyLog.Entry(key, "{\"v\":2}"))); // of a writer that was replaced
        assertThat(tooOld).isEmpty();
        log.append(EPOCH, List.of(new TopologyLog.Entry(key, "{\"v\":2}")));

        assertThat(tooOld).containsExactly("pod-0");
    }

    @Test
    void aTopicThatIsDeletedLeavesNoNote() {
        pod.delete();

        assertThat(logs.topicNames).isEmpty();
        assertThat(log.keys(NOTE)).isEmpty();
        assertThat(pod.replica.left()).isEmpty();
        assertThat(later).isEmpty();
    }

    @Test
    void aTopicThatCannotBeDeletedIsDeletedWhenItCan() {
        logs.topicDeletionsFail = true;
        pod.delete();
        tryAgain();
        assertThat(log.keys(NOTE)).containsExactly(NOTE);
        logs.topicDeletionsFail = false;

        tryAgain();

        assertThat(logs.topicNames).isEmpty();
        assertThat(log.keys(NOTE)).isEmpty();
        assertThat(later).isEmpty();
    }

    @Test
    void aQueueThatIsDeclaredMeanwhileHasATopicOfItsOwnHoweverLongThatTakes() {
        logs.topicDeletionsFail = true;
        pod.delete();
        for (int minute = 0; minute < 60; minute++) {
            tryAgain();
            pass(1);
        }

        pod.declare();

        assertThat(pod.topicsOfQueue()).containsExactly(SECOND);
        logs.topicDeletionsFail = false;
        tryAgain();
        assertThat(logs.topicNames).containsExactly(SECOND);
    }

    @Test
    void theNextWriterDeletesWhatOneBeforeItLeft() {
        logs.topicDeletionsFail = true;
        pod.delete();
        logs.topicDeletionsFail = false;

        new Pod("pod-1").become(NEXT_EPOCH);

        assertThat(logs.topicNames).isEmpty();
        assertThat(log.keys(NOTE)).isEmpty();
    }

    @Test
    void theNextWriterGivesNoQueueATopicThatOneBeforeItLeft() {
        logs.topicDeletionsFail = true;
        pod.delete();
        var next = new Pod("pod-1");
        next.become(NEXT_EPOCH);

        next.declare();

        assertThat(next.topicsOfQueue()).containsExactly(SECOND);
    }

    /** A request of its to delete the topic may yet be under way. */
    @Test
    void theNextWriterGivesNoQueueATopicThatOneBeforeItHasJustDeleted() {
        var next = new Pod("pod-1");
        pod.delete();
        next.become(NEXT_EPOCH);

        next.declare();

        assertThat(next.topicsOfQueue()).containsExactly(SECOND);
    }

    @Test
    void aWriterThatWasReplacedDeletesNothingAnyMore() {
        logs.topicDeletionsFail = true;
        pod.delete();
        logs.topicDeletionsFail = false;
        pod.writer.resign();

        tryAgain();

        assertThat(logs.topicNames).containsExactly(FIRST);
        assertThat(later).isEmpty();
    }

    @Test
    void aDeletionThatIsInTheLogAlthoughItsWriterHeardOtherwiseIsFinished() {
        log.answersGetLost = true;
        pod.delete();
        log.answersGetLost = false;
        assertThat(answers).endsWith("refused");
        assertThat(logs.topicNames).containsExactly(FIRST);

        tryAgain();

        assertThat(logs.topicNames).isEmpty();
        assertThat(log.keys(NOTE)).isEmpty();
    }

    @Test
    void aTopicThatIsNotedAndNeededStays() {
        var queue = pod.replica
                .image()
                .queue(new TopologyKey.OfQueue(VHOST, new QueueName("q")))
                .orElseThrow();
        var note = LeftTopic.by(queue, FIRST);
        log.append(EPOCH, List.of(new TopologyLog.Entry(note.key(), note.value())));

        new Pod("pod-1").become(NEXT_EPOCH);

        assertThat(logs.topicNames).containsExactly(FIRST);
    }

    /** A slot that is lost and got again is claimed twice, and the older claim may come last. */
    @Test
    void anOlderClaimOfItsOwnThatComesLateDoesNotStopTheWriter() {
        var next = new Pod("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        next.writer.resign();
        log.claimsAreHeld = false;
        next.become(NEXT_EPOCH + 1);

        log.releaseClaims();
        run();
        next.delete();

        assertThat(answers).endsWith("accepted");
        assertThat(next.topicsOfQueue()).isEmpty();
    }

    @Test
    void anOlderClaimOfItsOwnThatIsTriedAgainDoesNotStopTheWriter() {
        var next = new Pod("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        log.failClaims();
        tryAgain();
        next.writer.resign();
        log.claimsAreHeld = false;
        next.become(NEXT_EPOCH + 1);

        log.releaseClaims();
        run();
        next.delete();

        assertThat(answers).endsWith("accepted");
    }

    @Test
    void aClaimThatFailedIsTriedAgain() {
        var next = new Pod("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        log.failClaims();
        log.claimsAreHeld = false;
        tryAgain();
        log.releaseClaims();
        run();

        next.delete();

        assertThat(answers).endsWith("accepted");
    }

    @Test
    void aClaimThatWasGivenUpIsNotTriedAgain() {
        var next = new Pod("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        log.failClaims();
        next.writer.resign();

        tryAgain();

        assertThat(log.heldClaims).isEmpty();
        assertThat(later).isEmpty();
    }

    @Test
    void aClaimThatComesAfterItsPodHasResignedMakesNoWriter() {
        var next = new Pod("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        next.writer.resign();

        log.releaseClaims();
        run();
        next.delete();

        assertThat(answers).endsWith("not the writer");
    }

    @Test
    void whatAReplacedWriterWroteIsWrittenAgainByTheWriterOnly() {
        var next = new Pod("pod-1");
        next.become(NEXT_EPOCH);
        int before = log.size();

        pod.delete(); // it has not heard yet that it is replaced

        assertThat(answers).endsWith("not the writer");
        assertThat(log.size()).isEqualTo(before + 2);
        assertThat(next.topicsOfQueue()).containsExactly(FIRST);
        assertThat(log.keys("queue/")).containsExactly("queue/_2f/q");
    }
}
