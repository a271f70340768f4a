package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EdgeProgressTest {
    private static final int FOR_EVER_MS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AtomicInteger ran = new AtomicInteger();
    private final EdgeProgress progress = new EdgeProgress("log", FOR_EVER_MS);

    @Test
    void waitsForNobodyWhenNobodyIsThere() {
        progress.whenApplied(5, ran::incrementAndGet);

        assertThat(ran).hasValue(1);
    }

    @Test
    void waitsForTheSlowestLink() {
        progress.connected("link-1", "pod-1");
        progress.connected("link-2", "pod-2");
        progress.whenApplied(5, ran::incrementAndGet);
        progress.applied("link-1", 7);
        progress.applied("link-2", 4);
        assertThat(ran).hasValue(0);

        progress.applied("link-2", 5);

        assertThat(ran).hasValue(1);
    }

    @Test
    void waitsForAPodThatIsExpectedAndHasNoLinkYet() {
        progress.expect(Set.of("pod-1"));
        progress.whenApplied(5, ran::incrementAndGet);
        progress.connected("link-1", "pod-1");
        assertThat(ran).hasValue(0);

        progress.applied("link-1", 5);

        assertThat(ran).hasValue(1);
    }

    @Test
    void aPodThatIsLinkedIsNotExpectedOnceMore() {
        progress.connected("link-1", "pod-1");
        progress.applied("link-1", 5);
        progress.expect(Set.of("pod-1"));

        progress.whenApplied(5, ran::incrementAndGet);

        assertThat(ran).hasValue(1);
    }

    @Test
    void aPodThatGoesHoldsNobodyUp() {
        progress.connected("link-1", "pod-1");
        progress.whenApplied(5, ran::incrementAndGet);

        progress.gone("link-1");

        assertThat(ran).hasValue(1);
    }

    @Test
    void anExpectedPodThatDoesNotComeIsWaitedForOnce() {
        var impatient = new EdgeProgress("log", 1);
        impatient.expect(Set.of("dead"));
        impatient.whenApplied(5, ran::incrementAndGet);
        await().atMost(PATIENCE).until(() -> ran.get() == 1);

        impatient.whenApplied(6, ran::incrementAndGet);

        assertThat(ran).hasValue(2);
    }
}
