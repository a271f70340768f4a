package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.SaslConfig;
import com.rabbitmq.client.SaslMechanism;
import com.rabbitmq.client.impl.LongStringHelper;
import io.millrace.broker.management.ManagementClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** AMQP with TLS, and clients that are known by their certificates (SASL EXTERNAL). */
@Timeout(60)
class AmqpTlsIT {
    private static final int SEVERAL_TLS_RECORDS = 300_000;

    private static StandaloneBroker broker;
    private static TestCertificates certificates;
    private static TlsFiles ofBroker;
    private static ManagementClient management;
    private static int tlsPort;
    private static int httpsPort;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        certificates = new TestCertificates(folder.resolve("tls"));
        ofBroker = certificates.issue("broker", "localhost");
        tlsPort = FreePorts.next();
        httpsPort = FreePorts.next();
        broker = new StandaloneBroker(
                folder.resolve("data"),
                Map.of(
                        AmqpTls.PORT, Integer.toString(tlsPort),
                        AmqpTls.CERTIFICATE, ofBroker.certificate().toString(),
                        AmqpTls.KEY, ofBroker.key().toString(),
                        AmqpTls.TRUSTED, String.valueOf(ofBroker.trusted())),
                Map.of(),
                Optional.of(ManagementTls.ofNode(httpsPort, ofBroker)));
        management = new ManagementClient(broker.httpPort(), "guest", "guest");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aPasswordAndLargeMessagesGoOverTls() throws Exception {
        try (var connection = connect(null, DefaultSaslConfig.PLAIN)) {
            var channel = connection.createChannel();
            channel.confirmSelect();
            channel.queueDeclare("tls", true, false, false, null);
            byte[] body = new byte[SEVERAL_TLS_RECORDS];
            body[body.length - 1] = 7;

            channel.basicPublish("", "tls", MessageProperties.PERSISTENT_BASIC, body);
            channel.waitForConfirmsOrDie(10_000);

            assertThat(channel.basicGet("tls", true).getBody()).isEqualTo(body);
        }
    }

    @Test
    void aCertificateLogsInTheUserItNamesWithoutAPassword() throws Exception {
        haveUser("shop");
        try (var connection = connect(certificates.issue("shop"), DefaultSaslConfig.EXTERNAL)) {
            assertThat(connection.isOpen()).isTrue();

            var shown = shown("shop");

            assertThat(shown.get("auth_mechanism").asText()).isEqualTo("EXTERNAL");
            assertThat(shown.get("protocol").asText()).isEqualTo("AMQP 0-9-1");
            assertThat(shown.get("ssl").asBoolean()).isTrue();
            assertThat(shown.get("ssl_protocol").asText()).isEqualTo("tlsv1.3");
            assertThat(shown.get("ssl_key_exchange").asText()).isEqualTo("any");
            assertThat(shown.get("ssl_cipher").asText()).startsWith("aes_");
            assertThat(shown.get("ssl_hash").asText()).isEqualTo("aead");
            assertThat(shown.get("peer_cert_subject").asText()).isEqualTo("O=millrace,CN=shop");
            assertThat(shown.get("peer_cert_issuer").asText()).isEqualTo("CN=test-ca");
            assertThat(shown.get("peer_cert_validity").asText()).matches("\\S+Z - \\S+Z");
        }
    }

    @Test
    void aConnectionCountsTheEncryptedOctets() throws Exception {
        try (var connection = connect(null, DefaultSaslConfig.PLAIN)) {
            var channel = connection.createChannel();
            channel.confirmSelect();
            await().until(() -> management.get("/api/connections").json().size() == 1); // others end
            var before = management
                    .get("/api/connections")
                    .json()
                    .get(0)
                    .get("recv_oct")
                    .asLong();

            channel.basicPublish("amq.fanout", "", null, new byte[SEVERAL_TLS_RECORDS]);
            channel.waitForConfirmsOrDie(10_000);

            var after = management
                    .get("/api/connections")
                    .json()
                    .get(0)
                    .get("recv_oct")
                    .asLong();
            var records = SEVERAL_TLS_RECORDS / 16_384;
            assertThat(after - before).isGreaterThan(SEVERAL_TLS_RECORDS + 16L * records);
        }
    }

