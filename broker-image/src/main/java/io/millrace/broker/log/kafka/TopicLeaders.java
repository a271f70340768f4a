package io.millrace.broker.log.kafka;

import java.util.HashMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Waits for the leaders of a new topic: a batch that comes before one is ready is refused and sent again; one behind it that is taken meanwhile makes its sequence
 * number wrong for ever, for a new partition takes any as the first.
 */
final class TopicLeaders {
    private static final AskAgain UNTIL_KNOWN =
            new AskAgain(TimeUnit.SECONDS.toMillis(30), RetriableException.class::isInstance);

    private final Admin admin;

    TopicLeaders(Admin admin) {
        this.admin = admin;
    }

    /** Ends when the leader of each partition answers; fails when one does not for 30 s. */
    CompletionStage<Void> answer(String topic, int partitions) {
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        return UNTIL_KNOWN
                .until(() -> admin.listOffsets(ends).all().toCompletionStage())
                .thenAccept(known -> {});
    }
}
