package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.millrace.api.v1alpha1.Condition;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.apply.TestAuthority;
import io.millrace.operator.apply.UserApplier;
import io.millrace.operator.client.UserAdmin;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.KafkaServer;
import io.millrace.operator.fixture.LaterClock;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.observe.UserObserver;
import io.millrace.operator.reconcile.UserReconciler;
import io.millrace.operator.status.Conditions;
import io.millrace.operator.trust.Certificates;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class UserReconcilerIT {

    private static final Logger LOG = LoggerFactory.getLogger(UserReconcilerIT.class);

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
    private final LaterClock clock = new LaterClock();
    private final UserAdmin kafka = KafkaServer.shared().admin().users();
    private Harness harness;

    @BeforeEach
    void start() {
        var connections = new LocalConnections();
        harness = new Harness(
                parts,
                List.of(new UserReconciler(
                        connections,
                        new UserObserver(Harness.client(), connections, clock),
                        new UserApplier(Harness.client(), connections, clock),
                        parts.leaves(),
                        parts.lookout())));
    }

    @AfterEach
    void stop() {
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
    void userWithoutAPasswordGetsACertificateThatIsRenewedBeforeItEnds() throws Exception {
        harness.servingCluster("orders", "queues: {enabled: false}\ntls: {validityDays: 30, renewBeforeDays: 10}");
        clientsAuthority("orders");
        harness.apply(User.class, USER.formatted("frank") + "  authentication: tls\n");
        awaitReason("frank", "Ready");
        var first = certificate("frank");

        assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=frank");
        assertThat(acls("frank")).containsExactly(new Acl("TOPIC", "pay", true, "User:frank", "READ", true));
        assertThat(kafka.names()).doesNotContain("frank");
        assertThat(harness.get(Secret.class, "frank-credentials").getData()).doesNotContainKey("password");

        clock.pass(Duration.ofDays(21));
        touch("frank");

        Harness.await().until(() -> !certificate("frank").equals(first));
        assertThat(certificate("frank").getNotAfter()).isAfter(first.getNotAfter());
        assertThat(certificate("frank").getIssuerX500Principal()).isEqualTo(first.getIssuerX500Principal());
        awaitReason("frank", "Ready");
    }

    @Test
    void anotherPasswordInAGivenSecretIsTheUsersWithinSeconds() throws Exception {
        harness.servingCluster("orders", "queues: {enabled: false}");
        given("grace-secret", "first-password");
        harness.apply(User.class, USER.formatted("grace") + "  secretRef: {name: grace-secret}\n");
        awaitReason("grace", "Ready");
        awaitLogin("grace", "first-password", Duration.ofMinutes(1));

        given("grace-secret", "second-password");

        assertThat(awaitLogin("grace", "second-password", Duration.ofSeconds(5)))
                .isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anotherPasswordInAGeneratedSecretIsTheUsersWithinSecondsAndInTheUri() throws Exception {
        harness.servingCluster("orders", "queues: {enabled: false}");
        harness.apply(User.class, USER.formatted("heidi"));
        awaitReason("heidi", "Ready");

        Harness.client()
                .secrets()
                .inNamespace(harness.namespace())
                .withName("heidi-credentials")
                .edit(secret -> new SecretBuilder(secret)
                        .addToStringData("password", "chosen-by-hand")
                        .build());

        assertThat(awaitLogin("heidi", "chosen-by-hand", Duration.ofSeconds(5))).isLessThan(Duration.ofSeconds(5));
    }

    private void given(String name, String password) {
        var secret = new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(harness.namespace())
                .endMetadata()
                .addToStringData("password", password)
                .build();
        Harness.client()
                .resource(secret)
                .fieldManager("somebody")
                .forceConflicts()
                .serverSideApply();
    }

    /** Logs in to the real Kafka; returns how long it took until that was possible. */
    private static Duration awaitLogin(String user, String password, Duration patience) {
        var begin = System.nanoTime();
        Harness.await().atMost(patience).ignoreExceptions().until(() -> {
            try (var admin = Admin.create(KafkaServer.shared().user(user, password))) {
                return !admin.describeCluster()
                        .clusterId()
                        .get(2, TimeUnit.SECONDS)
                        .isEmpty();
            }
        });
        var took = Duration.ofNanos(System.nanoTime() - begin);
        LOG.info("user {} logs in with the new password after {} ms", user, took.toMillis());
        return took;
    }

    private void clientsAuthority(String cluster) {
        var own = TestAuthority.found(cluster + "-clients-ca");
        Harness.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(cluster + "-clients-ca")
                        .withNamespace(harness.namespace())
                        .endMetadata()
                        .withStringData(own)
                        .build())
                .create();
    }

    private X509Certificate certificate(String user) {
        var files = ClusterSecret.files(harness.get(Secret.class, user + "-credentials"));
        return Certificates.first(files.get("certificates")).orElseThrow();
    }

    /** Has the user looked at, as the framework does every few minutes. */
    private void touch(String user) {
        harness.apply(
                User.class,
                USER.formatted(user) + "  - {resource: topic, name: more, allow: [read]}\n  authentication: tls\n");
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