    @Test
    void aPlainConnectionIsShownAsOne() throws Exception {
        try (var connection = plainFactory().newConnection()) {
            assertThat(connection.isOpen()).isTrue();

            var shown = shown("guest");

            assertThat(shown.get("ssl").asBoolean()).isFalse();
            assertThat(shown.get("auth_mechanism").asText()).isEqualTo("PLAIN");
            assertThat(shown.get("ssl_protocol").isNull()).isTrue();
            assertThat(shown.get("peer_cert_subject").isNull()).isTrue();
        }
    }

    @Test
    void externalIsOfferedOnlyToThoseWhoHaveShownACertificate() throws Exception {
        var shown = new OfferedMechanisms();
        connect(certificates.issue("anybody"), shown).close();
        var notShown = new OfferedMechanisms();
        connect(null, notShown).close();
        var plain = new OfferedMechanisms();
        var factory = plainFactory();
        factory.setSaslConfig(plain);
        factory.newConnection().close();

        assertThat(shown.offered).containsExactly("EXTERNAL", "PLAIN", "AMQPLAIN");
        assertThat(notShown.offered).containsExactly("PLAIN", "AMQPLAIN");
        assertThat(plain.offered).containsExactly("PLAIN", "AMQPLAIN");
    }

    @Test
    void whoAsksForExternalWithoutItBeingOfferedIsRefused() throws Exception {
        var factory = plainFactory();
        factory.setSaslConfig(offered -> new External());

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(factory::newConnection)
                .havingRootCause()
                .withMessageContaining("503")
                .withMessageContaining("unknown authentication mechanism 'EXTERNAL'");
    }

    @Test
    void aCertificateOfNobodyIsRefused() throws Exception {
        var nobody = certificates.issue("nobody");

        assertThatExceptionOfType(AuthenticationFailureException.class)
                .isThrownBy(() -> connect(nobody, DefaultSaslConfig.EXTERNAL))
                .withMessageContaining(
                        "ACCESS_REFUSED - Login was refused using authentication mechanism EXTERNAL. For details see the broker logfile.");
    }

