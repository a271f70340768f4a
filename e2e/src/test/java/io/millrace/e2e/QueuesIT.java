package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(45)
@OnOrders
class QueuesIT {
    private static final int ROUNDS = 2;

    /** Of the drift test alone: it takes away what others could be using. */
    private static final String DRIFTING = """
            apiVersion: millrace.io/v1alpha1
            kind: Exchange
            metadata: { name: drift-source }
            spec: { cluster: { name: orders }, type: topic }
            ---
            apiVersion: millrace.io/v1alpha1
            kind: Exchange
            metadata: { name: drift-between }
            spec:
              cluster: { name: orders }
              type: fanout
              bindings: [{ exchange: drift-source, routingKey: "far.#" }]
            ---
            apiVersion: millrace.io/v1alpha1
            kind: Queue
            metadata: { name: drift-near }
            spec:
              cluster: { name: orders }
              bindings: [{ exchange: drift-source, routingKey: "near.#" }]
            ---
            apiVersion: millrace.io/v1alpha1
            kind: Queue
            metadata: { name: drift-far }
            spec:
              cluster: { name: orders }
              bindings: [{ exchange: drift-between }]
            """;

    @Test
    void rejectedWorkComesBackAfterAWhileAndIsGivenUpAfterSomeRounds() throws Exception {
        Examples.apply("patterns/retry-ladder.yaml");
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.basicQos(1);
            var jobs = Messages.consume(channel, "jobs");
            Messages.publish(channel, "jobs", "job", "image");

            for (int round = 0; round < ROUNDS; round++) {
                var job = Messages.next(jobs);
                assertThat(rounds(job.getProperties())).isEqualTo(round);
                channel.basicNack(Messages.tag(job), false, false);
            }
            var last = Messages.next(jobs);
            assertThat(rounds(last.getProperties())).isEqualTo(ROUNDS);
            Messages.publish(channel, "jobs", "failed", Messages.text(last));
            channel.basicAck(Messages.tag(last), false);

            assertThat(Messages.take(channel, "jobs-failed")).isEqualTo("image");
        }
    }

    /** How often the message was rejected from {@code jobs}, by its header x-death. */
    private static long rounds(AMQP.BasicProperties properties) {
        var headers = properties.getHeaders();
        if (headers == null || !(headers.get("x-death") instanceof List<?> deaths)) {
            return 0;
        }
        return deaths.stream()
                .map(Map.class::cast)
                .filter(death -> "jobs".equals(String.valueOf(death.get("queue"))))
                .filter(death -> "rejected".equals(String.valueOf(death.get("reason"))))
                .mapToLong(death -> Long.parseLong(String.valueOf(death.get("count"))))
                .sum();
    }

    @Test
    void aCallIsAnsweredToAnExclusiveQueue() throws Exception {
        Examples.apply("patterns/rpc.yaml");
        try (var server = Messages.connect();
                var client = Messages.connect();
                var serving = server.createChannel();
                var calling = client.createChannel()) {
            var calls = Messages.consume(serving, "price-requests");
            var replyTo = calling.queueDeclare().getQueue();
            var replies = Messages.consume(calling, replyTo);
            var id = UUID.randomUUID().toString();
            var call = new AMQP.BasicProperties.Builder()
                    .correlationId(id)
                    .replyTo(replyTo)
                    .build();

            Messages.publish(calling, "", "price-requests", call, "21");
            var question = Messages.next(calls);
            var answer = Integer.toString(2 * Integer.parseInt(Messages.text(question)));
            var correlation = new AMQP.BasicProperties.Builder()
                    .correlationId(question.getProperties().getCorrelationId())
                    .build();
            Messages.publish(serving, "", question.getProperties().getReplyTo(), correlation, answer);
            serving.basicAck(Messages.tag(question), false);

            var reply = Messages.next(replies);
            assertThat(Messages.text(reply)).isEqualTo("42");
            assertThat(reply.getProperties().getCorrelationId()).isEqualTo(id);
        }
    }

    @Test
    void consumersWithPrefetchOneShareTheWork() throws Exception {
        Examples.apply("patterns/competing-consumers.yaml");
        try (var connection = Messages.connect();
                var slow = connection.createChannel();
                var quick = connection.createChannel();
                var publisher = connection.createChannel()) {
            slow.basicQos(1);
            quick.basicQos(1);
            var held = Messages.consume(slow, "resize-images");
            var done = Messages.consume(quick, "resize-images");
            for (int i = 0; i < 10; i++) {
                Messages.publish(publisher, "", "resize-images", Integer.toString(i));
            }

            var stuck = Messages.next(held);
            for (int i = 0; i < 9; i++) {
                quick.basicAck(Messages.tag(Messages.next(done)), false);
            }

            assertThat(held).isEmpty();
            slow.basicAck(Messages.tag(stuck), false);
        }
    }

    @Test
    void whatAConsumerHeldIsDeliveredAgainWhenItsConnectionIsCut() throws Exception {
        Orders.queue("cut");
        var cut = Messages.connect();
        var first = cut.createChannel();
        var held = Messages.consume(first, "cut");
        Messages.publish(first, "", "cut", "precious");
        assertThat(Messages.next(held).getEnvelope().isRedeliver()).isFalse();

        cut.abort();

        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            var again = Messages.next(Messages.consume(channel, "cut"));
            assertThat(Messages.text(again)).isEqualTo("precious");
            assertThat(again.getEnvelope().isRedeliver()).isTrue();
            channel.basicAck(Messages.tag(again), false);
        }
    }

    @Test
    void whatIsRemovedBehindTheOperatorsBackComesBack() throws Exception {
        Orders.KUBE.apply(DRIFTING);
        Orders.KUBE.awaitReady(Examples.objects(DRIFTING));
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.queueUnbind("drift-near", "drift-source", "near.#");
            channel.queueDelete("drift-far");
            awaitRouted(connection, "near.1", "drift-near");
            awaitRouted(connection, "far.1", "drift-far");

            channel.exchangeDelete("drift-between");
            awaitRouted(connection, "far.2", "drift-far");

            channel.exchangeDelete("drift-source");
            awaitRouted(connection, "near.3", "drift-near");
            awaitRouted(connection, "far.3", "drift-far");
        }
    }

    /** Publishes until a message comes out of the queue it is to be routed to. */
    private static void awaitRouted(Connection connection, String routingKey, String queue) {
        await(routingKey + " in " + queue)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(() -> {
                    try (var channel = connection.createChannel()) {
                        Messages.publish(channel, "drift-source", routingKey, routingKey);
                        var got = channel.basicGet(queue, true);
                        return got != null
                                && routingKey.equals(got.getEnvelope().getRoutingKey());
                    }
                });
    }

    @Test
    void aWrongPasswordIsRefused() {
        Assertions.assertThatThrownBy(() -> Messages.factory("app", "wrong").newConnection())
                .isInstanceOf(AuthenticationFailureException.class);
    }

    @Test
    void deletingTheObjectDeletesTheQueue() throws Exception {
        Orders.queue("passing");

        Orders.KUBE.delete("queue.millrace.io/passing");

        awaitRefused(channel -> channel.queueDeclarePassive("passing"));
    }

    @Test
    void deletingTheObjectDeletesTheExchange() throws Exception {
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Exchange
                metadata: { name: passing }
                spec: { cluster: { name: orders }, type: fanout }
                """);
        Orders.KUBE.awaitReady("Exchange/passing");

        Orders.KUBE.delete("exchange.millrace.io/passing");

        awaitRefused(channel -> channel.exchangeDeclarePassive("passing"));
    }

    private interface Declaration {
        void on(Channel channel) throws IOException;
    }

    /** Waits until a passive declaration says that there is no such thing. */
    private static void awaitRefused(Declaration declaration) throws Exception {
        try (var connection = Messages.connect()) {
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                var channel = connection.createChannel();
                try {
                    declaration.on(channel);
                    channel.close();
                    return false;
                } catch (IOException e) {
                    return e.getCause() instanceof ShutdownSignalException refusal
                            && refusal.getReason() instanceof AMQP.Channel.Close close
                            && close.getReplyCode() == AMQP.NOT_FOUND;
                }
            });
        }
    }
}
