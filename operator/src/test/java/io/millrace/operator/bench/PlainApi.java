package io.millrace.operator.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.millrace.kube.ApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;

/**
 * Objects of one kind in one namespace, as text over one connection: what a load costs is taken from the processors that what is
 * measured has.
 */
final class PlainApi implements AutoCloseable {

    private final HttpClient http;
    private final URI collection;
    private final String token;
    private volatile boolean closed;

    PlainApi(Class<? extends HasMetadata> kind, String namespace) {
        var config = ApiServer.shared().config();
        token = config.getOauthToken();
        collection = URI.create(config.getMasterUrl())
                .resolve("/apis/%s/%s/namespaces/%s/%s"
                        .formatted(
                                HasMetadata.getGroup(kind),
                                HasMetadata.getVersion(kind),
                                namespace,
                                HasMetadata.getPlural(kind)));
        try {
            http = HttpClient.newBuilder()
                    .sslContext(SSLUtils.sslContext(config))
                    .build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Creates one. */
    void create(String json) {
        var answer = send(
                request("")
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(answer.body());
        }
    }

    /** Has each event of all of them told, as the line it comes in, from one thread; a watch that ends is begun anew, with all there are. */
    void watch(Consumer<String> events) {
        Thread.ofPlatform().daemon().name("watch").start(() -> {
            while (!closed) {
                try {
                    send(request("?watch=true").build(), BodyHandlers.ofLines())
                            .body()
                            .forEach(events);
                } catch (UncheckedIOException e) {
                    if (!closed) {
                        Words.say("the watch is begun anew: %s", e);
                    }
                }
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create(collection + query)).header("authorization", "Bearer " + token);
    }
}
