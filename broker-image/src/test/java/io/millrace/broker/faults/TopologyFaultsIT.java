package io.millrace.broker.faults;

import static io.millrace.broker.faults.FaultCluster.NODES;
import static io.millrace.broker.faults.FaultCluster.PATIENCE;
import static io.millrace.broker.faults.FaultCluster.nodeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.faults.FaultCluster.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many changes of the topology at once. Only with {@code -Dfaults=all}; see {@link FaultsIT}. */
@EnabledIfSystemProperty(named = FaultsIT.FAULTS, matches = FaultsIT.ALL)
@NullUnmarked // what is missing fails the test
class TopologyFaultsIT extends ThreePods {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyFaultsIT.class);
    private static final String SEEDS = "io.millrace.broker.faults.FaultsIT#seeds";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WRITER_SLOT = 0;
    private static final int IMPORTED = 200;
    private static final int NO_ANSWER = 0;

    @BeforeEach
    void everythingIsWell() {
        cluster.startWhatEnded();
        cluster.awaitReady();
        watch.awaitSpread();
    }

    // --- an import ---

    /** A queue, an exchange and a binding between them, so many times; and a user, permissions and a policy. */
    private static ObjectNode definitions(String vhost) {
        var file = JSON.createObjectNode();
        file.withArray("vhosts").addObject().put("name", vhost);
        file.withArray("users")
                .addObject()
                .put("name", "user-of-" + vhost)
                .put("password", "secret")
                .put("tags", "");
        file.withArray("permissions")
                .addObject()
                .put("vhost", vhost)
                .put("user", "user-of-" + vhost)
                .put("configure", ".*")
                .put("write", ".*")
                .put("read", ".*");
        var policy = file.withArray("policies").addObject();
        policy.put("vhost", vhost).put("name", "limit").put("pattern", "^queue").put("apply-to", "queues");
        policy.putObject("definition").put("max-length", 1_000);
        for (int i = 0; i < IMPORTED; i++) {
            file.withArray("queues").addObject().put("vhost", vhost).put("name", "queue-" + i);
            file.withArray("exchanges")
                    .addObject()
                    .put("vhost", vhost)
                    .put("name", "exchange-" + i)
                    .put("type", "direct");
            file.withArray("bindings")
                    .addObject()
                    .put("vhost", vhost)
                    .put("source", "exchange-" + i)
                    .put("destination", "queue-" + i)
                    .put("destination_type", "queue")
                    .put("routing_key", "key-" + i);
        }
        return file;
    }

    /** The status of the answer. */
    private static int imported(PodApi api, int node, ObjectNode file) {
        try {
            return api.send(node, "POST", "/api/definitions", file.toString()).statusCode();
        } catch (IOException e) {
            return NO_ANSWER;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asked of every pod in turn, the writer too: then nobody answers. */
    @ParameterizedTest
    @MethodSource(SEEDS)
    void anImportWhoseWriterIsKilledIsWholeOrWhenItIsMadeAgain(long seed) throws Exception {
        var vhost = "imported-" + Long.toHexString(seed);
        var file = definitions(vhost);
        var before = watch.owner(WRITER_SLOT);
        int writer = nodeOf(before.pod());
        int importer = Math.floorMod(seed, NODES);
        int witness = (writer + 1) % NODES;
        try (var api = new PodApi(cluster);
                var admin = cluster.admin()) {
            var importing =
                    CompletableFuture.supplyAsync(() -> imported(api, importer, file), Thread::startVirtualThread);
            await("a part of the import")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> importing.isDone() || sizeOf(api, witness, vhost, "queues") >= IMPORTED / 4);
            int part = sizeOf(api, witness, vhost, "queues");

            cluster.kill(Part.QUEUES, writer);

            assertThat(part).as("void: it was over").isLessThan(IMPORTED);
            watch.awaitNewOwner(WRITER_SLOT, before);
            int answer = importing.join();
            int after = sizeOf(api, witness, vhost, "queues");
            if (answer != 204) {
                await("the import once more").atMost(PATIENCE).until(() -> imported(api, witness, file) == 204);
            }
            cluster.start(Part.QUEUES, writer);
            cluster.awaitReady(Part.QUEUES, writer);
            LOG.info(
                    "import at {}, writer {}: seed {}: {} of {} queues when it was killed, answer {}, {} then",
                    importer,
                    writer,
                    seed,
                    part,
                    IMPORTED,
                    answer,
                    after);
            await("the same on every pod").atMost(PATIENCE).untilAsserted(() -> requireWhole(api, vhost, file));
            requireUsable(vhost);
            assertThat(api.send(witness, "DELETE", "/api/vhosts/" + vhost, "").statusCode())
                    .isEqualTo(204);
            assertThat(api.send(witness, "DELETE", "/api/users/user-of-" + vhost, "")
                            .statusCode())
                    .isEqualTo(204);
            await("no topics").atMost(PATIENCE).until(() -> topics(admin, "q." + vhost + ".")
                    .isEmpty());
        }
    }

    private static int sizeOf(PodApi api, int node, String vhost, String section) throws Exception {
        return api.get(node, "/api/definitions/" + vhost).get(section).size();
    }

    private static void requireWhole(PodApi api, String vhost, ObjectNode file) throws Exception {
        var first = api.get(0, "/api/definitions");
        for (int node = 0; node < NODES; node++) {
            assertThat(api.get(node, "/api/definitions")).isEqualTo(first);
            var found = api.get(node, "/api/definitions/" + vhost);
            for (var section : Map.of(
                            "queues", "name", "exchanges", "name", "bindings", "routing_key", "policies", "name")
                    .entrySet()) {
                assertThat(texts(found.get(section.getKey()), section.getValue()))
                        .as("%s of pod %d", section.getKey(), node)
                        .isEqualTo(texts(file.get(section.getKey()), section.getValue()));
            }
        }
    }

    private static Set<String> texts(JsonNode section, String field) {
        return new TreeSet<>(section.findValuesAsText(field));
    }

    /** What is published to each exchange through one pod is in its queue on the next one. */
    private static void requireUsable(String vhost) throws Exception {
        try (var connection = cluster.connect(0, vhost);
                var other = cluster.connect(1, vhost)) {
            var out = connection.createChannel();
            out.confirmSelect();
            for (int i = 0; i < IMPORTED; i++) {
                out.basicPublish("exchange-" + i, "key-" + i, true, null, new byte[1]);
            }
            out.waitForConfirmsOrDie(PATIENCE.toMillis());
            var in = other.createChannel();
            for (int i = 0; i < IMPORTED; i++) {
                assertThat(in.queueDeclarePassive("queue-" + i).getMessageCount())
                        .as("queue-%d", i)
                        .isOne();
            }
        }
    }

    private static Set<String> topics(Admin admin, String prefix) throws Exception {
        var names = new TreeSet<>(admin.listTopics().names().get());
        names.removeIf(name -> !name.startsWith(prefix));
        return names;
    }

    // --- many queues ---

    @ParameterizedTest
    @MethodSource(SEEDS)
    void nothingIsLeftOfManyQueuesThatAreDeclaredUsedAndDeleted(long seed) throws Exception {
        var prefix = "many-" + Long.toHexString(seed) + "-";
        try (var many = new ManyQueues(cluster, watch, prefix)) {
            var before = many.leftovers();

            many.declareAndUse();
            assertThat(many.leftovers().isMoreThan(before))
                    .as("void: no trace of them")
                    .isTrue();
            many.delete();

            await("nothing of them")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(
                            () -> assertThat(many.leftovers()).matches(now -> now.isAtMost(before), "is as before"));
            LOG.info("many queues: seed {}: {}, left: {}", seed, many, many.leftovers());
        }
    }
}
