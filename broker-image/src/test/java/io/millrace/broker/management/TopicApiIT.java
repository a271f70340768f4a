package io.millrace.broker.management;

import static io.millrace.broker.management.LogScene.browsePath;
import static io.millrace.broker.management.LogScene.eachOf;
import static io.millrace.broker.management.LogScene.shownValues;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics of the log as the management API shows them, and who may see what. */
@Timeout(120)
class TopicApiIT {
    private static LogScene log;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        log = new LogScene(data);
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    @Test
    void aTopicShowsItsPartitionsAndWhatWasSetForIt() throws Exception {
        var name = log.topic(2, Map.of("retention.ms", "60000", "cleanup.policy", "compact"));
        log.publish(name, 1, 0, 7);

        var topic = log.guest.get("/api/millrace/topics/" + name).json();

        assertThat(topic.path("name").asText()).isEqualTo(name);
        assertThat(topic.path("type").asText()).isEqualTo("topic");
        assertThat(topic.path("partitions").asInt()).isEqualTo(2);
        assertThat(topic.path("replicas").asInt()).isEqualTo(1);
        for (var none : List.of("under_replicated", "under_min_isr", "offline")) {
            assertThat(topic.path(none).asInt(-1)).as(none).isZero();
        }
        assertThat(topic.path("size_bytes").asLong()).isPositive();
        assertThat(topic.path("retention_ms").asLong()).isEqualTo(60_000);
        assertThat(topic.path("retention_bytes").asLong()).isEqualTo(-1);
        assertThat(topic.path("settings").toString())
                .isEqualTo("{\"cleanup.policy\":\"compact\",\"retention.ms\":\"60000\"}");
        var partition = topic.path("partition_details").path(1);
        assertThat(partition.path("partition").asInt()).isEqualTo(1);
        assertThat(partition.path("leader").asInt(-1)).isZero();
        assertThat(partition.path("isr").toString()).isEqualTo("[0]");
        assertThat(partition.path("begin_offset").asLong(-1)).isZero();
        assertThat(partition.path("end_offset").asLong()).isEqualTo(7);
        assertThat(log.guest
                        .get("/api/millrace/topics/" + name + "/partitions?sort=end_offset&sort_reverse=true")
                        .json()
                        .path(0))
                .isEqualTo(partition);
    }

    @Test
    void topicsAreListedInPagesByNameAndType() throws Exception {
        var name = log.topic(3, Map.of());

        var page = log.guest
                .get("/api/millrace/topics?page=1&page_size=1&sort=name&name=" + name + "&columns=name,type")
                .json();
        var whole = log.guest
                .get("/api/millrace/topics?sort=partitions&sort_reverse=true")
                .json();

        assertThat(page.path("items").toString()).isEqualTo("[{\"name\":\"" + name + "\",\"type\":\"topic\"}]");
        assertThat(page.path("filtered_count").asInt()).isEqualTo(1);
        assertThat(whole.path(0).path("name").asText()).isEqualTo("amqp.slots");
        assertThat(eachOf(whole).map(topic -> topic.path("name").asText())).contains(name);
        assertThat(eachOf(log.guest.get("/api/millrace/topics?type=internal").json())
                        .map(topic -> topic.path("type").asText()))
                .contains("internal")
                .containsOnly("internal");
        assertThat(log.guest.get("/api/millrace/topics?type=none").status()).isEqualTo(400);
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        var name = log.topic(2, Map.of());

        assertThat(log.guest.get("/api/millrace/topics/none").status()).isEqualTo(404);
        assertThat(log.guest.get("/api/millrace/topics/none/partitions").status())
                .isEqualTo(404);
        assertThat(log.guest.get("/api/millrace/topics/no%20name").status()).isEqualTo(404);
        assertThat(log.guest.get(browsePath(name, "partition=one")).status()).isEqualTo(400);
        assertThat(log.guest.get(browsePath(name, "count=501")).text())
                .contains("count is not a number from 1 to 500: 501");
        var beyond = log.guest.get(browsePath(name, "partition=2"));
        assertThat(beyond.status()).isEqualTo(400);
        assertThat(beyond.json().path("reason").asText()).isEqualTo("the topic has the partitions 0 to 1");
    }

    @Test
    void tagsSayWhoMaySeeTopicsAndGroups() throws Exception {
        var monitor = log.user("monitor", "monitoring");
        var manager = log.user("manager", "management");

        for (var path : List.of("/api/millrace/topics", "/api/millrace/groups")) {
            assertThat(monitor.get(path).status()).isEqualTo(200);
            assertThat(manager.get(path).status()).isEqualTo(401);
        }
        assertThat(log.user("nobody", "")
                        .get(browsePath(log.topic(1, Map.of()), ""))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void whoIsNoAdministratorReadsWhatHeMayReadByKafka() throws Exception {
        var name = log.topic(1, Map.of());
        log.publish(name, 0, 0, 3);
        var reader = log.user("reader", "management");
        assertThat(reader.get(browsePath(name, "")).status()).isEqualTo(401);

        allow("reader", name, AclPermissionType.ALLOW);
        await().untilAsserted(() ->
                assertThat(reader.get(browsePath(name, "")).status()).isEqualTo(200));

        allow("*", name, AclPermissionType.DENY);
        await().untilAsserted(() ->
                assertThat(reader.get(browsePath(name, "")).status()).isEqualTo(401));
    }

    private static void allow(String user, String topic, AclPermissionType permission) throws Exception {
        log.kafka
                .createAcls(List.of(new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, topic.substring(0, 8), PatternType.PREFIXED),
                        new AccessControlEntry("User:" + user, "*", AclOperation.READ, permission))))
                .all()
                .get();
    }

    @Test
    void theTopicOfAQueueIsForAdministratorsWhoMayReadTheQueue() throws Exception {
        var factory = new ConnectionFactory();
        factory.setPort(log.broker.amqpPort());
        try (var connection = factory.newConnection()) {
            var channel = connection.createChannel();
            channel.queueDeclare("letters", true, false, false, null);
            channel.confirmSelect();
            channel.basicPublish("", "letters", MessageProperties.PERSISTENT_BASIC, "hello".getBytes(UTF_8));
            channel.waitForConfirmsOrDie(10_000);
        }
        var topic = "q._2f.letters";
        var administrator = log.user("no-reader", "administrator");
        var manager = log.user("queue-manager", "management");
        log.guest.put("/api/permissions/%2F/queue-manager", "{'configure':'.*','write':'.*','read':'.*'}");

        assertThat(shownValues(log.browse(topic, ""))).containsExactly("hello");
        assertThat(administrator.get(browsePath(topic, "")).status()).isEqualTo(401);
        assertThat(manager.get(browsePath(topic, "")).status()).isEqualTo(401);
        assertThat(log.guest.get(browsePath("q._2f.nothing", "")).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"amqp.topology", "amqp.slots", "__consumer_offsets"})
    void nobodyReadsTheBrokersOwnTopics(String topic) {
        assertThat(log.guest.get(browsePath(topic, "")).status()).isEqualTo(401);
    }
}
