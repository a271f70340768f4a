package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an application on RabbitMQ's Java client needs of the broker; the other AMQP clients run the same list (e2e/clients). */
@Timeout(60)
class AmqpClientChecksIT {
    private static StandaloneBroker broker;

    private Connection connection;
    private Channel channel;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void connect() throws Exception {
        connection = factory().newConnection();
        channel = connection.createChannel();
        channel.confirmSelect();
    }

    @AfterEach
    void disconnect() {
        connection.abort();
    }

    private static ConnectionFactory factory() {
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    private static String fresh(String kind) {
        return "check-" + kind + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(GetResponse response) {
        return new String(response.getBody(), StandardCharsets.UTF_8);
    }

    private void publish(String queue, String body) throws Exception {
        channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, bytes(body));
        channel.waitForConfirmsOrDie(10_000);
    }

    private static GetResponse take(Channel from, String queue) {
        return Objects.requireNonNull(
                Awaitility.await().until(() -> from.basicGet(queue, false), response -> response != null));
    }

    @Test
    void declareAgainIsFineAndOtherwiseIsRefused() throws Exception {
        var queue = fresh("declare");
        channel.queueDeclare(queue, true, false, false, Map.of());
        channel.queueDeclare(queue, true, false, false, Map.of());

        assertThatThrownBy(() -> channel.queueDeclare(queue, true, false, false, Map.of("x-message-ttl", 1000)))
                .isInstanceOf(IOException.class)
                .cause()
                .isInstanceOfSatisfying(ShutdownSignalException.class, signal -> {
                    var close = (AMQP.Channel.Close) signal.getReason();
                    assertThat(close.getReplyCode()).isEqualTo(406);
                    assertThat(close.getReplyText())
                            .startsWith("PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue '" + queue);
                });
    }

    @Test
    void confirmsComeForEveryPublish() throws Exception {
        var queue = channel.queueDeclare(fresh("confirms"), true, false, false, Map.of())
                .getQueue();
        for (int number = 0; number < 200; number++) {
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, bytes("" + number));
        }
        channel.waitForConfirmsOrDie(10_000);

        assertThat(channel.messageCount(queue)).isEqualTo(200);
        for (int number = 0; number < 200; number++) {
            assertThat(text(take(channel, queue))).isEqualTo("" + number);
        }
    }

    @Test
    void mandatoryMessageWithoutARouteComesBack() throws Exception {
        var returned = new CompletableFuture<Return>();
        channel.addReturnListener(returned::complete);

        channel.basicPublish("", fresh("nowhere"), true, null, bytes("lost?"));

        assertThat(returned.get(10, TimeUnit.SECONDS).getReplyCode()).isEqualTo(312);
        assertThat(returned.join().getBody()).isEqualTo(bytes("lost?"));
        channel.waitForConfirmsOrDie(10_000);
    }

    @Test
    void prefetchBoundsWhatIsUnderWay() throws Exception {
        var queue = channel.queueDeclare(fresh("prefetch"), true, false, false, Map.of())
                .getQueue();
        for (int number = 0; number < 10; number++) {
            publish(queue, "" + number);
        }
        var got = new CopyOnWriteArrayList<Long>();
        channel.basicQos(3);
        channel.basicConsume(
                queue, false, (tag, delivery) -> got.add(delivery.getEnvelope().getDeliveryTag()), tag -> {});
        Awaitility.await().until(() -> got.size() == 3);
        Awaitility.await().during(500, TimeUnit.MILLISECONDS).until(() -> got.size() == 3);

        channel.basicAck(got.get(2), true);

        Awaitility.await().until(() -> got.size() == 6);
    }

