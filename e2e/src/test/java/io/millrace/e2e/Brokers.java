package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One BrokerCluster, as its clients reach it.
 *
 * @param kube the namespace it lies in
 * @param name its name
 */
record Brokers(Kube kube, String name) {
    private static final Duration SETTLED = Duration.ofMinutes(5);
    /** What is gone without a word is noticed by two that do not come. */
    private static final int HEARTBEAT_SECONDS = 10;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Where a listener is reached inside Kubernetes. */
    String internal(String listener) {
        return listener(listener, "bootstrap");
    }

    /** Where a listener of type nodeport is reached from everywhere. */
    String external(String listener) {
        return listener(listener, "external");
    }

    private String listener(String listener, String field) {
        List<Map<String, Object>> listeners =
                kube.get("BrokerCluster", name).orElseThrow().get("status", "listeners");
        return listeners.stream()
                .filter(status -> listener.equals(status.get("name")))
                .map(status -> String.valueOf(status.get(field)))
                .findFirst()
                .orElseThrow();
    }

    /** A field of the object's status, by its path; empty while it is not there. */
    String status(String... path) {
        return kube.status("BrokerCluster", name, path);
    }

    String condition(String type) {
        return kube.condition("BrokerCluster", name, type);
    }

    /** Changes the object as a person does with {@code kubectl patch}: a merge patch of its spec. */
    void patch(String spec) {
        kube.must("", "patch", "brokercluster/" + name, "--type=merge", "--patch", "{\"spec\":" + spec + "}");
    }

    /** Waits until so many of as many brokers are ready and nothing is left to do. */
    void awaitSettled(int brokers) {
        await("%d brokers of %s and nothing left to do".formatted(brokers, name))
                .atMost(SETTLED)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> condition("Ready").equals("True")
                        && status("state").equals("Ready")
                        && status("ready").equals(brokers + "/" + brokers));
    }

    /** The password of a user whose Secret is generated. */
    String password(String user) {
        return kube.secret(user + "-credentials", "password");
    }

    /** What a Kafka client without a password is configured with; more may be put into it. */
    static Map<String, Object> anonymous(String address) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", address);
        return settings;
    }

    /** What a Kafka client with a password is configured with; more may be put into it. */
    static Map<String, Object> scram(String address, String user, String password) {
        var module = "org.apache.kafka.common.security.scram.ScramLoginModule";
        var settings = anonymous(address);
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "SCRAM-SHA-512");
        settings.put("sasl.jaas.config", module + " required username=\"" + user + "\" password=\"" + password + "\";");
        return settings;
    }

    /** How RabbitMQ's client connects; it does not recover by itself. */
    static ConnectionFactory amqp(String address, String user, String password) {
        var factory = new ConnectionFactory();
        factory.setHost(address.substring(0, address.lastIndexOf(':')));
        factory.setPort(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
        return factory;
    }

    /** Sends a request to the management API. */
    static HttpResponse<String> http(
            String address, String user, String password, String method, String path, String body)
            throws IOException, InterruptedException {
        var login = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .header("Authorization", "Basic " + login)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
