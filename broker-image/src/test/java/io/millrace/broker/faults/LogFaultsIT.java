package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.millrace.broker.faults.FaultCluster.Part;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.NullUnmarked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to the log below the queues, and to who writes the topology. */
@OnlyWithFaults
@NullUnmarked // what is missing fails the test
class LogFaultsIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(LogFaultsIT.class);
    private static final String SLOTS = "amqp.slots";
    private static final int WRITER_SLOT = 0;
    private static final int LAGS_DELETED = 3;
    private static final int LIVES = 15;
    private static final int LAST_MESSAGES = 200;
    private static final int DECLARED_BEFORE = 10;
    private static final int DECLARED = 50;

    @EachSeed
    void theLeaderOfTheControllersIsKilled(long seed) throws Exception {
        try (var run = run("killed controller", seed);
                var admin = cluster.admin()) {
            run.loaded();
            int leader = controller(admin);

            cluster.kill(Part.LOG, leader);

            await("another controller")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> controller(admin) != leader && controller(admin) >= 0);
            run.awaitTraffic();
            cluster.start(Part.LOG, leader);
            run.finish();
        }
    }

    private static int controller(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
    }

    @EachSeed
    void withTooFewReplicasPublishersWaitAndThenGoOn(long seed) throws Exception {
        try (var run = run("few replicas", seed);
                var admin = cluster.admin()) {
            run.loaded();
            var topic = LogState.topic(run.queue());
            LogState.configure(admin, topic, Map.of("min.insync.replicas", "3"));
            int follower = (LogState.leader(admin, topic) + 1) % FaultCluster.NODES;

            cluster.kill(Part.LOG, follower);
            await("a replica less").atMost(PATIENCE).ignoreExceptions().until(() -> LogState.inSync(admin, topic) == 2);

            var confirmed = new AtomicInteger(-1);
            await("silence")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(3))
                    .until(() -> {
                        int now = (int) run.checker().confirmedCount();
                        return confirmed.getAndSet(now) == now;
                    });
            cluster.start(Part.LOG, follower);
            cluster.awaitReady(Part.LOG, follower);
            run.awaitTraffic();
            run.finish();
        }
    }

    @EachSeed
    void theSlotLogIsCompactedWhileTheOwnerIsReplaced(long seed) throws Exception {
        try (var run = run("compacted", seed);
                var admin = cluster.admin()) {
            LogState.configure(
                    admin,
                    SLOTS,
                    Map.of("segment.ms", "500", "min.cleanable.dirty.ratio", "0", "max.compaction.lag.ms", "1000"));
            run.loaded();
            await("compaction").atMost(PATIENCE).until(() -> SlotWatch.compacted(cluster.bootstrap(), run.slot()) > 0);
            var before = watch.owner(run.slot());

            cluster.kill(Part.QUEUES, nodeOf(before.pod()));
            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            long compacted = SlotWatch.compacted(cluster.bootstrap(), run.slot());
            await("compaction once more")
                    .atMost(PATIENCE)
                    .until(() -> SlotWatch.compacted(cluster.bootstrap(), run.slot()) > compacted);
            cluster.start(Part.QUEUES, nodeOf(before.pod()));
            cluster.awaitReady();
            watch.awaitSpread();
            run.awaitTraffic();
            run.finish();
        }
    }

    /** Nobody but Kafka's tools reads them: queues go on, the next owner too, and they are shown again. */
    @EachSeed
    void theOffsetsThatShowTheLagAreDeleted(long seed) throws Exception {
        try (var run = run("deleted lag", seed);
                var admin = cluster.admin()) {
            run.loaded();
            var topic = LogState.topic(run.queue());
            for (int times = 0; times < LAGS_DELETED; times++) {
                await("a lag that is shown").atMost(PATIENCE).until(() -> shownLag(admin, topic) > 0);
                long shown = shownLag(admin, topic);
                admin.deleteConsumerGroupOffsets(topic, Set.of(new TopicPartition(topic, 0)))
                        .all()
                        .get();
                assertThat(shownLag(admin, topic))
                        .as("void: it was shown again at once")
                        .isEqualTo(-1);
                run.awaitTraffic();
                await("a lag that is shown again").atMost(PATIENCE).until(() -> shownLag(admin, topic) > shown);
            }
            admin.deleteConsumerGroups(List.of(topic)).all().get();
            var before = watch.owner(run.slot());
            cluster.kill(Part.QUEUES, nodeOf(before.pod()));
            watch.awaitNewOwner(run.slot(), before);
            run.awaitTraffic();
            await("the next owner's lag").atMost(PATIENCE).until(() -> shownLag(admin, topic) > 0);
            cluster.start(Part.QUEUES, nodeOf(before.pod()));
            run.finish();
        }
    }

    /** The committed offset; -1 if there is none. */
    private static long shownLag(Admin admin, String topic) throws Exception {
        return LogState.shownLag(admin, topic).map(OffsetAndMetadata::offset).orElse(-1L);
    }

    // --- topology ---

    @EachSeed
    void aQueueThatIsDeletedAndDeclaredAgainNeverHoldsMessagesOfALifeBeforeTheLast(long seed) throws Exception {
        var queue = "again-" + Long.toHexString(seed);
        var life = new AtomicInteger();
        var confirmed = new AtomicInteger();
        var over = new AtomicBoolean();
        try (var mine = cluster.connect(0);
                var theirs = cluster.connect(1)) {
            var channel = mine.createChannel();
            channel.queueDeclare(queue, true, false, false, Map.of());
            var out = theirs.createChannel();
            out.confirmSelect();
            var publisher = Thread.ofVirtual().start(() -> publishLives(out, queue, life, confirmed, over));
            for (int i = 1; i < LIVES; i++) {
                int before = confirmed.get();
                await("confirms of a life").atMost(PATIENCE).until(() -> confirmed.get() > before + 5);
                channel.queueDelete(queue);
                channel.queueDeclare(queue, true, false, false, Map.of());
                life.incrementAndGet();
            }
            over.set(true);
            assertThat(publisher.join(PATIENCE)).isTrue();
            assertThat(out.isOpen()).isTrue();
            for (int i = 0; i < LAST_MESSAGES; i++) {
                out.basicPublish("", queue, null, bytes(LIVES + ":" + i));
            }
            out.waitForConfirmsOrDie(PATIENCE.toMillis());

            var taken = takeAll(channel, queue);
            LOG.info("delete and declare: seed {}: {} confirmed in {} lives", seed, confirmed, LIVES);
            assertThat(taken).allMatch(body -> lifeOf(body) >= LIVES - 2);
            assertThat(taken.stream().filter(body -> lifeOf(body) == LIVES))
                    .containsExactlyElementsOf(IntStream.range(0, LAST_MESSAGES)
                            .mapToObj(i -> LIVES + ":" + i)
                            .toList());
            channel.queueDelete(queue);
        }
    }

    private static void publishLives(
            Channel out, String queue, AtomicInteger life, AtomicInteger confirmed, AtomicBoolean over) {
        try {
            for (int i = 0; !over.get(); i++) {
                out.basicPublish("", queue, null, bytes(life + ":" + i));
                if (out.waitForConfirms(PATIENCE.toMillis())) {
                    confirmed.incrementAndGet();
                }
            }
        } catch (Exception e) {
            LOG.warn("the publisher ended", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int lifeOf(String body) {
        return Integer.parseInt(body.substring(0, body.indexOf(':')));
    }

    private static List<String> takeAll(Channel channel, String queue) throws Exception {
        var taken = new ArrayList<String>();
        for (var got = channel.basicGet(queue, true); got != null; got = channel.basicGet(queue, true)) {
            taken.add(new String(got.getBody(), StandardCharsets.UTF_8));
        }
        return taken;
    }

    @EachSeed
    void whatTheWriterOfTheTopologyAnsweredIsThereThoughItIsKilled(long seed) throws Exception {
        var before = watch.owner(WRITER_SLOT);
        int writer = nodeOf(before.pod());
        var declared = new ArrayList<String>();
        try (var connection = cluster.connect((writer + 1) % FaultCluster.NODES);
                var channel = connection.createChannel()) {
            for (int i = 0; i < DECLARED; i++) {
                if (i == DECLARED_BEFORE) {
                    Thread.ofVirtual().start(() -> cluster.kill(Part.QUEUES, writer));
                }
                var queue = "declared-" + Long.toHexString(seed) + "-" + i;
                channel.queueDeclare(queue, true, false, false, Map.of());
                declared.add(queue);
            }
            watch.awaitNewOwner(WRITER_SLOT, before);
        }
        cluster.start(Part.QUEUES, writer);
        cluster.awaitReady(Part.QUEUES, writer);
        for (int node = 0; node < FaultCluster.NODES; node++) {
            try (var connection = cluster.connect(node);
                    var channel = connection.createChannel()) {
                for (var queue : declared) {
                    channel.queueDeclarePassive(queue);
                }
            }
        }
        try (var connection = cluster.connect(writer);
                var channel = connection.createChannel()) {
            for (var queue : declared) {
                channel.queueDelete(queue);
            }
        }
        LOG.info("killed writer: seed {}: {} declared, all there on every pod", seed, declared.size());
    }
}
