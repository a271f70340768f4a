package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Delivery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Examples that expect a cluster {@code orders}: applied to it as they are, and used. */
@Order(48)
@OnOrders
class ExamplesIT {
    private static final String TICKETS = """
            apiVersion: millrace.io/v1alpha1
            kind: Queue
            metadata: { name: tickets }
            spec: { cluster: { name: orders }, type: %s }
            """;

    static Stream<Arguments> topics() {
        return Stream.of(
                Arguments.of("topic-compacted.yaml", "prices"), Arguments.of("topic-retention.yaml", "Web_Clicks"));
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aRecordGoesThroughTheTopic(String file, String topic) throws Exception {
        Examples.apply(file);

        Records.through(topic);
    }

    @Test
    void anObservedTopicIsReadyOnceSomebodyHasMadeItAndIsLeftAlone() throws Exception {
        Orders.KUBE.apply(Examples.read("topic-observed.yaml"));
        Orders.KUBE.awaitNotReady("Topic", "legacy-orders", "NotThere");
        try (var admin = Orders.admin()) {
            admin.createTopics(List.of(new NewTopic("legacy-orders", 4, (short) 3)))
                    .all()
                    .get();
            Orders.KUBE.awaitReady("Topic/legacy-orders");
            Records.through("legacy-orders");

            Orders.KUBE.delete("topic.millrace.io/legacy-orders");

            assertThat(admin.listTopics().names().get()).contains("legacy-orders");
        }
    }

    @Test
    void whatIsPublishedToAnExchangeIsARecordOfTheTopic() throws Exception {
        Examples.apply("topic-fed-by-exchange.yaml");

        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            Messages.publish(channel, "sensors", "kitchen.temperature", "21.5");
        }

        Records.awaitValue(Orders.client("app"), "sensor-history", "21.5");
    }

    @Test
    void newsOfEuropeAreNewsOfTheWorld() throws Exception {
        Examples.apply("exchange-to-exchange.yaml");

        try (var connection = Messages.connect()) {
            Messages.through(connection, "europe", "news.sport", "world-news");
        }
    }

