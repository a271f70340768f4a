package io.millrace.broker.log.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics that the queue layer keeps its own state in. Replication follows the cluster's defaults. */
final class InternalTopics {
    static final String SLOTS = "amqp.slots";
    static final String TOPOLOGY = "amqp.topology";
    static final String LETTERS = "amqp.letters";
    static final String KICK = "amqp.kick";
    static final String OWNERS = "amqp.owners";

    /** Fixed for the life of a cluster: a queue's slot is stored with it. */
    static final int SLOT_COUNT = 64;

    /** Fetchers of all pods share these. */
    static final int KICK_COUNT = 16;

    private static final Map<String, String> COMPACTED = Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", String.valueOf(64 << 20),
            "min.cleanable.dirty.ratio", "0.1",
            "unclean.leader.election.enable", "false");

    private InternalTopics() {}

    /** Creates the topic that only clusters need whose queues dead-letter in transactions. */
    static void ensureLetters(Admin admin) throws ExecutionException, InterruptedException {
        create(admin, new NewTopic(LETTERS, Optional.of(SLOT_COUNT), Optional.empty()).configs(COMPACTED));
    }

    /** Creates what is missing and gives the ownership group its short session. */
    static void ensure(Admin admin) throws ExecutionException, InterruptedException {
        create(admin, new NewTopic(SLOTS, Optional.of(SLOT_COUNT), Optional.empty()).configs(COMPACTED));
        create(admin, new NewTopic(TOPOLOGY, Optional.of(1), Optional.empty()).configs(COMPACTED));
        create(
                admin,
                new NewTopic(KICK, Optional.of(KICK_COUNT), Optional.of((short) 1))
                        .configs(Map.of(
                                "retention.ms", "60000",
                                "segment.bytes", String.valueOf(1 << 20),
                                "unclean.leader.election.enable", "false")));
        var group = new ConfigResource(ConfigResource.Type.GROUP, OWNERS);
        admin.incrementalAlterConfigs(Map.of(
                        group,
                        List.of(
                                set("consumer.session.timeout.ms", "3000"),
                                set("consumer.heartbeat.interval.ms", "500"))))
                .all()
                .get();
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    private static void create(Admin admin, NewTopic topic) throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
