package io.millrace.broker.log;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Topics as the queue layer makes and removes them. */
public interface Topics {
    /**
     * Creates a queue's topic, on the nodes of the queue's slot; done also if it exists. The stage ends when a producer can write to it.
     *
     * @param flushed whether each message is flushed to disk before it counts
     */
    CompletionStage<Void> createQueueTopic(String topic, int slot, int partitions, boolean flushed);

    /**
     * Creates a stream's topic; done also if it exists. The stage ends when a producer can write to it.
     *
     * @param flushed whether each message is flushed to disk before it counts
     */
    CompletionStage<Void> createStreamTopic(String topic, Retention retention, boolean flushed);

    /**
     * Lets every replica of these topics flush each message to disk before it counts (true), or when its operating system likes (false); a topic that is so
     * already is left alone. The stage ends with the topics for which this was done or that are gone, never with a failure.
     */
    CompletionStage<Set<String>> flush(Map<String, Boolean> topics);

    /** Lets nobody write to a topic any more; the leaders of its partitions hear of it within a moment. */
    CompletionStage<Void> close(String topic);

    /** Deletes a topic and what {@link LagLog} shows of it; done also if it is gone. */
    CompletionStage<Void> delete(String topic);

    /** The log's start and end (exclusive) of each partition that exists. */
    CompletionStage<Map<LogPart, Range>> ranges(Collection<LogPart> parts);

    /** Whether there is such a topic, whoever made it. One that was just made may be unknown for a moment: only after some seconds the answer is no. */
    CompletionStage<Boolean> exists(String topic);

    /** The log's end (exclusive) of each partition that exists. */
    CompletionStage<Map<LogPart, Long>> ends(Collection<LogPart> parts);

    /** The offset of the first record of each partition that is not older than a time (milliseconds since the epoch); the log's end if there is none. */
    CompletionStage<Map<LogPart, Long>> offsetsAt(Map<LogPart, Long> timesMs);

    /**
     * Deletes what lies below an offset in partitions; the log frees what it can of that. The stage ends with the partitions for which this was done
     * or that are gone, never with a failure.
     */
    CompletionStage<Set<LogPart>> deleteRecords(Map<LogPart, Long> offsets);

    /**
     * How much of a topic is kept: whole segments go, never the one that is written.
     *
     * @param bytes absent if there may be any number of them
     * @param ageMs absent if they may be of any age
     */
    record Retention(OptionalLong bytes, OptionalLong ageMs, long segmentBytes) {}

    /** Offsets from {@code start} (inclusive) to {@code end} (exclusive). */
    record Range(long start, long end) {}
}
