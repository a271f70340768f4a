package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the management API shows of messages that an exchange holds. */
@Timeout(120)
class DelayedExchangeIT {
    private static final String EXCHANGE = "/api/exchanges/%2F/later";

    private static StandaloneBroker broker;
    private static ManagementClient guest;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        broker = new StandaloneBroker(data);
        guest = new ManagementClient(broker.httpPort(), "guest", "guest");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static void publish(int delayMs) {
        var reply = guest.post(
                EXCHANGE + "/publish",
                "{'routing_key':'k','payload':'m','payload_encoding':'string','properties':{'headers':{'x-delay':"
                        + delayMs + "}}}");
        assertThat(reply.json().path("routed").asBoolean()).isTrue();
    }

    private static int delayed() {
        return guest.get(EXCHANGE).json().path("messages_delayed").asInt(-1);
    }

    @Test
    void anExchangeShowsHowManyMessagesItHoldsAndNotWhere() {
        assertThat(guest.put(EXCHANGE, "{'type':'x-delayed-message'}").status()).isEqualTo(400);
        guest.put(EXCHANGE, "{'type':'x-delayed-message','arguments':{'x-delayed-type':'topic'}}");
        assertThat(delayed()).isZero();

        publish(60_000);
        publish(86_400_000);
        publish(500);

        assertThat(delayed()).isEqualTo(3);
        var listed = guest.get("/api/exchanges/%2F").json();
        assertThat(StreamSupport.stream(listed.spliterator(), false).filter(one -> one.has("messages_delayed")))
                .singleElement()
                .satisfies(
                        one -> assertThat(one.path("messages_delayed").asInt()).isEqualTo(3));
        await().atMost(Duration.ofSeconds(10)).until(() -> delayed() == 2);
        assertThat(guest.get("/api/queues").json()).isEmpty();
        assertThat(guest.get("/api/definitions").json().path("queues")).isEmpty();
        assertThat(guest.get("/api/queues/%2F/later").status()).isEqualTo(404);
    }
}
