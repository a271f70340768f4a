package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.GetResponse;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.AppliesTo;
import io.millrace.broker.topology.LogNames;
import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.TopologyCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Queues whose owner leaves: what the next one knows. */
class OwnerChangesIT {
    private static final long WORK_NANOS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ThreePods PODS = new ThreePods();

    @BeforeAll
    static void start() throws Exception {
        PODS.start();
    }

    @AfterAll
    static void stop() {
        PODS.close();
    }

    private static Connection connect(int pod) throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(PODS.amqpPort(pod));
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static GetResponse take(Channel channel, String queue) {
        return await().atMost(PATIENCE).until(() -> channel.basicGet(queue, true), response -> response != null);
    }

    @Test
    void anExpiringQueueOutlivesItsOwnerWhileItHasAConsumerAndGoesAfterIt() throws Exception {
        var queue = PODS.queueOwnedBy("expiring", "pod-1");
        try (var connection = connect(0)) {
            var channel = connection.createChannel();
            channel.queueDeclare(queue, true, false, false, Map.of("x-expires", 1_000));
            var tag = channel.basicConsume(queue, true, (DeliverCallback) (to, delivery) -> {}, to -> {});
            PODS.stopPod(1);
            await().during(Duration.ofSeconds(2))
                    .atMost(PATIENCE)
                    .until(() -> channel.queueDeclarePassive(queue).getConsumerCount() == 1);

            channel.basicCancel(tag);

            await().pollInterval(Duration.ofSeconds(2))
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(passive(connection, queue)).isEqualTo(AMQP.NOT_FOUND));
        } finally {
            PODS.startPod(1);
        }
    }

    /** The deletion of the former topic is still to come: it would be that of the new queue. */
    @Test
    void aQueueOfAFormerWritersTimeThatIsMadeAnewHasATopicOfItsOwn() throws Exception {
        int writer = PODS.ownerOf(0);
        int other = (writer + 1) % 3;
        try (var connection = connect(other)) {
            var channel = connection.createChannel();
            channel.queueDeclare("anew", true, false, false, Map.of());
            PODS.stopPod(writer);

            channel.queueDelete("anew");
            channel.queueDeclare("anew", true, false, false, Map.of());

            assertThat(PODS.queue(other, "anew").topic()).endsWith(".g2");
            channel.confirmSelect();
            channel.basicPublish("", "anew", null, bytes("m"));
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            assertThat(take(channel, "anew").getBody()).isEqualTo(bytes("m"));
        } finally {
            PODS.startPod(writer);
        }
    }

    @Test
    void aPoisonedMessageIsCountedOnByTheNextOwner() throws Exception {
        var queue = PODS.queueOwnedBy("poisoned", "pod-1");
        try (var connection = connect(0)) {
            var channel = connection.createChannel();
            var dead = channel.queueDeclare().getQueue();
            channel.queueDeclare(
                    queue,
                    true,
                    false,
                    false,
                    Map.of(
                            "x-queue-type",
                            "quorum",
                            "x-delivery-limit",
                            2,
                            "x-dead-letter-exchange",
                            "",
                            "x-dead-letter-routing-key",
                            dead));
            channel.basicPublish("", queue, null, bytes("poison"));
            assertThat(returnOne(channel, queue)).isNull();
            assertThat(returnOne(channel, queue)).isEqualTo(1L);
            PODS.stopPod(1);

            assertThat(returnOne(channel, queue)).isEqualTo(2L);

            // Owners may change once more meanwhile: what was said to the one before comes to nothing, and the message
            // back.
            var letter = await().atMost(PATIENCE)
                    .until(
                            () -> {
                                var back = channel.basicGet(queue, false);
                                if (back != null) {
                                    channel.basicNack(back.getEnvelope().getDeliveryTag(), false, true);
                                }
                                return channel.basicGet(dead, true);
                            },
                            one -> one != null);
            var death = (List<?>)
                    Objects.requireNonNull(letter.getProps().getHeaders().get("x-death"));
            assertThat(((Map<?, ?>) death.getFirst()).get("reason")).hasToString("delivery_limit");
            assertThat(channel.basicGet(queue, true)).isNull();
        } finally {
            PODS.startPod(1);
        }
    }

    /** Takes one message and returns it; how often it had come back before. */
    private static @Nullable Object returnOne(Channel channel, String queue) throws Exception {
        var got = await().atMost(PATIENCE).until(() -> channel.basicGet(queue, false), one -> one != null);
        channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
        var headers = got.getProps().getHeaders();
        return headers == null ? null : headers.get("x-delivery-count");
    }

    private static int passive(Connection connection, String queue) throws Exception {
        try {
            connection.createChannel().queueDeclarePassive(queue);
            return AMQP.REPLY_SUCCESS;
        } catch (java.io.IOException e) {
            var cause = (com.rabbitmq.client.ShutdownSignalException) Objects.requireNonNull(e.getCause());
            return ((AMQP.Channel.Close) cause.getReason()).getReplyCode();
        }
    }

    @Test
    void aMessageIdIsTakenOnceAcrossPublishersOnTwoPodsAndOwners() throws Exception {
        var queue = PODS.queueOwnedBy("once", "pod-1");
        try (var one = connect(0);
                var other = connect(2)) {
            var channels = List.of(one.createChannel(), other.createChannel());
            channels.getFirst().queueDeclare(queue, true, false, false, Map.of("x-deduplication-window", 300_000));
            for (var channel : channels) {
                channel.confirmSelect();
                publishIds(channel, queue);
            }
            assertThat(take(channels.getFirst(), queue).getProps().getMessageId())
                    .isEqualTo("id-0");
            PODS.stopPod(1);

            for (var channel : channels) {
                publishIds(channel, queue);
            }

            var ids = new ArrayList<String>();
            for (int i = 0; i < 9; i++) {
                ids.add(take(channels.getFirst(), queue).getProps().getMessageId());
            }
            assertThat(ids)
                    .containsExactlyElementsOf(
                            IntStream.range(1, 10).mapToObj(i -> "id-" + i).toList());
            assertThat(channels.getFirst().basicGet(queue, true)).isNull();
        } finally {
            PODS.startPod(1);
        }
    }

    private static void publishIds(Channel channel, String queue) throws Exception {
        for (int i = 0; i < 10; i++) {
            var properties =
                    new AMQP.BasicProperties.Builder().messageId("id-" + i).build();
            channel.basicPublish("", queue, properties, bytes("m"));
        }
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    }

    @Test
    void aPolicyOfDurabilityIsFollowedByTheNextOwner() throws Exception {
        var queue = PODS.queueOwnedBy("flushed", "pod-1");
        var topic = LogNames.queueTopic(VirtualHostName.DEFAULT, new QueueName(queue), 1);
        var policy = new Policy(
                Policy.Layer.USER,
                VirtualHostName.DEFAULT,
                "flushed",
                ResourcePattern.anywhere("^flushed"),
                AppliesTo.QUEUES,
                0,
                FieldTable.of("durability", LongString.of("fsync")));
        try (var connection = connect(0);
                var kafka = Admin.create(Map.of("bootstrap.servers", PODS.bootstrap()))) {
            connection.createChannel().queueDeclare(queue, true, false, false, Map.of());
            PODS.change(0, new TopologyCommand.PutSetting(policy));
            await().atMost(PATIENCE).until(() -> isFlushed(kafka, topic));

            PODS.stopPod(1);
            await().atMost(PATIENCE).until(() -> !PODS.owners().contains("pod-1"));
            PODS.change(0, new TopologyCommand.DeleteSetting(policy.key()));

            await().atMost(PATIENCE).until(() -> !isFlushed(kafka, topic));
        } finally {
            PODS.startPod(1);
        }
    }

    private static boolean isFlushed(Admin kafka, String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var config = Objects.requireNonNull(
                kafka.describeConfigs(List.of(resource)).all().get().get(resource));
        return config.get("flush.messages").value().equals("1");
    }

    @Test
    void aPodThatLeavesHandsItsQueuesOverAndConsumersElsewhereSeeNoDuplicates() throws Exception {
        var queue = PODS.queueOwnedBy("handover", "pod-1");
        try (var connection = connect(0)) {
            var out = connection.createChannel();
            var in = connection.createChannel();
            out.queueDeclare(queue, true, false, false, Map.of());
            out.confirmSelect();
            Set<String> seen = ConcurrentHashMap.newKeySet();
            List<String> twice = new CopyOnWriteArrayList<>();
            in.basicQos(20);
            in.basicConsume(
                    queue,
                    false,
                    (DeliverCallback) (tag, delivery) -> {
                        var body = new String(delivery.getBody(), StandardCharsets.UTF_8);
                        if (!seen.add(body)) {
                            twice.add(body);
                        }
                        LockSupport.parkNanos(
                                WORK_NANOS); // so that the pod leaves amid deliveries and acknowledgements
                        in.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
            var sent = new ArrayList<String>();
            for (int i = 0; i < 2_000; i++) {
                if (i == 1_000) {
                    await().atMost(PATIENCE).until(() -> seen.size() > 50);
                    PODS.stopPod(1);
                }
                out.basicPublish("", queue, null, bytes("m" + i));
                sent.add("m" + i);
            }
            out.waitForConfirmsOrDie(PATIENCE.toMillis());

            await().atMost(PATIENCE).until(() -> seen.size() == sent.size());
            assertThat(twice).isEmpty();
            assertThat(PODS.owners()).doesNotContain("pod-1");
        } finally {
            PODS.startPod(1);
        }
    }
}
