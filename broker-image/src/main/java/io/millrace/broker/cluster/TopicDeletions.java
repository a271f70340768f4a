package io.millrace.broker.cluster;

import io.millrace.broker.log.Topics;
import io.millrace.broker.log.TopologyLog;
import io.millrace.broker.topology.LeftTopic;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the topics that queues have left, however often that fails. Each is noted in the topology log until Kafka has deleted it, so that the next writer goes on where
 * this one ends; as long as it is tried, the name counts as just used, and a queue declared under it gets another topic. On the writer's thread.
 */
final class TopicDeletions {
    private static final Logger LOG = LoggerFactory.getLogger(TopicDeletions.class);
    private static final long FIRST_RETRY_MS = 500;

    /** Far below the time after which a name is as good as new. */
    private static final long LAST_RETRY_MS = 60_000;

    /** What there is to know of the writer; on its thread. */
    interface Writer {
        /** Whether this pod writes the topology, by the claim of this epoch. */
        boolean writes(long epoch);

        /** Whether a queue has its messages in the topic nevertheless: the note of it was written, and then not the change. */
        boolean needs(LeftTopic topic);
    }

    /** Runs something after a while. */
    interface Later {
        void after(long ms, Runnable task);
    }

    private record UnderWay(LeftTopic topic, long epoch) {}

    private final Executor thread;
    private final Later later;
    private final TopologyLog log;
    private final Topics topics;
    private final FormerLives lives;
    private final Writer writer;
    private final Set<UnderWay> underWay = new HashSet<>();

    TopicDeletions(Executor thread, Later later, TopologyLog log, Topics topics, FormerLives lives, Writer writer) {
        this.thread = thread;
        this.later = later;
        this.log = log;
        this.topics = topics;
        this.lives = lives;
        this.writer = writer;
    }

    /** Deletes a topic that is noted in the log, unless the writer of this epoch is replaced before, or is at it. */
    void begin(LeftTopic topic, long epoch) {
        if (underWay.add(new UnderWay(topic, epoch))) {
            attempt(topic, epoch, FIRST_RETRY_MS);
        }
    }

    private void attempt(LeftTopic topic, long epoch, long retryMs) {
        if (!writer.writes(epoch)) {
            underWay.remove(new UnderWay(topic, epoch)); // the next one finds the note
            return;
        }
        lives.touched(topic.name(), topic.life());
        CompletionStage<Void> deleted = writer.needs(topic) ? CompletableFuture.allOf() : topics.delete(topic.topic());
        deleted.thenCompose(_ -> log.append(epoch, List.of(new TopologyLog.Entry(topic.key(), null))))
                .whenComplete((_, failure) -> thread.execute(() -> attempted(topic, epoch, retryMs, failure)));
    }

    private void attempted(LeftTopic topic, long epoch, long retryMs, @Nullable Throwable failure) {
        lives.touched(topic.name(), topic.life());
        if (failure != null) {
            if (retryMs == FIRST_RETRY_MS) {
                LOG.warn("topic {} is deleted later: {}", topic.topic(), failure.toString());
            } else {
                LOG.debug("topic {} is deleted later: {}", topic.topic(), failure.toString());
            }
            long nextMs = Math.min(2 * retryMs, LAST_RETRY_MS);
            later.after(retryMs, () -> thread.execute(() -> attempt(topic, epoch, nextMs)));
        } else {
            underWay.remove(new UnderWay(topic, epoch));
            if (retryMs > FIRST_RETRY_MS) {
                LOG.info("topic {} is deleted", topic.topic());
            }
        }
    }
}
