package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose disk is too full from the beginning. */
@Timeout(60)
class AlarmsIT {
    private static StandaloneBroker broker;
    private static ManagementClient management;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(
                data, Map.of("millrace.queues.disk.free.limit.bytes", String.valueOf(Long.MAX_VALUE / 10)));
        management = new ManagementClient(broker.httpPort(), "guest", "guest");
        Awaitility.await()
                .until(() -> management.get("/api/health/checks/alarms").status() == 503);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void theManagementApiShowsTheAlarm() {
        var node = management.get("/api/nodes").json().get(0);
        assertThat(node.get("disk_free_alarm").asBoolean()).isTrue();
        assertThat(node.get("mem_alarm").asBoolean()).isFalse();
        assertThat(node.get("disk_free").asLong()).isPositive();

        var alarm =
                management.get("/api/health/checks/alarms").json().get("alarms").get(0);
        assertThat(alarm.get("resource").asText()).isEqualTo("disk");
    }

    @Test
    void whoPublishesIsToldAndWaitsAndWhoConsumesIsNot() throws Exception {
        var told = new CopyOnWriteArrayList<String>();
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        var publisher = factory.newConnection();
        try (var consumer = factory.newConnection()) {
            publisher.addBlockedListener(told::add, () -> told.add("unblocked"));
            consumer.addBlockedListener(told::add, () -> told.add("unblocked"));
            var channel = publisher.createChannel();
            var queue = consumer.createChannel()
                    .queueDeclare("alarms", true, false, false, null)
                    .getQueue();

            channel.basicPublish("", queue, null, new byte[1]);

            Awaitility.await().until(() -> !told.isEmpty());
            assertThat(told).containsExactly("low on disk");
            assertThat(consumer.createChannel().queueDeclarePassive(queue).getMessageCount())
                    .isEqualTo(1); // what was published before counts
            assertThat(management.get("/api/connections").json().findValuesAsText("state"))
                    .containsExactlyInAnyOrder("blocked", "running");
        } finally {
            publisher.abort(1); // nobody reads its close
        }
    }
}
