package io.millrace.broker.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.SaslMechanism;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.LongStringHelper;
import io.millrace.broker.management.ManagementClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the log says of clients, and what it never says. */
@Timeout(60)
class LoggingIT {
    private static final String SECRET = "Tr0ub4dor-and-3";

    private static StandaloneBroker broker;

    private final CapturedLog log = new CapturedLog("io.millrace", Level.TRACE);

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @AfterEach
    void release() {
        log.close();
    }

    private static ConnectionFactory factory() {
        var factory = new ConnectionFactory();
        factory.setHost("localhost");
        factory.setPort(broker.amqpPort());
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    private void awaitLine(String... parts) {
        await().untilAsserted(() ->
                assertThat(log.lines()).anySatisfy(line -> assertThat(line).contains(parts)));
    }

    @Test
    void aConnectionIsFoundByItsNameFromItsBeginningToItsEnd() throws Exception {
        String name;
        try (var connection = factory().newConnection()) {
            var socket = (AMQConnection) connection;
            name = "127.0.0.1:" + socket.getLocalPort() + " -> 127.0.0.1:" + broker.amqpPort();
            awaitLine("DEBUG", name, ": accepted");
            awaitLine("DEBUG", name, "user 'guest'", "authenticated by PLAIN");
            awaitLine("DEBUG", name, "(user 'guest', vhost '/'): open");
        }
        awaitLine("DEBUG", name, ": closed by the client");
        assertThat(log.lines()).noneMatch(line -> line.startsWith("WARN") && line.contains(name));
    }

    @Test
    void aChannelThatIsClosedIsNamedWithCodeAndText() throws Exception {
        try (var connection = factory().newConnection()) {
            var channel = connection.createChannel(5);

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> channel.queueDeclarePassive("none"));

            awaitLine("WARN", "user 'guest', vhost '/'", "channel 5: closed with 404", "no queue 'none' in vhost '/'");
        }
    }

    @Test
    void aVirtualHostThatIsNotThereIsNamed() {
        var factory = factory();
        factory.setVirtualHost("nowhere");

        assertThatExceptionOfType(IOException.class).isThrownBy(factory::newConnection);

        awaitLine("WARN", "user 'guest'", "closed with 530", "vhost nowhere not found");
    }

    @Test
    void aSocketThatIsCutIsAWarning() throws Exception {
        try (var socket = new Socket("localhost", broker.amqpPort())) {
            socket.getOutputStream().write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
            assertThat(socket.getInputStream().read()).isPositive();
        }

        awaitLine("WARN", "ended without being closed by the client");
    }

    @Test
    void aLoginThatIsRefusedIsToldWithTheNameAndNotThePassword() {
        var factory = factory();
        factory.setUsername("mallory");
        factory.setPassword(SECRET);

        assertThatExceptionOfType(IOException.class).isThrownBy(factory::newConnection);
        assertThat(new ManagementClient(broker.httpPort(), "eve", SECRET)
                        .get("/api/whoami")
                        .status())
                .isEqualTo(401);

        awaitLine("INFO", "PLAIN login refused: user 'mallory'");
        awaitLine("INFO", "management API: login of", "refused: user 'eve'");
        assertNoSecret();
    }

    @Test
    void noPasswordIsLoggedWhateverIsDoneWithIt() throws Exception {
        var management = new ManagementClient(broker.httpPort(), "guest", "guest");
        management.put("/api/users/keeper", "{'password': '" + SECRET + "', 'tags': 'management'}");
        management.put("/api/permissions/%2F/keeper", "{'configure': '.*', 'write': '.*', 'read': '.*'}");
        var factory = factory();
        factory.setUsername("keeper");
        factory.setPassword(SECRET);
        try (var connection = (AMQConnection) factory.newConnection()) {
            connection.createChannel();
            assertThat(new ManagementClient(broker.httpPort(), "keeper", SECRET)
                            .get("/api/whoami")
                            .status())
                    .isEqualTo(200);
            assertThat(management.get("/api/definitions").status()).isEqualTo(200);
        }
        // Wrong in its form: the login is refused with the secret in the wrong place.
        var mangled = factory();
        mangled.setSaslConfig(offered -> new MangledPlain());
        assertThatExceptionOfType(IOException.class).isThrownBy(mangled::newConnection);
        management.put("/api/users/keeper", "{'password': '" + SECRET + "', 'password_hash': '" + SECRET + "'}");
        management.delete("/api/users/keeper");

        awaitLine("authenticated by PLAIN", "keeper");
        assertNoSecret();
    }

    /** PLAIN without the bytes that part user and password. */
    private static final class MangledPlain implements SaslMechanism {
        @Override
        public String getName() {
            return "PLAIN";
        }

        @Override
        public LongString handleChallenge(@Nullable LongString challenge, String user, String password) {
            return LongStringHelper.asLongString(SECRET);
        }
    }

    private void assertNoSecret() {
        var forms = List.of(
                SECRET,
                Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8)),
                Base64.getEncoder().encodeToString(("keeper:" + SECRET).getBytes(StandardCharsets.UTF_8)));
        assertThat(log.lines()).isNotEmpty().noneMatch(line -> forms.stream().anyMatch(line::contains));
    }
}
