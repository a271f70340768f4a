package io.millrace.broker.log.kafka;

import io.millrace.broker.log.LagLog;
import io.millrace.broker.log.LagMark;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** {@link LagLog} by Kafka's Admin client. */
final class KafkaLagLog implements LagLog {
    private final Admin admin;

    KafkaLagLog(Admin admin) {
        this.admin = admin;
    }

    @Override
    public CompletionStage<Outcome> show(String topic, Map<Integer, LagMark> marks) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        marks.forEach((partition, mark) -> offsets.put(
                new TopicPartition(topic, partition), new OffsetAndMetadata(mark.floor(), mark.metadata())));
        return admin.alterConsumerGroupOffsets(topic, offsets)
                .all()
                .toCompletionStage()
                .handle((done, failure) -> {
                    if (failure == null) {
                        return Outcome.SHOWN;
                    }
                    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause instanceof UnknownMemberIdException ? Outcome.TAKEN : Outcome.FAILED;
                });
    }
}