    @Test
    void nackGoesToTheDeadLetterExchange() throws Exception {
        var exchange = fresh("dlx");
        channel.exchangeDeclare(exchange, "direct", true);
        var dead = channel.queueDeclare(fresh("dead"), true, false, false, Map.of())
                .getQueue();
        channel.queueBind(dead, exchange, "failed");
        Map<String, Object> arguments =
                Map.of("x-dead-letter-exchange", exchange, "x-dead-letter-routing-key", "failed");
        var work = channel.queueDeclare(fresh("work"), true, false, false, arguments)
                .getQueue();
        publish(work, "poison");

        channel.basicNack(take(channel, work).getEnvelope().getDeliveryTag(), false, false);

        var letter = take(channel, dead);
        assertThat(text(letter)).isEqualTo("poison");
        assertThat(letter.getProps().getHeaders().get("x-death"))
                .isInstanceOfSatisfying(
                        List.class, deaths -> assertThat(deaths.getFirst()).isInstanceOfSatisfying(Map.class, death -> {
                            assertThat(death.get("queue")).hasToString(work);
                            assertThat(death.get("reason")).hasToString("rejected");
                            assertThat(death.get("count")).isEqualTo(1L);
                        }));
    }

    @Test
    void unacknowledgedMessageComesAgainWhenTheSocketIsCut() throws Exception {
        var queue = channel.queueDeclare(fresh("redelivery"), true, false, false, Map.of())
                .getQueue();
        publish(queue, "again");
        var sockets = new CopyOnWriteArrayList<Socket>();
        var doomed = factory();
        doomed.setSocketConfigurator(sockets::add);
        var first = take(doomed.newConnection().createChannel(), queue);
        assertThat(first.getEnvelope().isRedeliver()).isFalse();

        sockets.getFirst().close();

        var second = take(channel, queue);
        assertThat(text(second)).isEqualTo("again");
        assertThat(second.getEnvelope().isRedeliver()).isTrue();
    }

    @Test
    void recoveringConnectionGoesOnConsumingAfterItsSocketIsCut() throws Exception {
        var sockets = new CopyOnWriteArrayList<Socket>();
        var factory = factory();
        factory.setAutomaticRecoveryEnabled(true);
        factory.setNetworkRecoveryInterval(100);
        factory.setSocketConfigurator(sockets::add);
        var got = new CopyOnWriteArrayList<String>();
        try (var recovering = factory.newConnection()) {
            var reader = recovering.createChannel();
            var queue = reader.queueDeclare(fresh("recovering"), true, false, false, Map.of())
                    .getQueue();
            reader.basicConsume(
                    queue,
                    true,
                    (tag, delivery) -> got.add(new String(delivery.getBody(), StandardCharsets.UTF_8)),
                    tag -> {});
            publish(queue, "before");
            Awaitility.await().until(() -> got.contains("before"));

            sockets.getFirst().close();
            Awaitility.await().until(() -> sockets.size() > 1);
            publish(queue, "after");

            Awaitility.await().until(() -> got.contains("after"));
        }
    }

    @Test
    void channelThatWasClosedByTheBrokerIsNotUsable() throws Exception {
        assertThatThrownBy(() -> channel.queueDeclarePassive(fresh("none"))).isInstanceOf(IOException.class);

        assertThatThrownBy(() -> channel.basicGet("any", true)).isInstanceOf(AlreadyClosedException.class);
        assertThat(connection.isOpen()).isTrue();
    }

    /** Only this client sends on while it waits. */
    @Test
    void whatIsWrongWithAMethodThatWaitedForACommitClosesTheConnection() throws Exception {
        var pipelined = connection.createChannel();
        var queue = fresh("pipelined");
        pipelined.queueDeclare(queue, false, true, true, Map.of());
        pipelined.txSelect();
        pipelined.basicPublish("", queue, null, bytes("first"));

        pipelined.asyncCompletableRpc(new AMQP.Tx.Commit.Builder().build());
        pipelined.basicPublish("", queue, false, true, null, bytes("not implemented"));

        await().atMost(Duration.ofSeconds(30)).until(() -> !connection.isOpen());
        var reason = Objects.requireNonNull(connection.getCloseReason()).getReason();
        assertThat(((AMQP.Connection.Close) reason).getReplyCode()).isEqualTo(AMQP.NOT_IMPLEMENTED);
    }
}
