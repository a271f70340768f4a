package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.operator.client.BrokerAdmin;
import io.millrace.operator.client.TopicAdmin;
import io.millrace.operator.fixture.ApiRequests;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.HeldCreations;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.status.Conditions;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What many new topics cost, in requests. */
class ManyTopicsIT {

    private static final int MANY = 200;
    private static final String TOPIC = """
        apiVersion: millrace.io/v1alpha1
        kind: Topic
        metadata: {name: %s}
        spec: {cluster: {name: orders}, partitions: 1}
        """;

    private final Parts parts = new Parts();
    private final CountDownLatch allHaveArrived = new CountDownLatch(1);
    private final AtomicInteger arrived = new AtomicInteger();
    private final TopicAdmin kafka = KafkaServer.shared().admin().topics();
    private Harness harness;

    @BeforeEach
    void start() {
        harness = new Harness(parts, List.of(parts.topics(new LocalConnections(this::brokers))), MANY);
        harness.servingCluster("orders", "");
    }

    /** Nobody reaches them before all are there who want to, and nobody is answered before all have asked, so that the test does not depend on how fast anything is. */
    private BrokerAdmin brokers() {
        arrived.incrementAndGet();
        try {
            allHaveArrived.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return KafkaServer.shared().admin();
    }

    @AfterEach
    void stop() {
        allHaveArrived.countDown();
        HeldCreations.release();
        harness.close();
    }

    @Test
    void manyNewTopicsTakeFewRequestsAndTwoWritesEach() {
        var requests = requests("CreateTopics");
        var looks = requests("DescribeConfigs");
        var writes = writes();

        names().forEach(name -> create(TOPIC.formatted(name)));
        // A look at all of them may come, too.
        Harness.await().until(() -> arrived.get() >= MANY);
        HeldCreations.hold();
        allHaveArrived.countDown();
        Harness.await().until(() -> asking() >= MANY);
        HeldCreations.release();

        names().forEach(this::awaitReady);
        assertThat(requests("CreateTopics") - requests).isLessThan(MANY / 4.0);
        assertThat(requests("DescribeConfigs") - looks).isLessThan(MANY / 4.0);
        // A finalizer and a status each.
        assertThat(writes() - writes).isEqualTo(2.0 * MANY);
    }

    @Test
    void aTopicThatKafkaRefusesFailsAloneAndWithItsWords() {
        create(TOPIC.formatted("bad").replace("partitions: 1", "partitions: 1, config: {no.such.setting: \"1\"}"));
        var good = names().limit(20).map("good-"::concat).toList();
        good.forEach(name -> create(TOPIC.formatted(name)));
        allHaveArrived.countDown();

        good.forEach(this::awaitReady);
        Harness.await().until(() -> reason("bad").filter("Rejected"::equals).isPresent());
        assertThat(Conditions.find(harness.get(Topic.class, "bad").getStatus().conditions(), "Stalled"))
                .get()
                .asString()
                .contains("no.such.setting");
    }

    /** So it is when the answer to a creation is lost, and it is tried again. */
    @Test
    void topicThatIsThereBeforeItsObjectHasSeenItIsTakenAsItIs() {
        kafka.create("there", 1, Optional.of(1), Map.of());
        var id = Harness.await()
                .until(() -> kafka.describe("there"), Optional::isPresent)
                .orElseThrow()
                .id();

        create(TOPIC.formatted("there"));
        allHaveArrived.countDown();

        awaitReady("there");
        assertThat(harness.get(Topic.class, "there").getStatus().topicId()).isEqualTo(id);
        assertThat(harness.count("millrace.drift", "Topic")).isZero();
    }

    private void create(String yaml) {
        var topic = Serialization.unmarshal(yaml, Topic.class);
        topic.getMetadata().setNamespace(harness.namespace());
        Harness.client().resource(topic).create();
    }

    private static Stream<String> names() {
        return IntStream.range(0, MANY).mapToObj(i -> "many-" + i);
    }

    private void awaitReady(String name) {
        Harness.await()
                .until(() -> Optional.ofNullable(harness.get(Topic.class, name).getStatus())
                        .filter(status -> Conditions.isReady(status.conditions()))
                        .isPresent());
    }

    private Optional<String> reason(String name) {
        return Optional.ofNullable(harness.get(Topic.class, name).getStatus())
                .flatMap(status -> Conditions.find(status.conditions(), "Ready"))
                .map(Condition::reason);
    }

    /** How many threads wait for what they have asked of brokers together with others. */
    private static long asking() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().endsWith(".client.Batches")))
                .count();
    }

    private static double writes() {
        return ApiRequests.count("PUT|PATCH|APPLY", "code=\"200\"[^}]*resource=\"topics\"");
    }

    /** As Kafka counts them itself. */
    private static double requests(String kind) {
        try {
            var server = ManagementFactory.getPlatformMBeanServer();
            var all = new ObjectName("kafka.network:type=RequestMetrics,name=RequestsPerSec,request=" + kind + ",*");
            var count = 0.0;
            for (var one : server.queryNames(all, null)) {
                count += ((Number) server.getAttribute(one, "Count")).doubleValue();
            }
            return count;
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
