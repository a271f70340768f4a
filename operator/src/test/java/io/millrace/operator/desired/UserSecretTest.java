package io.millrace.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.BrokerClusterStatus;
import io.millrace.api.v1alpha1.ListenerStatus;
import io.millrace.api.v1alpha1.User;
import io.millrace.operator.desired.UserSecret.Credentials;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.ListenerIntent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UserSecretTest {

    private static final String BOTH = """
            replicas: 1
            storage: {size: 1Gi}
            listeners:
            - {name: open, protocol: kafka, port: 9092}
            - {name: plain, protocol: kafka, port: 9093, authentication: scram}
            - {name: safe, protocol: kafka, port: 9094, authentication: scram, tls: true}
            - {name: mutual, protocol: kafka, port: 9095, authentication: tls, tls: true}
            - {name: amqp, protocol: amqp, port: 5672}
            - {name: amqps, protocol: amqp, port: 5671, authentication: tls, tls: true}
            """;

    @Test
    void passwordGoesToTheListenerThatAsksForOneOverTlsIfItCan() {
        assertThat(files(BOTH, new Credentials.Password("secret")))
                .containsEntry("bootstrap-servers", "safe:1")
                .containsEntry("security-protocol", "SASL_SSL")
                .containsEntry("sasl-mechanism", "SCRAM-SHA-512")
                .containsEntry("password", "secret")
                .containsEntry("ca.crt", "the ca")
                .containsEntry("uri", "amqp://alice:secret@amqp:1/%2F");
    }

    @Test
    void certificateGoesToTheListenerThatAsksForOne() {
        assertThat(files(BOTH, new Credentials.ClientCertificate("chain", "key")))
                .containsEntry("bootstrap-servers", "mutual:1")
                .containsEntry("security-protocol", "SSL")
                .containsEntry("certificates", "chain")
                .containsEntry("private-key", "key")
                .containsEntry("host", "amqps")
                .containsEntry("port", "1")
                .containsEntry("uri", "amqps://amqps:1/%2F")
                .doesNotContainKeys("password", "sasl-mechanism");
    }

    @Test
    void listenerThatAsksForSomethingElseIsNotNamed() {
        var onlyPasswords = BOTH.replaceAll("- \\{name: (open|mutual|amqps),.*\n", "");

        assertThat(files(onlyPasswords, new Credentials.ClientCertificate("chain", "key")))
                .doesNotContainKeys("bootstrap-servers", "security-protocol", "host", "uri");
    }

    @Test
    void whereNobodyIsAskedThereIsNothingToProtect() {
        var open = "{replicas: 1, storage: {size: 1Gi}}";
        var cluster = Specs.cluster(open);
        cluster.setStatus(status(List.of("kafka", "amqp")));

        assertThat(UserSecret.files(alice(), new Credentials.Password("x"), cluster, Optional.empty()))
                .containsEntry("security-protocol", "PLAINTEXT")
                .doesNotContainKey("ca.crt");
    }

    @Test
    void credentialsAreNotPrinted() {
        assertThat(new Credentials.Password("hush").toString()).doesNotContain("hush");
        assertThat(new Credentials.ClientCertificate("chain", "hush").toString())
                .doesNotContain("hush");
    }

    private static Map<String, String> files(String spec, Credentials credentials) {
        BrokerCluster cluster = Specs.cluster(spec);
        cluster.setStatus(status(ListenerIntent.of(cluster.getSpec().listeners(), true).stream()
                .map(listener -> listener.name())
                .toList()));
        return UserSecret.files(alice(), credentials, cluster, Optional.of("the ca"));
    }

    private static User alice() {
        var user = new User();
        user.getMetadata().setName("alice");
        return user;
    }

    private static BrokerClusterStatus status(List<String> listeners) {
        return new BrokerClusterStatus(
                1L,
                null,
                1,
                null,
                "1/1",
                "Ready",
                "4.3.1",
                "4.3-IV0",
                "id",
                null,
                listeners.stream()
                        .map(name -> new ListenerStatus(name, name + ":1", null, null, null))
                        .toList(),
                null,
                null,
                null,
                null);
    }
}
