package io.millrace.broker.cluster;

import static io.millrace.broker.cluster.TopologyScene.EPOCH;
import static io.millrace.broker.cluster.TopologyScene.FIRST;
import static io.millrace.broker.cluster.TopologyScene.NEXT_EPOCH;
import static io.millrace.broker.cluster.TopologyScene.VHOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.topology.LeftTopic;
import io.millrace.broker.topology.TopologyKey;
import io.millrace.broker.topology.TopologyKeys;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the topics of queues that are deleted. */
final class TopologyWriterTest {
    private static final String SECOND = "q._2f.q.g2";
    private static final String NOTE = "left/q._2f.q";

    private final TopologyScene scene = new TopologyScene();
    private final FakeLogs logs = scene.logs;
    private final FakeTopologyLog log = scene.log;
    private final TopologyScene.Pod pod = scene.pod;

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void anEntryThatANewerReleaseWroteIsSaid() {
        var key = TopologyKeys.encode(new TopologyKey.OfQueue(VHOST, new QueueName("newer")));

        log.append(EPOCH - 1, List.of(new TopologyLog.Entry(key, "{\"v\":2}"))); // of a writer that was replaced
        assertThat(scene.tooOld).isEmpty();
        log.append(EPOCH, List.of(new TopologyLog.Entry(key, "{\"v\":2}")));

        assertThat(scene.tooOld).containsExactly("pod-0");
    }

    @Test
    void aTopicThatIsDeletedLeavesNoNote() {
        pod.delete();

        assertThat(logs.topicNames).isEmpty();
        assertThat(log.keys(NOTE)).isEmpty();
        assertThat(pod.replica.left()).isEmpty();
        assertThat(scene.later).isEmpty();
    }

    @Test
    void aTopicThatCannotBeDeletedIsDeletedWhenItCan() {
        logs.topicDeletionsFail = true;
        pod.delete();
        scene.tryAgain();
        assertThat(log.keys(NOTE)).containsExactly(NOTE);
        logs.topicDeletionsFail = false;

        scene.tryAgain();

        assertThat(logs.topicNames).isEmpty();
        assertThat(log.keys(NOTE)).isEmpty();
        assertThat(scene.later).isEmpty();
    }

    @Test
    void aQueueThatIsDeclaredMeanwhileHasATopicOfItsOwnHoweverLongThatTakes() {
        logs.topicDeletionsFail = true;
        pod.delete();
        for (int minute = 0; minute < 60; minute++) {
            scene.tryAgain();
            scene.pass(1);
        }

        pod.declare();

        assertThat(pod.topicsOfQueue()).containsExactly(SECOND);
        logs.topicDeletionsFail = false;
        scene.tryAgain();
        assertThat(logs.topicNames).containsExactly(SECOND);
    }

    @Test
    void theNextWriterDeletesWhatOneBeforeItLeft() {
        logs.topicDeletionsFail = true;
        pod.delete();
        logs.topicDeletionsFail = false;

        scene.other("pod-1").become(NEXT_EPOCH);

        assertThat(logs.topicNames).isEmpty();
        assertThat(log.keys(NOTE)).isEmpty();
    }

    @Test
    void theNextWriterGivesNoQueueATopicThatOneBeforeItLeft() {
        logs.topicDeletionsFail = true;
        pod.delete();
        var next = scene.other("pod-1");
        next.become(NEXT_EPOCH);

        next.declare();

        assertThat(next.topicsOfQueue()).containsExactly(SECOND);
    }

    /** A request of its to delete the topic may yet be under way. */
    @Test
    void theNextWriterGivesNoQueueATopicThatOneBeforeItHasJustDeleted() {
        var next = scene.other("pod-1");
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

        scene.tryAgain();

        assertThat(logs.topicNames).containsExactly(FIRST);
        assertThat(scene.later).isEmpty();
    }

    @Test
    void aDeletionThatIsInTheLogAlthoughItsWriterHeardOtherwiseIsFinished() {
        log.answersGetLost = true;
        pod.delete();
        log.answersGetLost = false;
        assertThat(scene.answers).endsWith("refused");
        assertThat(logs.topicNames).containsExactly(FIRST);

        scene.tryAgain();

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

        scene.other("pod-1").become(NEXT_EPOCH);

        assertThat(logs.topicNames).containsExactly(FIRST);
    }

    @Test
    void aTopicIsDeletedOnceHoweverOftenItIsFoundAgain() {
        logs.topicDeletionsFail = true;
        pod.delete();
        log.answersGetLost = true;
        pod.declare("first");
        log.answersGetLost = false;

        scene.tryAgain();

        assertThat(scene.later).hasSize(1);
    }
}
