package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The users of the examples may do what their files say, on both protocols, and nothing else. */
@Order(49)
@OnOrders
class AccessIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void aUserReadsTheTopicsItMayReadAndWritesToItsOwn() throws Exception {
        Examples.apply("user-access.yaml");
        var settings = Orders.client("billing");
        Records.send(1, i -> new ProducerRecord<>("order-events", "key", "to be billed"));

        try (var admin = Admin.create(settings)) {
            await("billing to make a topic of its own")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> {
                        admin.createTopics(List.of(new NewTopic("billing-done", 1, (short) 3)))
                                .all()
                                .get();
                        return true;
                    });
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic("shipping-done", 1, (short) 3)))
                            .all()
                            .get())
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        Records.through(settings, "billing-done");
        Records.awaitValue(settings, "order-events", "to be billed");
        assertThatThrownBy(() -> Records.through(settings, "order-events"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> join(settings, "shipping")).isInstanceOf(GroupAuthorizationException.class);
    }

    private static void join(Map<String, Object> settings, String group) {
        settings.put("group.id", group);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("order-events"));
            consumer.poll(PATIENCE);
        }
    }

    /** All that an application needs is in the Secret. */
    @Test
    void aUserHasTheQueuesItsPatternNames() throws Exception {
        Examples.apply("user-access.yaml");
        var factory = new ConnectionFactory();
        factory.setUri(Orders.KUBE.secret("billing-credentials", "uri"));
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            channel.queueDeclare("billing.work", true, false, false, Map.of());
            channel.queueBind("billing.work", "orders", "order.*.cancelled");
            Messages.through(connection, "", "billing.work", "billing.work");
            Messages.through(connection, "orders", "order.9.cancelled", "billing.work");
            channel.queueDelete("billing.work");
        }
    }

    enum Forbidden {
        DECLARE_ANOTHER_QUEUE {
            @Override
            void attempt(Channel channel) throws IOException {
                channel.queueDeclare("shipping.work", true, false, false, Map.of());
            }
        },
        READ_FROM_ANOTHER_QUEUE {
            @Override
            void attempt(Channel channel) throws IOException {
                channel.basicGet("invoices", true);
            }
        },
        DELETE_AN_EXCHANGE_IT_PUBLISHES_TO {
            @Override
            void attempt(Channel channel) throws IOException {
                channel.exchangeDelete("orders");
            }
        };

        abstract void attempt(Channel channel) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Forbidden.class)
    void whatAUserMayNotDoIsRefused(Forbidden forbidden) throws Exception {
        Examples.apply("user-access.yaml");
        try (var connection = connect("billing", Orders.BROKERS.password("billing"))) {
            var channel = connection.createChannel();

            assertThatThrownBy(() -> forbidden.attempt(channel))
                    .satisfies(refusal -> assertThat(replyCode(refusal)).isEqualTo(AMQP.ACCESS_REFUSED));
        }
    }

    private static Connection connect(String user, String password) throws Exception {
        return Messages.factory(user, password).newConnection();
    }

    private static int replyCode(Throwable refusal) {
        return refusal.getCause() instanceof ShutdownSignalException signal
                        && signal.getReason() instanceof AMQP.Channel.Close close
                ? close.getReplyCode()
                : 0;
    }

    /** Its password is the one in the Secret of its owner, also after a change; it has no right in any virtual host. */
    @Test
    void aUserLogsInWithThePasswordOfItsOwnSecret() throws Exception {
        Examples.apply("user-own-secret.yaml");
        awaitLogin("reporting", "change-me-before-use");
        assertThatThrownBy(() -> connect("reporting", "change-me-before-use")).isInstanceOf(IOException.class);
        Records.send(1, i -> new ProducerRecord<>("order-events", "key", "to be reported"));
        Records.awaitValue(Orders.client("reporting", "change-me-before-use"), "order-events", "to be reported");

        Orders.KUBE.apply("""
                apiVersion: v1
                kind: Secret
                metadata: { name: reporting-password }
                stringData: { password: changed }
                """);

        awaitLogin("reporting", "changed");
        await("the old password to be refused")
                .atMost(PATIENCE)
                .until(() -> overview("reporting", "change-me-before-use"), code -> code == 401);
    }

    /** Waits until a password is taken by Kafka and by the management API. */
    private static void awaitLogin(String user, String password) {
        await(user + " to log in").atMost(PATIENCE).ignoreExceptions().until(() -> {
            try (var admin = Admin.create(Orders.client(user, password))) {
                return !admin.listTopics().names().get().isEmpty() && overview(user, password) == 200;
            }
        });
    }

    private static int overview(String user, String password) throws Exception {
        return Brokers.http(Orders.BROKERS.external("management"), user, password, "GET", "/api/overview", "")
                .statusCode();
    }
}
