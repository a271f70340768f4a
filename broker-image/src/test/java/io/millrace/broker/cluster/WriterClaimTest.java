package io.millrace.broker.cluster;

import static io.millrace.broker.cluster.TopologyScene.FIRST;
import static io.millrace.broker.cluster.TopologyScene.NEXT_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who writes the topology, and when it decides. */
final class WriterClaimTest {
    private final TopologyScene scene = new TopologyScene();
    private final FakeTopologyLog log = scene.log;
    private final TopologyScene.Pod pod = scene.pod;

    @AfterEach
    void end() {
        scene.close();
    }

    /** A slot that is lost and got again is claimed twice, and the older claim may come last. */
    @Test
    void anOlderClaimOfItsOwnThatComesLateDoesNotStopTheWriter() {
        var next = scene.other("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        next.writer.resign();
        log.claimsAreHeld = false;
        next.become(NEXT_EPOCH + 1);

        log.releaseClaims();
        scene.run();
        next.delete();

        assertThat(scene.answers).endsWith("accepted");
        assertThat(next.topicsOfQueue()).isEmpty();
    }

    @Test
    void anOlderClaimOfItsOwnThatIsTriedAgainDoesNotStopTheWriter() {
        var next = scene.other("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        log.failClaims();
        scene.tryAgain();
        next.writer.resign();
        log.claimsAreHeld = false;
        next.become(NEXT_EPOCH + 1);

        log.releaseClaims();
        scene.run();
        next.delete();

        assertThat(scene.answers).endsWith("accepted");
    }

    @Test
    void aClaimThatFailedIsTriedAgain() {
        var next = scene.other("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        log.failClaims();
        log.claimsAreHeld = false;
        scene.tryAgain();
        log.releaseClaims();
        scene.run();

        next.delete();

        assertThat(scene.answers).endsWith("accepted");
    }

    @Test
    void aClaimThatWasGivenUpIsNotTriedAgain() {
        var next = scene.other("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        log.failClaims();
        next.writer.resign();

        scene.tryAgain();

        assertThat(log.heldClaims).isEmpty();
        assertThat(scene.later).isEmpty();
    }

    @Test
    void aClaimThatComesAfterItsPodHasResignedMakesNoWriter() {
        var next = scene.other("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        next.writer.resign();

        log.releaseClaims();
        scene.run();
        next.delete();

        assertThat(scene.answers).endsWith("not the writer");
    }

    @Test
    void whatAReplacedWriterWroteIsWrittenAgainByTheWriterOnly() {
        var next = scene.other("pod-1");
        next.become(NEXT_EPOCH);
        int before = log.size();

        pod.delete(); // it has not heard yet that it is replaced

        assertThat(scene.answers).endsWith("not the writer");
        assertThat(log.size()).isEqualTo(before + 2);
        assertThat(next.topicsOfQueue()).containsExactly(FIRST);
        assertThat(log.keys("queue/")).containsExactly("queue/_2f/q");
    }

    /** The writer of a claim hears of it after it has read it, and of what a replaced one wrote thereafter. */
    @Test
    void whatAReplacedWriterWroteBeforeTheWriterHeardOfItsClaimIsWrittenAgainToo() {
        var next = scene.other("pod-1");
        log.claimsAreHeld = true;
        next.become(NEXT_EPOCH);
        var answer = log.writeClaims();
        pod.delete();
        assertThat(log.keys("queue/")).isEmpty();

        answer.forEach(Runnable::run);
        scene.run();

        assertThat(log.keys("queue/")).containsExactly("queue/_2f/q");
    }

    /** What a producer has given up may come into the log all the same, and what was sent after that is on its way. */
    @Test
    void aQueueThatIsInTheLogAlthoughItsWriterHeardOtherwiseCanBeDeleted() {
        log.nobodyReads = true;
        log.answersGetLost = true;
        pod.declare("first");
        log.answersGetLost = false;
        pod.declare("second");
        log.readOn();
        scene.run();
        scene.tryAgain();

        pod.delete("first");

        assertThat(scene.answers).endsWith("accepted");
        assertThat(pod.topicsOf("first")).isEmpty();
    }

    @Test
    void nothingIsDecidedUntilItIsKnownWhatBecameOfAnAppendThatFailed() {
        log.nobodyReads = true;
        log.answersGetLost = true;
        pod.declare("first");
        log.answersGetLost = false;
        scene.tryAgain();
        pod.declare("second");
        assertThat(scene.answers).endsWith("not the writer");

        log.readOn();
        scene.run();
        pod.declare("second");

        assertThat(scene.answers).endsWith("accepted");
        assertThat(pod.topicsOf("first")).isNotEmpty();
        assertThat(pod.topicsOf("second")).isNotEmpty();
    }

    @Test
    void aWriterThatIsReplacedBeforeItKnowsWhatBecameOfAnAppendIsNoneAnyMore() {
        log.answersGetLost = true;
        pod.declare("first");
        log.answersGetLost = false;
        scene.other("pod-1").become(NEXT_EPOCH);
        scene.tryAgain();
        int before = log.size();

        pod.declare("second");
        scene.tryAgain();

        assertThat(scene.answers).endsWith("not the writer");
        assertThat(log.size()).isEqualTo(before);
    }

    @Test
    void whatAReplacedWriterWroteIsWrittenAgainWhenItIsKnownWhatElseIsInTheLog() {
        var next = scene.other("pod-1");
        next.become(NEXT_EPOCH);
        log.answersGetLost = true;
        next.declare("first");
        log.answersGetLost = false;
        pod.delete();
        assertThat(log.keys("queue/")).containsExactly("queue/_2f/first");

        scene.tryAgain();

        assertThat(log.keys("queue/")).containsExactlyInAnyOrder("queue/_2f/first", "queue/_2f/q");
    }
}
