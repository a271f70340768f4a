package io.millrace.broker.log;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Where queues show how far they are settled: as committed offsets of a consumer group that has the name of the queue's topic and no members, so that every Kafka tool
 * shows a queue's lag. Only a view: nobody reads it back.
 */
public interface LagLog {
    /** Commits what is shown of the partitions of one topic; the stage ends with what became of it, never with a failure. */
    CompletionStage<Outcome> show(String topic, Map<Integer, LagMark> marks);

    /** What became of a commit. */
    enum Outcome {
        SHOWN,
        /** To be tried again. */
        FAILED,
        /** The group has members: somebody consumes under the queue's name. */
        TAKEN
    }
}
