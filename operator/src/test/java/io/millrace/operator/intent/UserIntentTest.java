package io.millrace.operator.intent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.millrace.api.v1alpha1.User;
import org.junit.jupiter.api.Test;

class UserIntentTest {

    @Test
    void entriesBecomeAclsOfKafkaAndOneTriplePerVirtualHost() {
        var intent = UserIntent.parse(Serialization.unmarshal("""
                apiVersion: millrace.io/v1alpha1
                kind: User
                metadata: {name: app}
                spec:
                  cluster: {name: orders}
                  access:
                  - {resource: topic, name: pay, match: prefix, allow: [read, alter]}
                  - {resource: cluster, allow: [monitor]}
                  - {resource: queue, name: "a.b", allow: [configure, read]}
                  - {resource: queue, name: jobs-, match: prefix, allow: [read]}
                  - {resource: exchange, name: "x|y", match: regex, allow: [write]}
                  - {resource: exchange, name: "*", vhost: other, allow: [write]}
                """, User.class));

        assertThat(intent.acls())
                .containsExactlyInAnyOrder(
                        new Acl("TOPIC", "pay", true, "User:app", "READ", true),
                        new Acl("TOPIC", "pay", true, "User:app", "ALTER", true),
                        new Acl("TOPIC", "pay", true, "User:app", "ALTER_CONFIGS", true),
                        new Acl("CLUSTER", "kafka-cluster", false, "User:app", "DESCRIBE", true));
        assertThat(intent.permissions())
                .containsExactly(
                        new PermissionIntent("/", "^(a\\.b)$", "^(x|y)$", "^(a\\.b|jobs\\-.*)$"),
                        new PermissionIntent("other", "^$", "^(.*)$", "^$"));
        assertThat(intent.secret()).isEqualTo("app-credentials");
    }
}
