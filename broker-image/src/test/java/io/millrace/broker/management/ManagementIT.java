package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.broker.launcher.StandaloneBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The management HTTP API as its clients see it: real requests to a real broker. */
@Timeout(120)
class ManagementIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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

    private static String fresh(String kind) {
        return kind + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String queue() {
        var name = fresh("queue");
        assertThat(guest.put("/api/queues/%2F/" + name, "{'durable':true}").status())
                .isEqualTo(201);
        return name;
    }

    private static String exchange() {
        var name = fresh("exchange");
        assertThat(guest.put("/api/exchanges/%2F/" + name, "{'type':'topic','durable':true}")
                        .status())
                .isEqualTo(201);
        return name;
    }

    @Test
    void declaringAQueueAgainIsFineAndOtherwiseIsRefusedInRabbitMqsWords() {
        var path = "/api/queues/%2F/" + fresh("declare");

        var first = guest.put(path, "{'durable':true,'arguments':{'x-message-ttl':60000}}");
        var again = guest.put(path, "{'durable':'true','auto_delete':'false','arguments':{'x-message-ttl':60000}}");
        var other = guest.put(path, "{'durable':true,'arguments':{'x-message-ttl':1000}}");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(204);
        assertThat(other.status()).isEqualTo(400);
        assertThat(other.json().path("error").asText()).isEqualTo("bad_request");
        assertThat(other.json().path("reason").asText())
                .startsWith("inequivalent arg 'x-message-ttl' for queue 'declare-")
                .endsWith("received '1000' but current is '60000'");
    }

    @Test
    void queueShowsWhatItIsAndWhereItLies() {
        var name = fresh("shown");
        guest.put("/api/queues/%2F/" + name, "{'arguments':{'x-message-ttl':60000,'x-dead-letter-exchange':'dlx'}}");

        var queue = guest.get("/api/queues/%2F/" + name).json();

        assertThat(queue.path("name").asText()).isEqualTo(name);
        assertThat(queue.path("vhost").asText()).isEqualTo("/");
        assertThat(queue.path("durable").asBoolean()).isTrue();
        assertThat(queue.path("exclusive").asBoolean(true)).isFalse();
        assertThat(queue.path("auto_delete").asBoolean(true)).isFalse();
        assertThat(queue.path("type").asText()).isEqualTo("classic");
        assertThat(queue.path("state").asText()).isEqualTo("running");
        assertThat(queue.path("arguments").path("x-message-ttl").isIntegralNumber())
                .isTrue();
        assertThat(queue.path("arguments").path("x-dead-letter-exchange").asText())
                .isEqualTo("dlx");
        assertThat(queue.path("messages").isIntegralNumber()).isTrue();
        assertThat(queue.path("messages_ready").isIntegralNumber()).isTrue();
        assertThat(queue.path("messages_unacknowledged").isIntegralNumber()).isTrue();
        assertThat(queue.path("consumers").isIntegralNumber()).isTrue();
        assertThat(queue.path("node").asText()).isEqualTo("standalone-0");
        assertThat(queue.path("owner_pod").asText()).isEqualTo("standalone-0");
        assertThat(queue.path("slot").isIntegralNumber()).isTrue();
        assertThat(queue.path("topic").asText()).isEqualTo("q._2f." + name);
        assertThat(elements(guest.get("/api/queues").json())
                        .map(each -> each.path("name").asText()))
                .contains(name);
    }

    @Test
    void messagesArePublishedCountedReadAndPurged() {
        var name = queue();
        for (var payload : List.of("one", "two", "three")) {
            var published = guest.post(
                    "/api/exchanges/%2F/amq.default/publish",
                    "{'properties':{'delivery_mode':2,'headers':{'n':1}},'routing_key':'" + name + "','payload':'"
                            + payload + "','payload_encoding':'string'}");
            assertThat(published.text()).isEqualTo("{\"routed\":true}");
        }

        var peeked = guest.post(
                "/api/queues/%2F/" + name + "/get", "{'count':2,'ackmode':'ack_requeue_true','encoding':'auto'}");
        var taken = guest.post(
                "/api/queues/%2F/" + name + "/get", "{'count':1,'ackmode':'ack_requeue_false','encoding':'base64'}");
        var left = guest.get("/api/queues/%2F/" + name).json();
        var purged = guest.delete("/api/queues/%2F/" + name + "/contents");

        assertThat(elements(peeked.json()).map(each -> each.path("payload").asText()))
                .containsExactly("one", "two");
        assertThat(peeked.json()
                        .path(0)
                        .path("properties")
                        .path("headers")
                        .path("n")
                        .asInt())
                .isEqualTo(1);
        assertThat(taken.json().path(0).path("payload").asText()).isEqualTo("b25l");
        assertThat(taken.json().path(0).path("redelivered").asBoolean()).isTrue();
        assertThat(taken.json().path(0).path("message_count").asInt()).isEqualTo(2);
        assertThat(left.path("messages_ready").asInt()).isEqualTo(2);
        assertThat(purged.status()).isEqualTo(204);
        assertThat(guest.get("/api/queues/%2F/" + name).json().path("messages").asInt(-1))
                .isZero();
    }

    @Test
    void queueThatIsNotEmptyIsKeptWhenOnlyAnEmptyOneIsToGo() {
        var name = queue();
        guest.post(
                "/api/exchanges/%2F/amq.default/publish",
                "{'properties':{},'routing_key':'" + name + "','payload':'x','payload_encoding':'string'}");

        var refused = guest.delete("/api/queues/%2F/" + name + "?if-empty=true");
        guest.delete("/api/queues/%2F/" + name + "/contents");
        var deleted = guest.delete("/api/queues/%2F/" + name + "?if-empty=true&if-unused=true");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("reason").asText()).isEqualTo("queue '" + name + "' in vhost '/' not empty");
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(guest.get("/api/queues/%2F/" + name).status()).isEqualTo(404);
    }

    @Test
    void bindingIsListedByItsEndsAndGoneByItsKey() {
        var exchange = exchange();
        var queue = queue();
        var pair = "/api/bindings/%2F/e/" + exchange + "/q/" + queue;

        var bound = guest.post(pair, "{'routing_key':'a b.*','arguments':{}}");
        guest.post(pair, "{'routing_key':'with','arguments':{'x':1}}");

        assertThat(bound.status()).isEqualTo(201);
        var location = bound.response().headers().firstValue("location").orElseThrow();
        assertThat(location).isEqualTo("a+b.*");
        assertThat(elements(guest.get(pair).json())).hasSize(2);
        assertThat(elements(guest.get("/api/exchanges/%2F/" + exchange + "/bindings/source")
                        .json()))
                .hasSize(2);
        assertThat(elements(guest.get("/api/queues/%2F/" + queue + "/bindings").json())
                        .map(each -> each.path("source").asText()))
                .containsExactly("", exchange, exchange);
        for (var binding : guest.get(pair).json()) {
            var key =
                    binding.path("properties_key").asText().replace("+", "%2B").replace("~", "%7E");
            assertThat(guest.get(pair + "/" + key).json()).isEqualTo(binding);
            assertThat(guest.delete(pair + "/" + key).status()).isEqualTo(204);
            assertThat(guest.get(pair + "/" + key).status()).isEqualTo(404);
        }
    }

    @Test
    void exchangeRoutesIntoATopic() throws Exception {
        var exchange = exchange();
        var topic = fresh("orders");
        var pair = "/api/bindings/%2F/e/" + exchange + "/t/" + topic;

        assertThat(guest.post(pair, "{'routing_key':'#'}").json().path("reason").asText())
                .isEqualTo("no topic '" + topic + "'");
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            // A node hears of a topic after the controller has answered.
            await().atMost(PATIENCE)
                    .until(() -> guest.post(pair, "{'routing_key':'#'}").status() == 201);
            var routed = guest.post(
                    "/api/exchanges/%2F/" + exchange + "/publish",
                    "{'properties':{},'routing_key':'k','payload':'x','payload_encoding':'string'}");
            assertThat(routed.json().path("routed").asBoolean()).isTrue();
        }
        assertThat(guest.get(pair).json().path(0).path("destination_type").asText())
                .isEqualTo("topic");
        assertThat(guest.post(pair.replace(topic, "amqp.slots"), "{'routing_key':'#'}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void usersSeeAndDoWhatTheirTagsAndPermissionsAllow() {
        var vhost = fresh("vhost");
        var user = fresh("user");
        assertThat(guest.put("/api/vhosts/" + vhost, "{'description':'for tests'}")
                        .status())
                .isEqualTo(201);
        assertThat(guest.put("/api/users/" + user, "{'password':'s:ecret','tags':''}")
                        .status())
                .isEqualTo(201);
        var client = new ManagementClient(broker.httpPort(), user, "s:ecret");

        assertThat(client.get("/api/whoami").json().path("reason").asText()).isEqualTo("Not management user");
        assertThat(guest.put("/api/users/" + user, "{'password':'s:ecret','tags':['management']}")
                        .status())
                .isEqualTo(204);
        assertThat(client.get("/api/whoami").json().path("tags").path(0).asText())
                .isEqualTo("management");
        assertThat(client.get("/api/vhosts").json()).isEmpty();
        assertThat(client.get("/api/queues/" + vhost).status()).isEqualTo(401);
        assertThat(client.get("/api/users").status()).isEqualTo(401);
        assertThat(guest.put("/api/permissions/" + vhost + "/" + user, "{'configure':'^mine','write':'','read':''}")
                        .status())
                .isEqualTo(201);
        assertThat(client.put("/api/queues/" + vhost + "/mine-1", "{}").status())
                .isEqualTo(201);
        assertThat(client.put("/api/queues/" + vhost + "/yours", "{}").status()).isEqualTo(401);
        assertThat(guest.get("/api/users/" + user + "/permissions").json()).hasSize(1);
        assertThat(guest.delete("/api/users/" + user).status()).isEqualTo(204);
        assertThat(client.get("/api/whoami").status()).isEqualTo(401);
        assertThat(guest.delete("/api/vhosts/" + vhost).status()).isEqualTo(204);
        assertThat(guest.get("/api/vhosts/" + vhost).status()).isEqualTo(404);
    }

    @Test
    void passwordMayComeAsTheHashThatIsShown() {
        var first = fresh("user");
        var second = fresh("user");
        guest.put("/api/users/" + first, "{'password':'known','tags':'monitoring'}");
        var hash = guest.get("/api/users/" + first).json().path("password_hash").asText();

        guest.put("/api/users/" + second, "{'password_hash':'" + hash + "','tags':'monitoring'}");

        var client = new ManagementClient(broker.httpPort(), second, "known");
        assertThat(client.get("/api/nodes").status()).isEqualTo(200);
    }

    @Test
    void whatIsWrongIsSaidWithTheStatusRabbitMqHasForIt() {
        var stranger = new ManagementClient(broker.httpPort(), "guest", "wrong");

        assertThat(stranger.get("/api/overview").status()).isEqualTo(401);
        assertThat(stranger.get("/api/overview").response().headers().firstValue("www-authenticate"))
                .isPresent();
        assertThat(guest.get("/api/queues/%2F/none").text())
                .isEqualTo("{\"error\":\"Object Not Found\",\"reason\":\"Not Found\"}");
        assertThat(guest.get("/api/queues/none").status()).isEqualTo(404);
        assertThat(guest.get("/api/nothing").status()).isEqualTo(404);
        assertThat(guest.post("/api/overview", "{}").status()).isEqualTo(405);
        assertThat(guest.put("/api/queues/%2F/x", "{").status()).isEqualTo(400);
        assertThat(guest.put("/api/queues/%2F/x", "[]").status()).isEqualTo(400);
        assertThat(guest.put("/api/queues/%2F/x", "{'durable':3}").status()).isEqualTo(400);
        assertThat(guest.put("/api/queues/%2F/" + "x".repeat(300), "{}").status())
                .isEqualTo(400);
        assertThat(guest.put("/api/queues/%2F/x", "{'a':'" + "x".repeat(1 << 20) + "'}")
                        .status())
                .isEqualTo(413);
        assertThat(guest.put("/api/permissions/%2F/nobody", "{'configure':'','write':'','read':''}")
                        .status())
                .isEqualTo(400);
        assertThat(guest.send("HEAD", "/api/overview", "").text()).isEmpty();
    }

    @Test
    void definitionsBindOnlyTopicsThatAreThereAndNotTheBrokersOwn() {
        for (var topic : List.of("amqp.slots", fresh("nowhere"))) {
            var bound = "{'bindings':[{'vhost':'/','source':'amq.topic','destination':'" + topic
                    + "','destination_type':'topic'}]}";

            assertThat(guest.post("/api/definitions", bound).status()).isEqualTo(400);
        }
    }

    @Test
    void everyRouteOfTheDocumentAnswers() throws Exception {
        var vhost = fresh("all");
        var user = fresh("user");
        guest.put("/api/vhosts/" + vhost, "{}");
        guest.put("/api/users/" + user, "{'password':'x'}");
        guest.put("/api/permissions/" + vhost + "/" + user, "{'configure':'','write':'','read':''}");
        var factory = new ConnectionFactory();
        factory.setPort(broker.amqpPort());
        var lists = new HashSet<String>();
        try (var connection = factory.newConnection()) {
            connection.createChannel();
            for (var row : OpenApi.table()) {
                var path = row.path()
                        .replace("{vhost}", vhost)
                        .replace("{queue}", "q1")
                        .replace("{exchange}", "amq.topic")
                        .replace("{kind}", "q")
                        .replace("{destination}", "q1")
                        .replace("{properties}", "~")
                        .replace("{component}", "operator_policy")
                        .replace("{node}", nameOf("nodes"))
                        .replace("{connection}", nameOf("connections"))
                        .replace("{channel}", nameOf("channels"))
                        .replace("{topic}", nameOf("millrace/topics"))
                        .replace("{group}", nameOf("millrace/groups"))
                        .replace("{port}", String.valueOf(broker.amqpPort()))
                        .replace("{protocol}", "amqp")
                        .replace("{within}/{unit}", "1/days")
                        .replace("{name}", row.path().contains("-limits/") ? "max-connections" : "n1")
                        .replace("{user}", user);
                putWhatRoutesSpeakOf(vhost, user);
                var changesWhatWeStandOn =
                        row.method().equals("DELETE") && !path.contains("q1") && !path.contains("-limits/");

                var reply = guest.send(row.method(), changesWhatWeStandOn ? path + "-none" : path, "{}");

                assertThat(reply.status())
                        .as("%s %s: %s", row.method(), path, reply.text())
                        .isIn(changesWhatWeStandOn ? List.of(404) : List.of(200, 201, 204, 400, 401));
                if (row.method().equals("GET") && reply.text().startsWith("[")) {
                    lists.add(row.path());
                }
            }
        }
        assertThatTheDocumentIs(OpenApi.document(OpenApi.table(), lists));
    }

    /** A new one lies in target, to be copied. */
    private static void assertThatTheDocumentIs(String document) throws IOException {
        Files.writeString(Path.of("target", "openapi.json"), document);
        assertThat(Path.of("..", "docs", "openapi.json")).hasContent(document);
    }

    private static void putWhatRoutesSpeakOf(String vhost, String user) {
        guest.put("/api/queues/" + vhost + "/q1", "{}");
        guest.post("/api/bindings/" + vhost + "/e/amq.topic/q/q1", "{}");
        guest.put("/api/topic-permissions/" + vhost + "/" + user, "{'exchange':'amq.topic','write':'','read':''}");
        guest.put("/api/global-parameters/n1", "{'value':1}");
        for (var policies : List.of("policies", "operator-policies")) {
            guest.put("/api/" + policies + "/" + vhost + "/n1", "{'pattern':'','definition':{'max-length':1}}");
        }
    }

    private static String nameOf(String kind) {
        return ManagementClient.encoded(
                guest.get("/api/" + kind).json().path(0).path("name").asText());
    }

    @Test
    void theDocumentListsEveryRouteAndNoOther() throws IOException {
        assertThat(OpenApi.table().stream().map(row -> List.of(row.method(), row.path())))
                .containsExactlyInAnyOrderElementsOf(table().stream()
                        .map(route -> List.of(route.method(), route.template()))
                        .toList());
    }

    @SuppressWarnings("NullAway") // the table is made, nothing is called
    private static List<Route> table() {
        return Routes.of(new ManagedBroker("", "", null, null, null, null, null), null, List::of);
    }
}
