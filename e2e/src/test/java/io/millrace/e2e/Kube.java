package io.millrace.e2e;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** One namespace of the Kubernetes that KUBECONFIG names, as a person with kubectl sees it. */
final class Kube {
    static final KubernetesClient CLIENT = new KubernetesClientBuilder().build();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String[] APPLY = {"apply", "--server-side", "--force-conflicts", "--filename", "-"};

    private final String namespace;

    Kube(String namespace) {
        this.namespace = namespace;
    }

    /** What a command said, and how it ended. */
    record Said(int status, String text) {}

    String namespace() {
        return namespace;
    }

    void create() {
        must("", "create", "namespace", namespace);
    }

    /** Deletes the namespace with all that is in it, and returns when it is gone. */
    void deleteNamespace() {
        must("", "delete", "namespace", namespace, "--timeout=180s");
    }

    /** Waits until the namespace, which is being deleted, is gone. */
    void awaitGone() {
        await("namespace " + namespace + " to go")
                .atMost(PATIENCE)
                .until(() -> CLIENT.namespaces().withName(namespace).get() == null);
    }

    /** Deletes objects, given as kubectl takes them, and returns when they are gone. */
    void delete(String... objects) {
        var command = new ArrayList<>(List.of("delete", "--timeout=60s"));
        command.addAll(List.of(objects));
        must("", command.toArray(String[]::new));
    }

    /** Applies YAML as a user would; the objects must be accepted. */
    void apply(String yaml) {
        must(yaml, APPLY);
    }

    Said tryApply(String yaml) {
        return kubectl(yaml, APPLY);
    }

    /** Runs kubectl in this namespace; it must succeed. */
    String must(String input, String... arguments) {
        var said = kubectl(input, arguments);
        if (said.status() != 0) {
            throw new AssertionError("kubectl " + String.join(" ", arguments) + ": " + said.text() + "\n" + input);
        }
        return said.text();
    }

    /** Runs kubectl in this namespace. */
    Said kubectl(String input, String... arguments) {
        var command = new ArrayList<>(List.of("kubectl", "--namespace", namespace));
        command.addAll(List.of(arguments));
        return run(command, input);
    }

    static Said run(List<String> command, String input) {
        try {
            // A file, so that a long answer cannot fill a pipe that nobody reads yet.
            var out = Files.createTempFile("e2e-", ".out");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            var status = process.waitFor();
            var text = Files.readString(out);
            Files.delete(out);
            return new Said(status, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One of our objects; empty when there is none. */
    Optional<GenericKubernetesResource> get(String kind, String name) {
        return Optional.ofNullable(CLIENT.genericKubernetesResources(context(kind))
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    /** Waits until all named objects, as {@code Kind/name}, are Ready in their current generation. */
    void awaitReady(String... objects) {
        awaitReady(List.of(objects));
    }

    void awaitReady(List<String> objects) {
        for (var object : objects) {
            var parts = object.split("/", 2);
            await("Ready of " + object + " in " + namespace)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> condition(parts[0], parts[1], "Ready"), "True"::equals);
        }
    }

    /** Status of a condition, Unknown while it speaks about another generation. */
    String condition(String kind, String name, String type) {
        return conditionField(kind, name, type, "status");
    }

    /** Waits until an object is not Ready for a reason; returns what it says. */
    String awaitNotReady(String kind, String name, String reason) {
        await(kind + " " + name + " not Ready, " + reason)
                .atMost(PATIENCE)
                .until(() -> condition(kind, name, "Ready").equals("False")
                        && conditionField(kind, name, "Ready", "reason").equals(reason));
        return conditionField(kind, name, "Ready", "message");
    }

    /** Waits until a field of the status, given by its path, is so. */
    void awaitStatus(String kind, String name, String value, String... path) {
        await("status." + String.join(".", path) + " of " + kind + " " + name)
                .atMost(PATIENCE)
                .until(() -> status(kind, name, path), value::equals);
    }

    /** A field of the status, given by its path; empty while there is no such object or field. */
    String status(String kind, String name, String... path) {
        var keys = new ArrayList<Object>(List.of("status"));
        keys.addAll(List.of(path));
        return get(kind, name)
                .map(object -> object.<Object>get(keys.toArray()))
                .map(String::valueOf)
                .orElse("");
    }

    private String conditionField(String kind, String name, String type, String field) {
        return get(kind, name)
                .flatMap(object -> conditions(object).stream()
                        .filter(condition -> type.equals(condition.get("type")))
                        .filter(condition -> current(object, condition))
                        .map(condition -> String.valueOf(condition.get(field)))
                        .findFirst())
                .orElse("Unknown");
    }

    private static boolean current(GenericKubernetesResource object, Map<String, Object> condition) {
        return condition.get("observedGeneration") instanceof Number seen
                && seen.longValue() == object.getMetadata().getGeneration();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> conditions(GenericKubernetesResource object) {
        List<Map<String, Object>> conditions = object.get("status", "conditions");
        return conditions == null ? List.of() : conditions;
    }

    /** A key of a Secret. */
    String secret(String name, String key) {
        return Objects.requireNonNull(secret(name).get(key), key);
    }

    /** All of a Secret, as it is at one moment. */
    Map<String, String> secret(String name) {
        var files = new HashMap<String, String>();
        CLIENT.secrets()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getData()
                .forEach((key, value) ->
                        files.put(key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return files;
    }

    /** The uid of a pod; empty while there is none. */
    String uid(String pod) {
        var found = CLIENT.pods().inNamespace(namespace).withName(pod).get();
        return found == null ? "" : found.getMetadata().getUid();
    }

    /** Takes a pod away as a crash would: no notice, no grace. */
    void kill(String pod) {
        CLIENT.pods().inNamespace(namespace).withName(pod).withGracePeriod(0).delete();
    }

    /** What {@code kubectl get} prints for one object, by column. */
    Map<String, String> columns(String kind, String name) {
        var lines = kubectl("", "get", kind, name).text().lines().toList();
        var columns = new TreeMap<String, String>();
        if (lines.size() != 2) {
            return columns;
        }
        var heads = lines.get(0);
        // Columns are aligned: cells may be empty, so they are cut where the heads begin.
        var starts = new ArrayList<Integer>();
        for (int i = 0; i < heads.length(); i++) {
            if (heads.charAt(i) != ' ' && (i == 0 || heads.startsWith("  ", Math.max(0, i - 2)))) {
                starts.add(i);
            }
        }
        for (int i = 0; i < starts.size(); i++) {
            var end = i + 1 < starts.size() ? starts.get(i + 1) : Integer.MAX_VALUE;
            columns.put(cut(heads, starts.get(i), end), cut(lines.get(1), starts.get(i), end));
        }
        return columns;
    }

    private static String cut(String line, int from, int to) {
        return from >= line.length()
                ? ""
                : line.substring(from, Math.min(to, line.length())).strip();
    }

    private static ResourceDefinitionContext context(String kind) {
        return new ResourceDefinitionContext.Builder()
                .withGroup("millrace.io")
                .withVersion("v1alpha1")
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
                .withNamespaced(true)
                .build();
    }
}
