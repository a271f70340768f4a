package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.api.v1alpha1.TopicStatus;
import io.millrace.kube.ApiServer;
import io.millrace.operator.fixture.Health;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.status.Reason;
import io.millrace.operator.status.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What Argo CD (by the check we ship, in Lua) and Flux (by kstatus' own code) show of our objects, in every state they can be in. */
class GitOpsHealthIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Map<String, ObjectNode> objects = new TreeMap<>();

    @Test
    void readyIsHealthyAlsoWithAWarning() throws IOException {
        stand("ready", Standing.ready("fine"));
        for (var reason : Reason.values()) {
            stand("warned of " + reason.word(), Standing.degraded(reason, "look at it"));
        }

        assertHealth("Healthy", "Current");
    }

    @Test
    void whatPassesByItselfIsInProgress() throws IOException {
        for (var reason : Reason.values()) {
            if (reason.fate() != Reason.Fate.TERMINAL && reason != Reason.PAUSED) {
                stand(reason.word(), Standing.notReady(reason, "wait"));
            }
        }

        assertHealth("Progressing", "InProgress");
    }

    @Test
    void whatOnlyAPersonCanMendHasFailed() throws IOException {
        for (var reason : Reason.values()) {
            if (reason.fate() == Reason.Fate.TERMINAL) {
                stand(reason.word(), Standing.notReady(reason, "do this"));
            }
        }

        assertHealth("Degraded", "Failed");
    }

    @Test
    void whatIsPausedIsSuspended() throws IOException {
        stand("paused", Standing.notReady(Reason.PAUSED, "management is Paused"));

        assertHealth("Suspended", "InProgress");
    }

    @Test
    void statusOfAnOlderSpecSaysNothing() throws IOException {
        var object = stand("changed", Standing.ready("it was"));
        ((ObjectNode) object.get("metadata")).put("generation", 8);

        assertHealth("Progressing", "InProgress");
    }

    @Test
    void whatIsBeingDeletedIsOnItsWay() throws IOException {
        var object = stand("going", Standing.ready("still"));
        ((ObjectNode) object.get("metadata")).put("deletionTimestamp", NOW.toString());

        assertHealth("Progressing", "Terminating");
    }

    @Test
    void objectNobodyHasLookedAtYetIsInProgress() throws IOException {
        var server = ApiServer.shared();
        server.applyCrds(Path.of("../crds/target/crds"));
        var namespace = server.newNamespace();
        var specs = Map.of(
                "BrokerCluster", "{replicas: 1, storage: {size: 1Gi}}",
                "Topic", "{cluster: {name: orders}}",
                "Queue", "{cluster: {name: orders}}",
                "Exchange", "{cluster: {name: orders}, type: topic}",
                "ConsumerGroup", "{cluster: {name: orders}}",
                "User", "{cluster: {name: orders}, authentication: scram}");
        specs.forEach((kind, spec) -> {
            var created = server.client()
                    .resource(Serialization.unmarshal(
                            """
                            apiVersion: millrace.io/v1alpha1
                            kind: %s
                            metadata: {name: new, namespace: %s}
                            spec: %s
                            """.formatted(kind, namespace, spec), GenericKubernetesResource.class))
                    .create();
            objects.put(kind, JSON.valueToTree(created));
        });

        assertHealth("Progressing", "InProgress");
    }

    private ObjectNode stand(String name, Standing standing) {
        var topic = new Topic();
        topic.getMetadata().setName("recorded");
        topic.getMetadata().setNamespace("shop");
        topic.getMetadata().setGeneration(7L);
        List<Condition> conditions = Conditions.compose(null, standing, 7, NOW);
        topic.setStatus(new TopicStatus(7L, conditions, "recorded", null, 1, 1, 0, null, null));
        ObjectNode object = JSON.valueToTree(Serialization.unmarshal(Serialization.asJson(topic), Map.class));
        objects.put(name, object);
        return object;
    }

    private void assertHealth(String argo, String kstatus) throws IOException {
        var names = new ArrayList<>(objects.keySet());
        var answers = Health.kstatus(List.copyOf(objects.values()));
        assertThat(answers).hasSameSizeAs(names);
        for (int i = 0; i < names.size(); i++) {
            var name = names.get(i);
            assertThat(Health.argo(objects.get(name))).as("Argo CD on " + name).isEqualTo(argo);
            assertThat(answers.get(i)).as("kstatus on " + name).isEqualTo(kstatus);
        }
    }
}
