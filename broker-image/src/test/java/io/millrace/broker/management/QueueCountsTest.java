package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What queues tell, as lists are made of it. */
class QueueCountsTest {
    private static final int PATIENCE_S = 10;

    private final List<CompletableFuture<Optional<String>>> asked =
            List.of(new CompletableFuture<>(), new CompletableFuture<>());

    @Test
    void aListIsNotMadeOnTheLoopThatAnswersLast() throws Exception {
        var listed = QueueCounts.all(asked).thenApply(counts -> Thread.currentThread());
        asked.forEach(count -> count.complete(Optional.of("5 messages")));

        var thread = listed.toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);

        assertThat(thread.isVirtual()).isTrue();
    }

    @Test
    void whoDoesNotAnswerIsLeftOut() throws Exception {
        var listed = QueueCounts.all(asked);
        asked.getLast().complete(Optional.of("5 messages"));

        assertThat(listed.toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS))
                .containsExactly(Optional.empty(), Optional.of("5 messages"));
    }
}