    @Test
    void aCertificateOfAnotherCaIsNotLetIn(@TempDir Path elsewhere) throws Exception {
        haveUser("forged");
        var forged = new TestCertificates(elsewhere).issue("forged");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> connect(forged, DefaultSaslConfig.EXTERNAL));
        assertThat(management.get("/api/connections").json().findValuesAsText("user"))
                .doesNotContain("forged");
    }

    @Test
    void aNewCertificateIsShownToNewConnectionsAndOldOnesGoOn() throws Exception {
        var before = servedCertificate();
        try (var old = connect(null, DefaultSaslConfig.PLAIN)) {
            certificates.issue("broker", "localhost");

            await().until(() -> !servedCertificate().equals(before));

            assertThat(old.createChannel().isOpen()).isTrue();
            connect(null, DefaultSaslConfig.PLAIN).close();
        }
    }

    @Test
    void theManagementApiIsServedWithTheSameCertificateAndTakesANewOneUp() throws Exception {
        try (var https = HttpClient.newBuilder().sslContext(context(null)).build()) {
            var request = HttpRequest.newBuilder(URI.create("https://localhost:" + httpsPort + "/api/whoami"))
                    .header("authorization", "Basic Z3Vlc3Q6Z3Vlc3Q=")
                    .build();

            var answer = https.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("guest");
            assertThat(answer.sslSession()).isPresent();
        }
        var before = servedCertificate(httpsPort);
        certificates.issue("broker", "localhost");
        await().until(() -> !servedCertificate(httpsPort).equals(before));
    }

    @Test
    void whoSpeaksNoTlsToTheManagementApisTlsPortIsDisconnectedAndThatWithoutIsStillThere() {
        var plain = new ManagementClient(httpsPort, "guest", "guest");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> plain.get("/api/whoami"))
                .withCauseInstanceOf(IOException.class);
        assertThat(management.get("/api/whoami").status()).isEqualTo(200);
    }

    @Test
    void aNewCaOfClientsIsTrustedBesideTheFormerAndThenInItsPlaceAndOpenConnectionsGoOn(@TempDir Path elsewhere)
            throws Exception {
        haveUser("renewed");
        var former = Files.readString(authorities());
        var ofClient = Files.writeString(elsewhere.resolve("former.crt"), former);
        var next = new TestCertificates(elsewhere.resolve("next"), "next-ca");
        var old = trusting(ofClient, certificates.issue("renewed"));
        var renewed = trusting(ofClient, next.issue("renewed"));
        try (var open = external(old)) {
            Files.writeString(authorities(), former + next.authorityPem());
            await().until(() -> logsIn(renewed));
            assertThat(logsIn(old)).isTrue();

            Files.writeString(authorities(), next.authorityPem());
            await().until(() -> !logsIn(old));

            assertThat(logsIn(renewed)).isTrue();
            assertThat(open.createChannel().isOpen()).isTrue();
        } finally {
            Files.writeString(authorities(), former);
            await().until(() -> logsIn(old));
        }
    }

    /** What the broker trusts of clients. */
    private static Path authorities() {
        return Objects.requireNonNull(ofBroker.trusted());
    }

    private static TlsFiles trusting(Path authorities, TlsFiles own) {
        return new TlsFiles(authorities, own.certificate(), own.key());
    }

    private static boolean logsIn(TlsFiles own) throws Exception {
        try {
            external(own).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Connection external(TlsFiles own) throws Exception {
        return connectBy(PemFiles.load(own).context(), DefaultSaslConfig.EXTERNAL);
    }

    @Test
    void whoSpeaksNoTlsToTheTlsPortIsDisconnected() {
        var factory = plainFactory();
        factory.setPort(tlsPort);

        assertThatExceptionOfType(IOException.class).isThrownBy(factory::newConnection);
    }

    private static JsonNode shown(String user) {
        var found = new CopyOnWriteArrayList<JsonNode>();
        await().until(() -> {
            management.get("/api/connections").json().forEach(one -> {
                if (one.get("user").asText().equals(user)) {
                    found.add(one);
                }
            });
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    private static void haveUser(String name) {
        management.put("/api/users/" + name, "{'tags': []}");
        var granted =
                management.put("/api/permissions/%2F/" + name, "{'configure': '.*', 'write': '.*', 'read': '.*'}");
        assertThat(granted.status()).isBetween(200, 204);
    }

    private static Certificate servedCertificate() throws Exception {
        return servedCertificate(tlsPort);
    }

    private static Certificate servedCertificate(int port) throws Exception {
        try (var socket = (SSLSocket) context(null).getSocketFactory().createSocket("localhost", port)) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static ConnectionFactory plainFactory() {
        var factory = new ConnectionFactory();
        factory.setHost("localhost");
        factory.setPort(broker.amqpPort());
        return factory;
    }

    private static Connection connect(@Nullable TlsFiles own, SaslConfig sasl) throws Exception {
        return connectBy(context(own), sasl);
    }

    private static Connection connectBy(SSLContext context, SaslConfig sasl) throws Exception {
        var factory = plainFactory();
        factory.setPort(tlsPort);
        factory.useSslProtocol(context);
        factory.enableHostnameVerification();
        factory.setSaslConfig(sasl);
        return factory.newConnection();
    }

    private static SSLContext context(@Nullable TlsFiles own) throws GeneralSecurityException, IOException {
        if (own != null) {
            var files = new TlsFiles(ofBroker.trusted(), own.certificate(), own.key());
            return PemFiles.load(files).context();
        }
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(PemFiles.load(ofBroker).trusted());
        var context = SSLContext.getInstance("TLS");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }

    private static final class External implements SaslMechanism {
        @Override
        public String getName() {
            return "EXTERNAL";
        }

        @Override
        public @Nullable LongString handleChallenge(@Nullable LongString challenge, String user, String password) {
            return LongStringHelper.asLongString("");
        }
    }

    /** Logs in by password, having looked at what else there was. */
    private static final class OfferedMechanisms implements SaslConfig {
        private final List<String> offered = new CopyOnWriteArrayList<>();

        @Override
        public SaslMechanism getSaslMechanism(String[] mechanisms) {
            offered.addAll(List.of(mechanisms));
            return DefaultSaslConfig.PLAIN.getSaslMechanism(mechanisms);
        }
    }
}
