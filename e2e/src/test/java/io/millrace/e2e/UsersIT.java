package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(40)
@OnOrders
class UsersIT {
    @Test
    void aWrongPasswordIsRefused() {
        try (var admin = Admin.create(Orders.client("app", "wrong"))) {
            assertThatThrownBy(() -> admin.describeCluster().nodes().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void aUserDoesWhatItMayAndNothingElse() throws Exception {
        Orders.topic("open", "partitions: 1");
        Orders.topic("closed", "partitions: 1");
        user("narrow", "open");

        awaitSend("narrow", "open");
        assertThatThrownBy(() -> send("narrow", "closed")).hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void whatIsTakenFromAUserBehindTheOperatorsBackComesBack() throws Exception {
        Orders.topic("mended", "partitions: 1");
        user("mender", "mended");
        awaitSend("mender", "mended");

        try (var admin = Orders.admin()) {
            var rights = rights(admin, "mender");
            assertThat(rights).isNotEmpty();
            admin.alterUserScramCredentials(
                            List.of(new UserScramCredentialDeletion("mender", ScramMechanism.SCRAM_SHA_512)))
                    .all()
                    .get();
            admin.deleteAcls(rights.stream().map(AclBinding::toFilter).toList())
                    .all()
                    .get();

            await("rights of mender")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> rights(admin, "mender"), rights::equals);
        }
        awaitSend("mender", "mended");
    }

    private static Set<AclBinding> rights(Admin admin, String user) throws Exception {
        return admin.describeAcls(AclBindingFilter.ANY).values().get().stream()
                .filter(binding -> binding.entry().principal().equals("User:" + user))
                .collect(Collectors.toSet());
    }

    @Test
    void aDeletedUserIsRefused() throws Exception {
        user("leaver", "*");
        var settings = Orders.client("leaver");

        Orders.KUBE.delete("user.millrace.io/leaver");

        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            try (var admin = Admin.create(settings)) {
                assertThatThrownBy(() -> admin.describeCluster().nodes().get())
                        .hasCauseInstanceOf(SaslAuthenticationException.class);
            }
        });
        assertThat(Orders.KUBE.get("User", "leaver")).isEmpty();
    }

    private static void user(String name, String topic) {
        Orders.KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: User
                metadata: { name: %s }
                spec:
                  cluster: { name: orders }
                  access:
                    - { resource: topic, name: "%s", allow: [read, write, describe] }
                """.formatted(name, topic));
        Orders.KUBE.awaitReady("User/" + name);
    }

    /** What a user may do is known to all brokers a little after it is Ready. */
    private static void awaitSend(String user, String topic) {
        await(user + " to send to " + topic)
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> {
                    send(user, topic);
                    return true;
                });
    }

    private static void send(String user, String topic) throws Exception {
        var settings = new HashMap<>(Orders.client(user));
        settings.putAll(Map.of("max.block.ms", 10_000, "delivery.timeout.ms", 15_000, "request.timeout.ms", 10_000));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "k", "v")).get();
        }
    }
}
