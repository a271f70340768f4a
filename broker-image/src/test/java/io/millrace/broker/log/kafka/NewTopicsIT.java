package io.millrace.broker.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.launcher.FreePorts;
import io.millrace.broker.launcher.KafkaNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The controller says that a topic is there before its nodes have heard of it. */
@Timeout(120)
class NewTopicsIT {
    @Test
    void aTopicThatTheNodesHaveNotHeardOfYetIsWaitedFor(@TempDir Path data) throws Exception {
        try (var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data)) {
            node.start();
            try (var admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
                var answered = new TopicLeaders(admin).answer("late", 3).toCompletableFuture();
                assertThatThrownBy(() -> admin.listOffsets(Map.of(new TopicPartition("late", 2), OffsetSpec.latest()))
                                .all()
                                .get())
                        .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
                assertThat(answered).isNotDone();

                admin.createTopics(List.of(new NewTopic("late", Optional.of(3), Optional.empty())))
                        .all()
                        .get();

                assertThat(answered).succeedsWithin(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aTopicThatIsAskedForAMomentTooEarlyIsThere(@TempDir Path data) throws Exception {
        try (var node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data)) {
            node.start();
            try (var admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
                var topics = new KafkaTopics(admin);
                assertThat(topics.exists("never").toCompletableFuture())
                        .succeedsWithin(60, TimeUnit.SECONDS)
                        .isEqualTo(false);

                var found = topics.exists("late").toCompletableFuture();
                assertThatThrownBy(() -> admin.describeTopics(List.of("late"))
                                .allTopicNames()
                                .get())
                        .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
                assertThat(found).isNotDone();
                admin.createTopics(List.of(new NewTopic("late", Optional.of(1), Optional.empty())))
                        .all()
                        .get();

                assertThat(found).succeedsWithin(60, TimeUnit.SECONDS).isEqualTo(true);
            }
        }
    }
}
