package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster that speaks TLS only, and clients that have nothing but what is in its Secrets. */
@Order(58)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TlsIT {
    private static final Logger LOG = LoggerFactory.getLogger(TlsIT.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Kube KUBE = new Kube("e2e-tls");
    private static final Brokers BROKERS = new Brokers(KUBE, "orders");

    @BeforeAll
    static void makeTheCluster() {
        KUBE.create();
        Walkthrough.in(KUBE).withOneBroker().run("docs/guides/secure.md#a-cluster-with-tls");
    }

    /** Nobody waits for it to go. */
    @AfterAll
    static void beginToDeleteTheNamespace() {
        LOG.info("{}\n{}", KUBE.namespace(), KUBE.must("", "get", "millrace,pods", "--output", "wide"));
        KUBE.must("", "delete", "namespace", KUBE.namespace(), "--wait=false");
    }

    @Test
    @Order(1)
    void aPasswordGoesOverTlsAtTheAddressOfANode() {
        awaitThrough(TlsIT::till);
    }

    @Test
    @Order(2)
    void aKafkaClientIsKnownByItsCertificateAndMayDoWhatItsUserMay() throws Exception {
        KUBE.apply("""
                apiVersion: millrace.io/v1alpha1
                kind: Topic
                metadata: { name: closed }
                spec: { cluster: { name: orders } }
                """);
        KUBE.awaitReady("Topic/closed");

        awaitThrough(ignored -> shop());

        assertThatThrownBy(() -> Records.through(shop(), "closed"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    @Order(3)
    void anAmqpClientIsKnownByItsCertificate() throws Exception {
        try (var connection = amqp(ofShop())) {
            Messages.through(connection, "", "refunds", "refunds");
        }
    }

    @Test
    @Order(4)
    void whoTrustsAnotherCaDoesNotConnect() throws Exception {
        var other = KUBE.secret("orders-clients-ca", "ca.crt");
        assertThat(other).isNotEqualTo(authority());

        assertRefused(till(other));
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> amqp(Pem.context(other, secret("certificates"), secret("private-key"))));
    }

    @Test
    @Order(5)
    void whoShowsNoCertificateOrThatOfANodeIsTurnedAway() throws Exception {
        var anonymous = Brokers.anonymous(BROKERS.internal("mutual"));
        anonymous.put("security.protocol", "SSL");
        anonymous.putAll(Pem.trusting(authority()));
        assertRefused(anonymous);
        var node = new HashMap<>(anonymous);
        node.putAll(Pem.showing(
                KUBE.secret("orders-nodes-tls", "orders-broker-0.crt"),
                KUBE.secret("orders-nodes-tls", "orders-broker-0.key")));
        assertRefused(node);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> amqp(Pem.context(authority(), "", "")));
    }

    /** What a node trusts among nodes is not what it trusts of clients: a user does not get into the inner ports. */
    @Test
    @Order(6)
    void aUserIsNobodyOnThePortsBetweenBrokers() {
        for (var port : List.of(9090, 9091, 25672)) {
            assertThatExceptionOfType(IOException.class)
                    .as("port " + port)
                    .isThrownBy(() -> readFrom(ofShop(), broker(port)));
        }
    }

    @Test
    @Order(7)
    void newCertificatesAreServedWithoutARestartAndOpenConnectionsGoOn() throws Exception {
        var addresses = List.of(BROKERS.internal("amqps"), BROKERS.internal("mutual"), broker(9094), broker(9091));
        var before = served(addresses);
        var pods = pods();
        try (var connection = amqp(ofShop())) {
            var begin = System.nanoTime();

            Walkthrough.in(KUBE).run("docs/guides/secure.md#certificates");

            await("new certificates").atMost(PATIENCE).ignoreExceptions().until(() -> served(addresses).stream()
                    .noneMatch(before::contains));
            LOG.info(
                    "all listeners serve new certificates {} ms after the old ones were deleted",
                    Duration.ofNanos(System.nanoTime() - begin).toMillis());
            Messages.through(connection, "", "refunds", "refunds");
            Records.through(till(authority()), "payments");
        }
        assertThat(pods()).isEqualTo(pods);
    }

    @Test
    @Order(8)
    void authoritiesAreRenewedByHandWhileClientsGoOnAndNothingRestarts() throws Exception {
        var former = authority();
        var formerOfUsers = KUBE.secret("orders-clients-ca", "ca.crt");
        var pods = pods();
        var begin = System.nanoTime();
        var rounds = 0;
        try (var connection = amqp(ofShop());
                var producer = Records.producer(till(former), Map.of())) {
            producer.send(new ProducerRecord<>("payments", "open")).get();
            BROKERS.patch("{\"tls\":{\"ca\":{\"handOverDays\":0}}}");
            Walkthrough.in(KUBE).run("docs/guides/secure.md#the-cas");

            while (isRenewing(former, formerOfUsers)) {
                // Who was there before, and who comes with what the Secrets hold at that moment.
                producer.send(new ProducerRecord<>("payments", "open")).get();
                Messages.through(connection, "", "refunds", "refunds");
                Records.through(till(authority()), "payments");
                try (var late = amqp(ofShop())) {
                    Messages.through(late, "", "refunds", "refunds");
                }
                rounds++;
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE.multipliedBy(2));
            }

            producer.send(new ProducerRecord<>("payments", "open")).get();
            Messages.through(connection, "", "refunds", "refunds");
        }
        LOG.info(
                "both CAs were renewed in {} ms; clients went round {} times meanwhile",
                Duration.ofNanos(System.nanoTime() - begin).toMillis(),
                rounds);
        Records.through(shop(), "payments");
        assertRefused(till(former));
        assertThat(pods()).isEqualTo(pods);
    }

    @Test
    @Order(9)
    void theManagementApiIsServedWithTls() throws Exception {
        try (var https = HttpClient.newBuilder()
                .sslContext(Pem.context(authority(), "", ""))
                .build()) {
            var request = HttpRequest.newBuilder(URI.create("https://" + BROKERS.internal("https") + "/api/overview"))
                    .build();

            var answer = https.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).as("nobody has logged in").isEqualTo(401);
        }
    }

    @Test
    @Order(10)
    void aPasswordIsChangedWhereItIsStored() {
        Walkthrough.in(KUBE).run("docs/guides/secure.md#passwords");

        assertThat(BROKERS.password("till")).isEqualTo("another-one");
        awaitThrough(TlsIT::till);
    }

    /** As long as what was trusted is so still, anywhere, or the operator says so. */
    private static boolean isRenewing(String former, String formerOfUsers) throws Exception {
        List<Map<String, Object>> conditions =
                KUBE.get("BrokerCluster", "orders").orElseThrow().get("status", "conditions");
        var users = KUBE.secret("orders-clients-ca", "ca.crt");
        return conditions.stream().anyMatch(condition -> "RenewingCA".equals(condition.get("type")))
                || authority().contains(former.strip())
                || users.contains(formerOfUsers.strip())
                || Pem.count(authority()) + Pem.count(users) > 2;
    }

    /** Users, their rights and the certificates of nodes are known to all brokers a little after all is Ready. */
    private static void awaitThrough(Function<String, Map<String, Object>> client) {
        var begin = System.nanoTime();
        await("a record in payments").atMost(PATIENCE).ignoreExceptions().until(() -> {
            Records.through(client.apply(authority()), "payments");
            return true;
        });
        LOG.info(
                "a record went through after {} ms",
                Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }

    private static List<String> served(List<String> addresses) throws Exception {
        var context = ofShop();
        var served = new ArrayList<String>();
        for (var address : addresses) {
            served.add(Pem.served(context, address).getSerialNumber().toString());
        }
        return served;
    }

    /** With TLS 1.3 a server's refusal comes after the client's handshake: it is read. */
    private static int readFrom(SSLContext context, String address) throws IOException {
        var parts = address.split(":", -1);
        try (var socket = context.getSocketFactory().createSocket(parts[0], Integer.parseInt(parts[1]))) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("AMQP".getBytes(StandardCharsets.US_ASCII));
            var read = socket.getInputStream().read();
            if (read < 0) {
                throw new IOException("closed");
            }
            return read;
        }
    }

    private static String broker(int port) {
        return "orders-broker-0.orders-nodes." + KUBE.namespace() + ".svc:" + port;
    }

    private static String pods() {
        return KUBE.must(
                "",
                "get",
                "pods",
                "--output",
                "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount}"
                        + " {.status.initContainerStatuses[*].restartCount}{\"\\n\"}{end}");
    }

    /** The certificate that the cluster publishes, and shows in its status. */
    private static String authority() {
        List<Map<String, Object>> listeners =
                KUBE.get("BrokerCluster", "orders").orElseThrow().get("status", "listeners");
        var secret = String.valueOf(listeners.getFirst().get("caSecret"));
        return KUBE.secret(secret, "ca.crt");
    }

    private static Map<String, Object> till(String authority) {
        var settings = Brokers.scram(BROKERS.external("kafka"), "till", BROKERS.password("till"));
        settings.put("security.protocol", "SASL_SSL");
        settings.putAll(Pem.trusting(authority));
        return settings;
    }

    /** All that this client needs is in the user's Secret. */
    private static Map<String, Object> shop() {
        var settings = Brokers.anonymous(secret("bootstrap-servers"));
        settings.put("security.protocol", secret("security-protocol"));
        settings.putAll(Pem.trusting(secret("ca.crt")));
        settings.putAll(Pem.showing(secret("certificates"), secret("private-key")));
        return settings;
    }

    private static SSLContext ofShop() throws Exception {
        var files = KUBE.secret("shop-credentials");
        return Pem.context(
                files.getOrDefault("ca.crt", ""),
                files.getOrDefault("certificates", ""),
                files.getOrDefault("private-key", ""));
    }

    private static Connection amqp(SSLContext context) throws Exception {
        var factory = new ConnectionFactory();
        factory.setHost(secret("host"));
        factory.setPort(Integer.parseInt(secret("port")));
        factory.useSslProtocol(context);
        factory.enableHostnameVerification();
        factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }

    private static String secret(String key) {
        return KUBE.secret("shop-credentials", key);
    }

    private static void assertRefused(Map<String, Object> settings) {
        try (var admin = Admin.create(settings)) {
            assertThatThrownBy(() -> admin.describeCluster().nodes().get())
                    .hasCauseInstanceOf(SslAuthenticationException.class);
        }
    }
}
