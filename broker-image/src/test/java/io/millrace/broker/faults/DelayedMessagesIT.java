package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DeliverCallback;
import io.millrace.broker.faults.FaultCluster.Part;
import io.millrace.broker.model.QueueName;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.topology.LogNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delayed messages whose owner goes while they wait, on three pods as processes. */
class DelayedMessagesIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(DelayedMessagesIT.class);
    private static final int SLOTS = 64;
    private static final int MESSAGES = 2_000;

    /** Takes a pod away. */
    private interface End {
        void of(int node) throws Exception;
    }

    @Test
    void theOwnerIsKilledWhileTheyWait() throws Exception {
        allComeThoughTheOwnerEnds("killed", node -> cluster.kill(Part.QUEUES, node));
    }

    @Test
    void theOwnerHandsThemOver() throws Exception {
        int twice = allComeThoughTheOwnerEnds("handed-over", node -> cluster.terminate(Part.QUEUES, node));
        assertThat(twice).isZero();
    }

    /** Publishes through a pod that stays messages of two to six seconds. How many came twice. */
    private static int allComeThoughTheOwnerEnds(String exchange, End end) throws Exception {
        watch.awaitSpread();
        int slot = LogNames.slot(VirtualHostName.DEFAULT, new QueueName(exchange), SLOTS);
        var before = watch.owner(slot);
        int stays = (nodeOf(before.pod()) + 1) % FaultCluster.NODES;
        Map<Integer, Long> cameMs = new ConcurrentHashMap<>();
        var twice = new AtomicInteger();
        try (var connection = cluster.connect(stays)) {
            var in = connection.createChannel();
            in.exchangeDeclare(exchange, "x-delayed-message", true, false, Map.of("x-delayed-type", "fanout"));
            in.queueDeclare(exchange + "-work", true, false, false, Map.of("x-queue-type", "quorum"));
            in.queueBind(exchange + "-work", exchange, "");
            in.basicConsume(
                    exchange + "-work",
                    true,
                    (DeliverCallback) (tag, delivery) -> {
                        int number = Integer.parseInt(new String(delivery.getBody(), StandardCharsets.UTF_8));
                        if (cameMs.putIfAbsent(number, System.currentTimeMillis()) != null) {
                            twice.incrementAndGet();
                        }
                    },
                    tag -> {});
            var dueMs = publish(connection.createChannel(), exchange);

            end.of(nodeOf(before.pod()));
            watch.awaitNewOwner(slot, before);

            await("all messages").atMost(PATIENCE).until(() -> cameMs.size() == MESSAGES);
            var lateMs = new ArrayList<Long>();
            cameMs.forEach((number, came) -> lateMs.add(came - dueMs.get(number)));
            assertThat(lateMs).as("none is early").allMatch(late -> late >= 0);
            lateMs.sort(null);
            LOG.info(
                    "{}: {} ms late in the middle, {} ms the last; {} came twice",
                    exchange,
                    lateMs.get(MESSAGES / 2),
                    lateMs.getLast(),
                    twice);
        } finally {
            cluster.startWhatEnded();
            cluster.awaitReady();
        }
        return twice.get();
    }

    /** When each of them is due at the earliest. */
    private static List<Long> publish(Channel channel, String exchange) throws Exception {
        channel.confirmSelect();
        var chance = new Random(1);
        var dueMs = new ArrayList<Long>();
        for (int number = 0; number < MESSAGES; number++) {
            int delayMs = 2_000 + chance.nextInt(4_000);
            dueMs.add(System.currentTimeMillis() + delayMs);
            var properties = new AMQP.BasicProperties.Builder()
                    .headers(Map.of("x-delay", delayMs))
                    .build();
            channel.basicPublish(
                    exchange, "", properties, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        }
        channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        return dueMs;
    }
}
