package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Actor;
import io.millrace.broker.topology.TopologyCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Queues that are changed while they are used, from three pods. */
class QueueChangesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BACKLOG = 2_000;
    private static final int CONFIRMED_TOGETHER = 20;
    private static final FieldTable PRIORITIES = FieldTable.of("x-max-priority", new FieldValue.Int32(5));
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

    private static void change(int pod, String queue, FieldTable arguments) {
        PODS.change(
                pod,
                new TopologyCommand.ChangeQueue(new Actor("guest", null), VirtualHostName.DEFAULT, queue, arguments));
    }

    private static void awaitMoved(String queue) {
        await().atMost(PATIENCE).until(() -> {
            var history = PODS.queue(0, queue).history();
            return history.switched() && history.formerLogs().isEmpty();
        });
    }

    private static AMQP.BasicProperties priority(int priority) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .priority(priority)
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Publishes numbered messages with confirms until told to stop. */
    private static final class Publisher implements AutoCloseable {
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicInteger confirmed = new AtomicInteger();
        private final CompletableFuture<Void> running;

        Publisher(int pod, String queue, String name) {
            running = CompletableFuture.runAsync(
                    () -> {
                        try (var connection = connect(pod);
                                var channel = connection.createChannel()) {
                            channel.confirmSelect();
                            while (!stopped.get()) {
                                publish(channel, queue, name, confirmed.get(), CONFIRMED_TOGETHER);
                                channel.waitForConfirmsOrDie();
                                confirmed.addAndGet(CONFIRMED_TOGETHER);
                            }
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    Thread.ofPlatform()::start);
        }

        void awaitConfirmed(int more) {
            int now = confirmed.get();
            await().atMost(PATIENCE).until(() -> confirmed.get() >= now + more || running.isDone());
        }

        void stop() {
            stopped.set(true);
            running.join();
        }

        @Override
        public void close() {
            stop();
        }
    }

    private static void publish(Channel channel, String queue, String name, int from, int count) throws Exception {
        for (int number = from; number < from + count; number++) {
            channel.basicPublish("", queue, priority(0), bytes(name + " " + number));
        }
    }

    /** Takes and acknowledges all that comes. */
    private static List<String> consume(Channel channel, String queue, AtomicInteger cancelled) throws Exception {
        var taken = new CopyOnWriteArrayList<String>();
        channel.basicQos(50);
        channel.basicConsume(
                queue,
                false,
                (DeliverCallback) (tag, delivery) -> {
                    taken.add(new String(delivery.getBody(), StandardCharsets.UTF_8));
                    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                },
                tag -> cancelled.incrementAndGet());
        return taken;
    }

    private static List<String> expected(String name, int count) {
        return IntStream.range(0, count).mapToObj(number -> name + " " + number).toList();
    }

    private static List<String> of(List<String> taken, String name) {
        return taken.stream().filter(text -> text.startsWith(name + " ")).toList();
    }

    @Test
    void aQueueGetsPriorityLevelsUnderLoadAndNothingIsLostDoubledOrOutOfOrder() throws Exception {
        var queue = PODS.queueOwnedBy("moving", "pod-1");
        var cancelled = new AtomicInteger();
        try (var connection = connect(2);
                var channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.confirmSelect();
            publish(channel, queue, "old", 0, BACKLOG);
            channel.waitForConfirmsOrDie();
            try (var here = new Publisher(1, queue, "owner");
                    var elsewhere = new Publisher(0, queue, "edge")) {
                var taken = consume(channel, queue, cancelled);
                elsewhere.awaitConfirmed(100);

                change(0, queue, PRIORITIES);

                elsewhere.awaitConfirmed(300);
                here.awaitConfirmed(100);
                here.stop();
                elsewhere.stop();
                int all = BACKLOG + here.confirmed.get() + elsewhere.confirmed.get();
                await().atMost(PATIENCE).until(() -> taken.size() >= all);
                assertThat(of(taken, "old")).isEqualTo(expected("old", BACKLOG));
                assertThat(of(taken, "owner")).isEqualTo(expected("owner", here.confirmed.get()));
                assertThat(of(taken, "edge")).isEqualTo(expected("edge", elsewhere.confirmed.get()));
            }
            awaitMoved(queue);
            assertThat(cancelled).hasValue(0);
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.queueDeclare(queue, true, false, false, Map.of("x-max-priority", 5));
        }
    }

    @Test
    void theOwnerLeavesInTheMidstAndTheNextOneServesBothTopics() throws Exception {
        var queue = PODS.queueOwnedBy("leaving", "pod-1");
        try (var connection = connect(2);
                var channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.confirmSelect();
            publish(channel, queue, "old", 0, 50);
            channel.waitForConfirmsOrDie();
            change(2, queue, PRIORITIES);
            publish(channel, queue, "new", 0, 50);
            channel.waitForConfirmsOrDie();

            PODS.stopPod(1);

            var taken = consume(channel, queue, new AtomicInteger());
            await().atMost(PATIENCE).until(() -> taken.size() >= 100);
            assertThat(of(taken, "old")).isEqualTo(expected("old", 50));
            assertThat(of(taken, "new")).isEqualTo(expected("new", 50));
            assertThat(taken.subList(0, 50)).allMatch(text -> text.startsWith("old "));
            awaitMoved(queue);
        } finally {
            PODS.startPod(1);
        }
    }

    @Test
    void whatIsUrgentOvertakesTheBacklogAtOnce() throws Exception {
        var queue = PODS.queueOwnedBy("urgent", "pod-0");
        try (var connection = connect(1);
                var channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            publish(channel, queue, "old", 0, 100);
            change(1, queue, PRIORITIES);
            await().atMost(PATIENCE).until(() -> PODS.queue(0, queue).history().switched());
            channel.basicPublish("", queue, priority(5), bytes("urgent"));
            channel.basicPublish("", queue, priority(0), bytes("last"));

            assertThat(take(channel, queue, 102)).startsWith("urgent", "old 0").endsWith("old 99", "last");
        }
    }

    @Test
    void aChangeIsTakenBackWhileMessagesOfAllItsTimesAreThere() throws Exception {
        var queue = PODS.queueOwnedBy("back", "pod-2");
        try (var connection = connect(1);
                var channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            var inOrder = new ArrayList<>(expected("first", 10));
            inOrder.addAll(expected("second", 10));
            inOrder.addAll(expected("third", 10));
            for (int again = 0; again < 3; again++) {
                publish(channel, queue, "first", 0, 10);
                change(1, queue, PRIORITIES);
                publish(channel, queue, "second", 0, 10);
                await().atMost(PATIENCE)
                        .until(() -> PODS.queue(1, queue).history().switched());
                change(1, queue, FieldTable.EMPTY);
                publish(channel, queue, "third", 0, 10);

                assertThat(take(channel, queue, 30)).isEqualTo(inOrder);
                awaitMoved(queue);
            }
        }
    }

    @Test
    void aClassicQueueBecomesAQuorumQueueThatCountsDeliveries() throws Exception {
        var queue = PODS.queueOwnedBy("typed", "pod-1");
        try (var connection = connect(0);
                var channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.basicPublish("", queue, priority(0), bytes("poison"));

            change(
                    0,
                    queue,
                    FieldTable.of("x-queue-type", LongString.of("quorum"))
                            .with("x-delivery-limit", new FieldValue.Int32(1)));

            for (int delivery = 0; delivery < 2; delivery++) {
                var got = await().atMost(PATIENCE).until(() -> channel.basicGet(queue, false), one -> one != null);
                channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
            }
            await().atMost(PATIENCE)
                    .until(() -> channel.queueDeclarePassive(queue).getMessageCount() == 0);
        }
    }

    @Test
    void aQueueBeginsToTakeEachIdOnceAndKnowsThoseFromBefore() throws Exception {
        var queue = PODS.queueOwnedBy("once", "pod-0");
        try (var connection = connect(2);
                var channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.confirmSelect();
            var paid = new AMQP.BasicProperties.Builder().messageId("payment-1").build();
            channel.basicPublish("", queue, paid, bytes("before"));
            channel.waitForConfirmsOrDie();

            change(2, queue, FieldTable.of("x-deduplication-window", new FieldValue.Int32(60_000)));

            channel.basicPublish("", queue, paid, bytes("again"));
            channel.basicPublish("", queue, priority(0), bytes("last"));
            channel.waitForConfirmsOrDie();
            assertThat(take(channel, queue, 2)).containsExactly("before", "last");
        }
    }

    /** Takes so many; what comes again because the queue's slot moves to a pod that has just started, is taken once. */
    private static List<String> take(Channel channel, String queue, int count) throws Exception {
        var taken = new LinkedHashSet<String>();
        while (taken.size() < count) {
            var got = await().atMost(PATIENCE).until(() -> channel.basicGet(queue, false), one -> one != null);
            boolean isNew = taken.add(new String(got.getBody(), StandardCharsets.UTF_8));
            assertThat(isNew || got.getEnvelope().isRedeliver()).isTrue();
            channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
        }
        return List.copyOf(taken);
    }
}
