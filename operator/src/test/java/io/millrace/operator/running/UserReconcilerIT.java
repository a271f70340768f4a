package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.apply.UserApplier;
import io.millrace.operator.client.UserAdmin;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.observe.UserObserver;
import io.millrace.operator.reconcile.UserReconciler;
import io.millrace.operator.status.Conditions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserReconcilerIT {

    private static final String USER = """
            apiVersion: millrace.io/v1alpha1
            kind: User
            metadata: {name: %s}
            spec:
              cluster: {name: orders}
              access:
              - {resource: topic, name: pay, match: prefix, allow: [read]}
            """;

    private final Parts parts = new Parts();
    private final UserAdmin kafka = KafkaServer.shared().admin().users();
    private Harness harness;

    @BeforeEach
    void start() {
        var connections = new LocalConnections();
        harness = new Harness(
                parts.meters(),
                List.of(new UserReconciler(
                        connections,
                        new UserObserver(Harness.client(), connections),
                        new UserApplier(Harness.client(), connections),
                        parts.leaves(),
                        parts.lookout())));
    }

    @AfterEach
    void stop() {
        parts.lookout().close();
        harness.close();
    }

    @Test
    void userGetsASecretAndItsRightsAndLosesThemWithItsObject() {
        harness.servingCluster("orders", "queues: {enabled: false}");
        harness.apply(User.class, USER.formatted("alice"));
        awaitReason("alice", "Ready");

        var secret = harness.get(Secret.class, "alice-credentials");
        assertThat(secret.getData()).containsKeys("username", "password", "bootstrap-servers");
        assertThat(kafka.names()).contains("alice");
        assertThat(acls("alice")).containsExactly(new Acl("TOPIC", "pay", true, "User:alice", "READ", true));

        Harness.client()
                .resources(User.class)
                .inNamespace(harness.namespace())
                .withName("alice")
                .delete();
        Harness.await().until(() -> harness.get(User.class, "alice") == null);
        assertThat(kafka.names()).doesNotContain("alice");
        assertThat(acls("alice")).isEmpty();
    }

    @Test
    void rightsChangedBehindTheOperatorsBackAreRepaired() {
        harness.servingCluster("orders", "queues: {enabled: false}");
        harness.apply(User.class, USER.formatted("bob"));
        awaitReason("bob", "Ready");
        var extra = new Acl("TOPIC", "secrets", false, "User:bob", "READ", true);

        kafka.addAcls(Set.of(extra));
        kafka.delete("bob");

        Harness.await()
                .until(() -> kafka.names().contains("bob") && !acls("bob").contains(extra));
        assertThat(harness.count("millrace.drift", "User")).isPositive();
    }

    @Test
    void secretOfSomeoneElseIsNeverOverwritten() {
        harness.servingCluster("orders", "queues: {enabled: false}");
        Harness.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("carol-credentials")
                        .withNamespace(harness.namespace())
                        .endMetadata()
                        .addToStringData("password", "theirs")
                        .build())
                .create();

        harness.apply(User.class, USER.formatted("carol"));

        awaitReason("carol", "SecretNotOurs");
        assertThat(kafka.names()).doesNotContain("carol");
    }

    @Test
    void kafkasHalfDoesNotWaitForTheQueueLayer() {
        harness.servingCluster("orders", "");
        harness.apply(User.class, USER.formatted("erin"));

        awaitReason("erin", "BrokerUnavailable");
        Harness.await()
                .until(() -> kafka.names().contains("erin") && !acls("erin").isEmpty());
    }

    @Test
    void queueRightsNeedAClusterWithQueues() {
        harness.servingCluster("orders", "queues: {enabled: false}");
        harness.apply(User.class, USER.formatted("dave") + "  - {resource: queue, name: a, allow: [read]}\n");

        awaitReason("dave", "NotSupported");
    }

    private Set<Acl> acls(String user) {
        return kafka.acls().stream()
                .filter(acl -> acl.principal().equals("User:" + user))
                .collect(Collectors.toSet());
    }

    private void awaitReason(String user, String reason) {
        Harness.await().untilAsserted(() -> assertThat(Conditions.find(
                        harness.get(User.class, user).getStatus().conditions(), "Ready"))
                .get()
                .extracting(Condition::reason, Condition::message)
                .asString()
                .contains(reason));
    }
}