    @Test
    void aRejectedShipmentIsKeptInAnotherQueue() throws Exception {
        Examples.apply("queue-dead-letter.yaml");
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            Messages.publish(channel, "shipments", "ship", "parcel");
            var parcel = Messages.next(Messages.consume(channel, "shipments"));

            channel.basicNack(Messages.tag(parcel), false, false);

            assertThat(Messages.take(channel, "shipments-dead")).isEqualTo("parcel");
        }
    }

    @Test
    void aMessageThatFailsTooOftenGoesAndOneConsumerAtATimeIsServed() throws Exception {
        Examples.apply("queue-limits.yaml");
        try (var connection = Messages.connect();
                var channel = connection.createChannel();
                var second = connection.createChannel()) {
            Messages.publish(channel, "", "uploads", "poison");
            var uploads = Messages.consume(channel, "uploads");
            for (int delivery = 0; delivery <= 5; delivery++) {
                channel.basicNack(Messages.tag(Messages.next(uploads)), false, true);
            }
            Messages.publish(channel, "", "uploads", "good");
            assertThat(Messages.text(Messages.next(uploads))).isEqualTo("good");

            var first = connection.createChannel();
            var active = Messages.consume(first, "ledger");
            var waiting = Messages.consume(second, "ledger");
            Messages.publish(channel, "", "ledger", "entry");
            Messages.next(active);
            first.close();
            assertThat(Messages.text(Messages.next(waiting))).isEqualTo("entry");
        }
    }

    @Test
    void anIdIsTakenOnceTheUrgentComeFirstAndAStreamIsReadFromItsBeginning() throws Exception {
        Examples.apply("queue-on-the-log.yaml");
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            var paid = new AMQP.BasicProperties.Builder().messageId("payment-1").build();
            Messages.publish(channel, "", "payments", paid, "first");
            Messages.publish(channel, "", "payments", paid, "again");
            assertThat(Messages.take(channel, "payments")).isEqualTo("first");
            assertThat(channel.basicGet("payments", true)).isNull();
            Walkthrough.in(Orders.KUBE).run("docs/guides/reset.md#a-queue");
            assertThat(Messages.take(channel, "payments")).isEqualTo("first");

            Messages.publish(channel, "", "alerts", "usual");
            Messages.publish(
                    channel,
                    "",
                    "alerts",
                    new AMQP.BasicProperties.Builder().priority(5).build(),
                    "urgent");
            assertThat(Messages.take(channel, "alerts")).isEqualTo("urgent");

            Messages.publish(channel, "", "audit", "entry");
            channel.basicQos(10);
            var read = new LinkedBlockingQueue<Delivery>();
            channel.basicConsume(
                    "audit",
                    false,
                    Map.of("x-stream-offset", "first"),
                    (tag, delivery) -> read.add(delivery),
                    tag -> {});
            assertThat(Messages.text(Messages.next(read))).isEqualTo("entry");
        }
    }

    @Test
    void whatIsToComeLaterComesLaterAndOneAfterTheOtherForEachCustomer() throws Exception {
        Examples.apply("exchange-delayed.yaml");
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            long begin = System.nanoTime();
            Messages.publish(channel, "reminders", "customer.pay", reminder("ann", 1_500), "later");
            Messages.publish(channel, "reminders", "customer.pay", reminder("ann", 0), "first");
            channel.basicQos(10);
            var reminders = Messages.consume(channel, "reminders-by-customer");

            var first = Messages.next(reminders);
            assertThat(Messages.text(first)).isEqualTo("first");
            Messages.publish(channel, "reminders", "customer.pay", reminder("bob", 0), "another's");
            assertThat(Messages.text(Messages.next(reminders))).isEqualTo("another's");
            channel.basicAck(Messages.tag(first), false);
            assertThat(Messages.text(Messages.next(reminders))).isEqualTo("later");
            assertThat(System.nanoTime() - begin).isGreaterThan(1_500_000_000L);
        }
    }

    private static AMQP.BasicProperties reminder(String customer, int delayMs) {
        return new AMQP.BasicProperties.Builder()
                .headers(Map.of("x-group-key", customer, "x-delay", delayMs))
                .build();
    }

    @Test
    void aQueueIsChangedWhereItStandsWithItsMessagesAndConsumers() throws Exception {
        Orders.KUBE.apply(TICKETS.formatted("quorum"));
        Orders.KUBE.awaitReady("Queue/tickets");
        try (var connection = Messages.connect();
                var channel = connection.createChannel()) {
            channel.basicQos(1);
            Messages.publish(channel, "", "tickets", "held");
            var tickets = Messages.consume(channel, "tickets");
            var held = Messages.next(tickets);
            Messages.publish(channel, "", "tickets", "usual");

            Orders.KUBE.apply(TICKETS.formatted("classic, maxPriority: 5"));
            Orders.KUBE.awaitReady("Queue/tickets");
            // Until every pod writes to the new topic its owner delivers nothing of it, however urgent.
            Orders.KUBE.awaitStatus("Queue", "tickets", "Draining", "migration", "state");

            Messages.publish(
                    channel,
                    "",
                    "tickets",
                    new AMQP.BasicProperties.Builder().priority(5).build(),
                    "urgent");
            channel.basicAck(Messages.tag(held), false);
            var first = Messages.next(tickets);
            assertThat(Messages.text(first)).isEqualTo("urgent");
            channel.basicAck(Messages.tag(first), false);
            var second = Messages.next(tickets);
            assertThat(Messages.text(second)).isEqualTo("usual");
            channel.basicAck(Messages.tag(second), false);
        }
    }

    @Test
    void aQueueMayLieInAVirtualHostOfItsOwn() throws Exception {
        Examples.apply("queue-vhost.yaml");
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: User
                metadata: { name: reporter }
                spec:
                  cluster: { name: orders }
                  access:
                    - { resource: queue, vhost: reporting, name: "*", allow: [read] }
                    - { resource: exchange, vhost: reporting, name: amq.default, allow: [write] }
                """);
        Orders.KUBE.awaitReady("User/reporter");
        var factory = Messages.factory("reporter", Orders.BROKERS.password("reporter"));
        factory.setVirtualHost("reporting");

        try (var connection = factory.newConnection()) {
            Messages.through(connection, "", "Monthly Reports", "Monthly Reports");
        }
    }

    @Test
    void theLagOfAGroupOfAnyNameIsShown() throws Exception {
        Examples.apply("consumer-group.yaml");
        Orders.topic("invoicing", "partitions: 1");
        Records.send(1, i -> new ProducerRecord<>("invoicing", "k", "v"));
        Groups.read("invoicing", "Team_A/invoicing", 1);

        Records.send(5, i -> new ProducerRecord<>("invoicing", "k", "v"));

        Groups.awaitLag("invoicing", 5);
    }

    @Test
    void aGroupReadsItsTopicsAgainOnce() throws Exception {
        Orders.topic("reread", "partitions: 1");
        Records.send(5, i -> new ProducerRecord<>("reread", "k", "v"));
        Groups.read("reread", "rereading", 5);

        Walkthrough.in(Orders.KUBE).run("docs/guides/reset.md#a-group-first-what-it-would-mean");
        Groups.awaitLag("rereading", 0);

        Walkthrough.in(Orders.KUBE).run("docs/guides/reset.md#a-group-have-it-done");

        Groups.awaitLag("rereading", 5);
        assertThat(Groups.read("reread", "rereading", 5)).hasSize(5);
        Groups.awaitLag("rereading", 0);
    }

    /** Applied beside what made the cluster: server-side apply joins what two appliers say about one object. */
    @Test
    void groupsOfTestsAreNotDiscovered() throws Exception {
        Orders.KUBE.must(
                Examples.read("discovery.yaml"),
                "apply",
                "--server-side",
                "--field-manager=discovery",
                "--filename",
                "-");
        Orders.KUBE.awaitReady("BrokerCluster/orders");
        Orders.topic("discovered", "partitions: 1");
        Records.send(1, i -> new ProducerRecord<>("discovered", "k", "v"));

        Groups.read("discovered", "test-hidden", 1);
        Groups.read("discovered", "seen", 1);

        Groups.awaitObject("seen");
        assertThat(Groups.object("test-hidden")).isEmpty();
    }

    @Test
    void aTopicOfAnotherNamespaceIsMadeOnceTheClusterAllowsIt() throws Exception {
        var team = new Kube("e2e-team");
        team.create();
        // The example's cluster lies in a namespace called messaging.
        team.apply(Examples.read("other-namespace.yaml")
                .replace("namespace: messaging", "namespace: " + Orders.KUBE.namespace()));
        team.awaitNotReady("Topic", "team-events", "NamespaceNotAllowed");

        var allowed = "{\"spec\": {\"allowedNamespaces\": [\"" + team.namespace() + "\"]}}";
        Orders.KUBE.must("", "patch", "brokercluster", "orders", "--type", "merge", "--patch", allowed);

        team.awaitReady("Topic/team-events");
        Records.through("team-events");
        team.deleteNamespace();
        try (var admin = Orders.admin()) {
            Orders.awaitGone(admin, "team-events");
        }
    }
}
