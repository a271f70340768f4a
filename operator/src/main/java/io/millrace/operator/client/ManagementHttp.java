package io.millrace.operator.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;

/** Requests to the management HTTP API: JSON, basic authentication, errors as failures. */
final class ManagementHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final URI base;
    private final String authorization;

    ManagementHttp(URI base, String username, String password) {
        this.base = base;
        this.authorization = "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Encodes the parts of a path, so that a virtual host may be called "/". */
    static String path(String... parts) {
        return Arrays.stream(parts)
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/", "/api/", ""));
    }

    /** Reads; empty if there is no such thing. */
    Optional<JsonNode> get(String path) {
        var response = send(request(path).GET().build());
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        check("GET", path, response);
        try {
            return Optional.of(JSON.readTree(response.body()));
        } catch (JsonProcessingException e) {
            throw unavailable("GET", path, e);
        }
    }

    /** Creates or replaces. */
    void put(String path, JsonNode body) {
        check("PUT", path, send(json(path).PUT(body(body)).build()));
    }

    /** Adds. */
    void post(String path, JsonNode body) {
        check("POST", path, send(json(path).POST(body(body)).build()));
    }

    /** Deletes; false if it was gone already. */
    boolean delete(String path) {
        var response = send(request(path).DELETE().build());
        if (response.statusCode() == 404) {
            return false;
        }
        check("DELETE", path, response);
        return true;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT).header("authorization", authorization);
    }

    private HttpRequest.Builder json(String path) {
        return request(path).header("content-type", "application/json");
    }

    private static HttpRequest.BodyPublisher body(JsonNode body) {
        return HttpRequest.BodyPublishers.ofString(body.toString());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw unavailable(request.method(), request.uri().getPath(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(request.method(), request.uri().getPath(), e);
        }
    }

    private static void check(String method, String path, HttpResponse<String> response) {
        var status = response.statusCode();
        if (status / 100 == 2) {
            return;
        }
        var message = "%s %s: %d %s".formatted(method, path, status, reason(response.body()));
        // 401 passes when the queue layer has read its administrator; 5xx when it has started.
        var passes = status >= 500 || status == 401 || status == 429;
        throw new FailureException(
                passes ? new Failure.BrokerUnavailable(message) : new Failure.Rejected(message),
                new IOException(message));
    }

    private static String reason(String body) {
        try {
            var reason = JSON.readTree(body).path("reason");
            return reason.isTextual() ? reason.asText() : body.substring(0, Math.min(200, body.length()));
        } catch (JsonProcessingException e) {
            return body.substring(0, Math.min(200, body.length()));
        }
    }

    private static FailureException unavailable(String method, String path, Exception cause) {
        var message = "%s %s: %s".formatted(method, path, cause);
        return new FailureException(new Failure.BrokerUnavailable(message), cause);
    }
}
