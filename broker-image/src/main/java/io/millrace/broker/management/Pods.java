package io.millrace.broker.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.broker.cluster.Inquiries;
import io.millrace.broker.protocol.Alarm;
import io.millrace.broker.server.AmqpLayer;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the management API of every pod knows of all pods: each is asked for its clients and for itself when somebody wants to know. */
final class Pods {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CLIENTS = "clients";
    private static final String CONSUMERS = "consumers";
    private static final String NODE = "node";
    private static final String TRAFFIC = "traffic";
    private static final String END = "end";
    static final String RATES = "basic";

    private final String pod;
    private final Inquiries inquiries;
    private final AmqpLayer layer;

    Pods(String pod, Inquiries inquiries, AmqpLayer layer) {
        this.pod = pod;
        this.inquiries = inquiries;
        this.layer = layer;
    }

    // --- what others ask ---

    /** Answers for this pod from now on. */
    void answer() {
        inquiries.answerBy(question -> tell(parse(question)).thenApply(JsonNode::toString));
    }

    private CompletionStage<? extends JsonNode> tell(JsonNode question) {
        return switch (question.path("about").asText()) {
            case CLIENTS -> here();
            case CONSUMERS -> consumersHere(question.path("queue"));
            case NODE -> CompletableFuture.completedStage(node());
            case TRAFFIC -> CompletableFuture.completedStage(trafficHere());
            case END ->
                CompletableFuture.completedStage(Shapes.object()
                        .put(
                                "ended",
                                layer.endConnection(
                                        question.path("name").asText(),
                                        question.path("reason").asText())));
            default -> CompletableFuture.completedStage(Shapes.object());
        };
    }

    private CompletionStage<JsonNode> here() {
        return OffLoop.make(
                layer.connections(),
                connections -> Shapes.array(connections.stream()
                        .map(connection -> PodClient.of(connection, pod).json())));
    }

    private CompletionStage<JsonNode> consumersHere(JsonNode queue) {
        return OffLoop.make(
                layer.connections(),
                connections -> Shapes.array(connections.stream()
                        .flatMap(connection -> PodClient.of(connection, pod).consumers().stream())
                        .filter(consumer -> consumer.path("queue").equals(queue))));
    }

    private ObjectNode trafficHere() {
        var shape = Shapes.object();
        layer.trafficByVirtualHost().forEach((vhost, traffic) -> ClientShapes.octets(shape.putObject(vhost), traffic));
        return shape;
    }

    private ObjectNode node() {
        var state = layer.resources();
        var resources = state.resources();
        var shape = Shapes.object()
                .put("name", pod)
                .put("type", "disc")
                .put("running", true)
                .put("uptime", ManagementFactory.getRuntimeMXBean().getUptime())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("os_pid", String.valueOf(ProcessHandle.current().pid()))
                .put("rates_mode", RATES)
                .put("mem_used", resources.memoryUsedBytes())
                .put("mem_limit", resources.memoryLimitBytes())
                .put("mem_alarm", state.alarms().contains(Alarm.MEMORY))
                .put("disk_free_alarm", state.alarms().contains(Alarm.DISK));
        resources.disk().ifPresent(disk -> shape.put("disk_free_limit", disk.limitBytes())
                .put("disk_free", disk.freeBytes()));
        return shape;
    }

    // --- asking ---

    /** The clients of all pods that answer, in the order in which they came. */
    CompletionStage<List<PodClient>> clients() {
        return OffLoop.make(inquiries.askAll(question(CLIENTS).toString()), answers -> answers.values().stream()
                .flatMap(words -> words.stream().flatMap(text -> elements(parse(text))))
                .map(PodClient::of)
                .sorted(Comparator.comparingLong((PodClient client) ->
                                client.connection().path("connected_at").asLong())
                        .thenComparing(PodClient::name))
                .toList());
    }

    /** What went over the sockets of clients of all pods that answer, by virtual host. */
    CompletionStage<OctetsByVhost> traffic() {
        return inquiries
                .askAll(question(TRAFFIC).toString())
                .thenApply(answers -> new OctetsByVhost(answers.values().stream()
                        .flatMap(words -> words.stream().map(Pods::parse))
                        .toList()));
    }

    /** The consumers of a queue at all pods that answer. */
    CompletionStage<List<JsonNode>> consumers(String vhost, String queue) {
        var question = question(CONSUMERS);
        question.putObject("queue").put("name", queue).put("vhost", vhost);
        return OffLoop.make(inquiries.askAll(question.toString()), answers -> answers.values().stream()
                .flatMap(words -> words.stream().flatMap(text -> elements(parse(text))))
                .toList());
    }

    /** All pods, by name; of those that do not answer it is said that they do not run. */
    CompletionStage<List<ObjectNode>> nodes() {
        return inquiries.askAll(question(NODE).toString()).thenApply(answers -> answers.entrySet().stream()
                .map(answer -> answer.getValue()
                        .map(words -> (ObjectNode) parse(words))
                        .orElseGet(() -> Shapes.object()
                                .put("name", answer.getKey())
                                .put("type", "disc")
                                .put("running", false)))
                .sorted(Comparator.comparing(node -> node.path("name").asText()))
                .toList());
    }

    /** Ends a connection, wherever it is, with 320 and a reason; false if it could not be told to. */
    CompletionStage<Boolean> end(PodClient client, String reason) {
        var question =
                question(END).put("name", client.name()).put("reason", reason).toString();
        return inquiries.ask(client.pod(), question).thenApply(words -> words.isPresent());
    }

    private static ObjectNode question(String about) {
        return Shapes.object().put("about", about);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON from another pod", e);
        }
    }
}
