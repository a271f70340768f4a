package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Order(45)
@ExtendWith(Orders.class)
class QueuesIT {
    private static final int ROUNDS = 2;

    @BeforeAll
    static void applyQueues() {
        Orders.KUBE.apply(Orders.resource("queues.yaml"));
        Orders.KUBE.awaitReady(
                "Exchange/work",
                "Exchange/work-dead",
                "Queue/jobs",
                "Queue/jobs-retry",
                "Queue/jobs-failed",
                "Queue/rpc",
                "Queue/fair",
                "Queue/cut");
    }

    @Test
    void rejectedWorkComesBackAfterAWhileAndIsGivenUpAfterSomeRounds() throws Exception {
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.basicQos(1);
            var jobs = Messages.consume(channel, "jobs");
            Messages.publish(channel, "work", "job.resize", "image");

            for (int round = 0; round < ROUNDS; round++) {
                var job = Messages.next(jobs);
                assertThat(rounds(job.getProperties())).isEqualTo(round);
                channel.basicNack(Messages.tag(job), false, false);
            }
            var last = Messages.next(jobs);
            assertThat(rounds(last.getProperties())).isEqualTo(ROUNDS);
            Messages.publish(channel, "work", "failed.resize", Messages.text(last));
            channel.basicAck(Messages.tag(last), false);

            var failed = Messages.consume(channel, "jobs-failed");
            var given = Messages.next(failed);
            assertThat(Messages.text(given)).isEqualTo("image");
            channel.basicAck(Messages.tag(given), false);
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
        try (var server = Messages.connect();
                var client = Messages.connect();
                var serving = server.createChannel();
                var calling = client.createChannel()) {
            var calls = Messages.consume(serving, "rpc");
            var replyTo = calling.queueDeclare().getQueue();
            var replies = Messages.consume(calling, replyTo);
            var id = UUID.randomUUID().toString();
            var call = new AMQP.BasicProperties.Builder()
                    .correlationId(id)
                    .replyTo(replyTo)
                    .build();

            Messages.publish(calling, "", "rpc", call, "21");
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
        try (var connection = Messages.connect();
                var slow = connection.createChannel();
                var quick = connection.createChannel();
                var publisher = connection.createChannel()) {
            slow.basicQos(1);
            quick.basicQos(1);
            var held = Messages.consume(slow, "fair");
            var done = Messages.consume(quick, "fair");
            for (int i = 0; i < 10; i++) {
                Messages.publish(publisher, "", "fair", Integer.toString(i));
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
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.queueUnbind("jobs-failed", "work", "failed.#");
            channel.queueDelete("rpc");
            channel.exchangeDelete("work-dead");

            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> {
                try (var probe = connection.createChannel()) {
                    probe.queueDeclarePassive("rpc");
                    probe.exchangeDeclarePassive("work-dead");
                    return true;
                }
            });
            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> {
                Messages.publish(channel, "work", "failed.again", "x");
                return channel.messageCount("jobs-failed") > 0;
            });
            channel.queuePurge("jobs-failed");
        }
    }

    @Test
    void aWrongPasswordIsRefused() {
        Assertions.assertThatThrownBy(() -> Messages.factory("app", "wrong").newConnection())
                .isInstanceOf(AuthenticationFailureException.class);
    }

    @Test
    void deletingTheObjectDeletesTheQueue() throws Exception {
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Queue
                metadata: { name: passing }
                spec: { cluster: { name: orders } }
                """);
        Orders.KUBE.awaitReady("Queue/passing");

        Orders.KUBE.kubectl("", "delete", "queue.millrace.io", "passing", "--timeout=60s");

        try (var connection = Messages.connect()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                try (var channel = connection.createChannel()) {
                    channel.queueDeclarePassive("passing");
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
        }
    }
}
