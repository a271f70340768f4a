package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** After all that the tests before did: what is secret stands in Secrets, and nowhere else. */
@Order(59)
@OnOrders
class SecretsIT {
    private static final int SHORTEST = 8;

    @Test
    void noPasswordAndNoKeyIsInLogsEventsStatusesSettingsOrArguments() {
        var secrets = secrets();
        assertThat(secrets).hasSizeGreaterThan(8);
        var places = places();
        assertThat(places).hasSizeGreaterThan(10);
        assertThat(places.values()).allMatch(text -> !text.isBlank());

        places.forEach((place, text) -> secrets.forEach((secret, value) ->
                assertThat(text.contains(value)).as("%s in %s", secret, place).isFalse()));
    }

    /** Passwords, and of each key a line that no other key has. */
    private static Map<String, String> secrets() {
        var found = new HashMap<String, String>();
        for (var secret : Kube.CLIENT
                .secrets()
                .inNamespace(Orders.KUBE.namespace())
                .list()
                .getItems()) {
            var name = secret.getMetadata().getName();
            file(secret, "password").ifPresent(password -> found.put(name + " password", password));
            secret.getData().keySet().stream()
                    .filter(key -> key.endsWith("key"))
                    .forEach(key -> file(secret, key)
                            .flatMap(pem -> pem.lines().skip(2).findFirst())
                            .ifPresent(line -> found.put(name + " " + key, line)));
        }
        found.values().removeIf(value -> value.length() < SHORTEST);
        return found;
    }

    private static Optional<String> file(Secret secret, String key) {
        return Optional.ofNullable(secret.getData().get(key))
                .map(data -> new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8));
    }

    private static Map<String, String> places() {
        var places = new LinkedHashMap<String, String>();
        places.put("Events", Orders.KUBE.must("", "get", "events", "--output", "yaml"));
        places.put("objects", Orders.KUBE.must("", "get", "millrace", "--output", "yaml"));
        places.put(
                "what brokers are made of",
                Orders.KUBE.must("", "get", "statefulsets,pods,services,configmaps", "--output", "yaml"));
        for (var pod : pods()) {
            var meta = pod.getMetadata();
            var kube = new Kube(meta.getNamespace());
            for (var container : containers(pod)) {
                var where = meta.getName() + " " + container;
                places.put(
                        "log of " + where,
                        kube.must("", "logs", meta.getName(), "--container", container, "--tail=-1"));
                var processes = new ArrayList<>(List.of("exec", meta.getName(), "--container", container, "--"));
                processes.addAll(List.of("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"));
                places.put("processes of " + where, kube.must("", processes.toArray(String[]::new)));
            }
        }
        return places;
    }

    /** The brokers, and the operator wherever it is. */
    private static List<Pod> pods() {
        return Stream.of(
                        Kube.CLIENT.pods().inNamespace(Orders.KUBE.namespace()).list(),
                        Kube.CLIENT
                                .pods()
                                .inAnyNamespace()
                                .withLabels(Map.of(
                                        "app.kubernetes.io/name",
                                        "millrace",
                                        "app.kubernetes.io/component",
                                        "operator"))
                                .list())
                .flatMap(list -> list.getItems().stream())
                .toList();
    }

    private static List<String> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .map(container -> container.getName())
                .toList();
    }
}
