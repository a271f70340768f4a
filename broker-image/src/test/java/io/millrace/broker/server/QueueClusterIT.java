package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.GetResponse;
import io.millrace.broker.model.FieldTable;
import io.millrace.broker.model.FieldValue;
import io.millrace.broker.model.LongString;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.Policy;
import io.millrace.broker.topology.PolicyTerms;
import io.millrace.broker.topology.Topology;
import io.millrace.broker.topology.TopologyCommand;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three queue layers on one log: any of them serves any queue. */
class QueueClusterIT {
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
    void slotsAreSpreadOverAllPods() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(PODS.owners()).containsExactlyInAnyOrder("pod-0", "pod-1", "pod-2"));
    }

    @Test
    void podsAskEachOtherAboutThemselves() {
        assertThat(PODS.inquire(1, "how?"))
                .containsOnly(
                        Map.entry("pod-0", Optional.of("pod-0 hears how?")),
                        Map.entry("pod-1", Optional.of("pod-1 hears how?")),
                        Map.entry("pod-2", Optional.of("pod-2 hears how?")));
    }

    /** It holds every queue there was, and a channel may be silent for days. */
    @Test
    void aTopologyOfThePastIsForgottenByThoseWhoPublishedByIt() throws Exception {
        var queues = IntStream.range(0, 20).mapToObj(i -> "passing-" + i).toList();
        var connections = List.of(connect(0), connect(1), connect(2));
        var past = new ArrayList<WeakReference<Topology>>();
        try {
            var channel = connections.getFirst().createChannel();
            for (var queue : queues) {
                channel.queueDeclare(queue, true, false, false, Map.of());
            }
            for (var connection : connections) {
                var publisher = connection.createChannel();
                publisher.confirmSelect();
                publisher.basicPublish("", queues.getFirst(), null, bytes("m"));
                publisher.waitForConfirmsOrDie(PATIENCE.toMillis());
            }
            IntStream.range(0, 3).forEach(pod -> past.add(new WeakReference<>(PODS.image(pod))));

            for (var queue : queues) {
                channel.queueDelete(queue);
            }

            await().atMost(PATIENCE).until(() -> {
                System.gc();
                return past.stream().allMatch(image -> image.refersTo(null));
            });
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void publisherOwnerAndConsumerMayBeOnThreePods() throws Exception {
        var queue = PODS.queueOwnedBy("elsewhere", "pod-2");
        try (var publisher = connect(0);
                var consumer = connect(1)) {
            var out = publisher.createChannel();
            var in = consumer.createChannel();
            out.queueDeclare(queue, true, false, false, Map.of());
            out.confirmSelect();
            var got = new CopyOnWriteArrayList<String>();
            in.basicQos(10);
            in.basicConsume(
                    queue,
                    false,
                    (DeliverCallback) (tag, delivery) -> {
                        got.add(new String(delivery.getBody(), StandardCharsets.UTF_8));
                        in.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    },
                    tag -> {});
            for (int i = 0; i < 500; i++) {
                out.basicPublish("", queue, null, bytes("m" + i));
            }
            out.waitForConfirmsOrDie(PATIENCE.toMillis());

            await().atMost(PATIENCE).until(() -> got.size() == 500);
            assertThat(got)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
            await().atMost(PATIENCE).until(() -> out.queueDeclarePassive(queue).getMessageCount() == 0);
        }
    }

    @Test
    void aDeclareOnOnePodIsRefusedOnAnotherIfItDiffers() throws Exception {
        try (var one = connect(0);
                var other = connect(1)) {
            one.createChannel().queueDeclare("agreed", true, false, false, Map.of());

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(replyCode(other, "agreed")).isEqualTo(AMQP.PRECONDITION_FAILED));
        }
    }

    private static int replyCode(Connection connection, String queue) throws Exception {
        try {
            connection.createChannel().queueDeclare(queue, true, false, false, Map.of("x-message-ttl", 7));
            return AMQP.REPLY_SUCCESS;
        } catch (java.io.IOException e) {
            var cause = (com.rabbitmq.client.ShutdownSignalException) Objects.requireNonNull(e.getCause());
            return ((AMQP.Channel.Close) cause.getReason()).getReplyCode();
        }
    }

    @Test
    void aPolicyPutThroughOnePodChangesAQueueOfAnother() throws Exception {
        var queue = PODS.queueOwnedBy("ruled", "pod-2");
        try (var connection = connect(1)) {
            var channel = connection.createChannel();
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.confirmSelect();
            for (int i = 0; i < 5; i++) {
                channel.basicPublish("", queue, null, bytes("m" + i));
            }
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            var rules = FieldTable.of("pattern", LongString.of("^" + queue + "$"))
                    .with("definition", FieldTable.of("max-length", new FieldValue.Int64(2)));

            PODS.change(
                    0,
                    new TopologyCommand.PutSetting(
                            PolicyTerms.policy(Policy.Layer.USER, VirtualHostName.DEFAULT, "short", rules)));

            await().atMost(PATIENCE).until(() -> channel.messageCount(queue) == 2);
            assertThat(take(channel, queue).getBody()).isEqualTo(bytes("m3"));
        }
    }

    @Test
    void deadLettersGoToAQueueOfAnotherPod() throws Exception {
        var dead = PODS.queueOwnedBy("dead", "pod-1");
        var work = PODS.queueOwnedBy("work", "pod-2");
        try (var connection = connect(0)) {
            var channel = connection.createChannel();
            channel.queueDeclare(dead, true, false, false, Map.of());
            channel.queueDeclare(
                    work, true, false, false, Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead));
            channel.basicPublish("", work, null, bytes("poison"));
            var got = await().atMost(PATIENCE).until(() -> channel.basicGet(work, false), one -> one != null);
            channel.basicReject(got.getEnvelope().getDeliveryTag(), false);

            assertThat(take(channel, dead).getBody()).isEqualTo(bytes("poison"));
        }
    }

    /** Both pods hear of a deletion at about the same time: what the owner says of it may come to one that has forgotten the queue. */
    @Test
    void consumersOnAnotherPodHearThatTheirQueueIsDeleted() throws Exception {
        var queue = PODS.queueOwnedBy("deleted", "pod-2");
        try (var consumer = connect(1);
                var owners = connect(2)) {
            var in = consumer.createChannel();
            var out = owners.createChannel();
            var cancelled = new CopyOnWriteArrayList<String>();
            DeliverCallback ignored = (tag, delivery) -> {};
            CancelCallback atCancel = cancelled::add;
            for (int i = 0; i < 20; i++) {
                in.queueDeclare(queue, true, false, false, Map.of());
                in.basicConsume(queue, false, "consumer-" + i, ignored, atCancel);
                out.queueDelete(queue);
            }

            await().atMost(PATIENCE).until(() -> cancelled.size() == 20);
            assertThat(cancelled)
                    .containsExactlyElementsOf(IntStream.range(0, 20)
                            .mapToObj(i -> "consumer-" + i)
                            .toList());
        }
    }

    @Test
    void whatALostEdgeHeldComesBack() throws Exception {
        var queue = PODS.queueOwnedBy("edge", "pod-2");
        try (var connection = connect(0)) {
            var channel = connection.createChannel();
            channel.queueDeclare(queue, true, false, false, Map.of());
            channel.basicPublish("", queue, null, bytes("once more"));
            var doomed = connect(1);
            var held = doomed.createChannel();
            await().atMost(PATIENCE).until(() -> held.basicGet(queue, false), one -> one != null);
            doomed.abort();

            var again = take(channel, queue);
            assertThat(again.getEnvelope().isRedeliver()).isTrue();
        }
    }

    @Test
    void anAnswerGoesStraightToTheChannelThatAskedOnAnotherPod() throws Exception {
        var requests = PODS.queueOwnedBy("requests", "pod-2");
        try (var asker = connect(0);
                var server = connect(1)) {
            var in = server.createChannel();
            in.queueDeclare(requests, true, false, false, Map.of());
            var returned = new CopyOnWriteArrayList<String>();
            in.addReturnListener(back -> returned.add(back.getReplyText()));
            var out = asker.createChannel();
            var answers = new CopyOnWriteArrayList<String>();
            out.basicConsume(
                    "amq.rabbitmq.reply-to",
                    true,
                    (DeliverCallback)
                            (tag, answer) -> answers.add(new String(answer.getBody(), StandardCharsets.UTF_8)),
                    tag -> {});
            var properties = new AMQP.BasicProperties.Builder()
                    .replyTo("amq.rabbitmq.reply-to")
                    .build();
            out.basicPublish("", requests, properties, bytes("question"));
            var address = take(in, requests).getProps().getReplyTo();
            in.confirmSelect();

            for (int i = 0; i < 100; i++) {
                in.basicPublish("", address, true, null, bytes("answer " + i));
            }
            in.waitForConfirmsOrDie(PATIENCE.toMillis());

            await().atMost(PATIENCE).until(() -> answers.size() == 100);
            assertThat(answers)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 100).mapToObj(i -> "answer " + i).toList());
            assertThat(in.queueDeclarePassive(address).getConsumerCount()).isOne();
            assertThat(returned).isEmpty();

            out.close();
            in.basicPublish("", address, true, null, bytes("too late"));
            in.waitForConfirmsOrDie(PATIENCE.toMillis());

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(returned).containsExactly("NO_ROUTE"));
            assertThat(passive(server, address)).isEqualTo(AMQP.NOT_FOUND);
        }
    }

    @Test
    void aQueueThatRefusesIsFullToTheMessageWhoeverPublishes() throws Exception {
        var queue = PODS.queueOwnedBy("refusing", "pod-2");
        try (var one = connect(0);
                var other = connect(1);
                var owners = connect(2)) {
            one.createChannel()
                    .queueDeclare(
                            queue, true, false, false, Map.of("x-max-length", 50, "x-overflow", "reject-publish"));
            var confirmed = new AtomicInteger();
            var open = new ArrayList<Set<Long>>();
            for (var connection : List.of(one, other, owners)) {
                open.add(publishMany(connection.createChannel(), queue, confirmed));
            }

            await().atMost(PATIENCE).until(() -> open.stream().allMatch(Set::isEmpty));
            assertThat(confirmed).hasValue(50);
            assertThat(owners.createChannel().queueDeclarePassive(queue).getMessageCount())
                    .isEqualTo(50);
        }
    }

    /** Publishes 100 messages; returns the numbers that are not answered, and counts those that are confirmed. */
    private static Set<Long> publishMany(Channel channel, String queue, AtomicInteger confirmed) throws Exception {
        var open = new ConcurrentSkipListSet<Long>();
        channel.confirmSelect();
        channel.addConfirmListener(
                (tag, multiple) -> {
                    var answered = answered(open, tag, multiple);
                    confirmed.addAndGet(answered.size()); // before the last of them is closed
                    answered.clear();
                },
                (tag, multiple) -> answered(open, tag, multiple).clear());
        for (int i = 0; i < 100; i++) {
            open.add(channel.getNextPublishSeqNo());
            channel.basicPublish("", queue, null, bytes("m" + i));
        }
        return open;
    }

    private static Set<Long> answered(NavigableSet<Long> open, long tag, boolean multiple) {
        return multiple ? open.headSet(tag, true) : open.subSet(tag, true, tag, true);
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
}
