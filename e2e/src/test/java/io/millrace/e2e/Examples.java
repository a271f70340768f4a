package io.millrace.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files below {@code examples/}, as users find them. */
final class Examples {
    private static final Path FOLDER = Path.of("../examples");

    private Examples() {}

    /** All of them, by their paths below the folder, in the order in which they are to be applied. */
    static List<String> files() {
        try (var files = Files.walk(FOLDER)) {
            return files.map(file -> FOLDER.relativize(file).toString())
                    .filter(file -> file.endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Applies one to the cluster {@code orders}, and waits until all its objects are Ready. */
    static void apply(String file) {
        applyTo(Orders.KUBE, file);
    }

    /** Applies one to a namespace, and waits until all its objects are Ready. */
    static void applyTo(Kube kube, String file) {
        applyAll(kube, read(file));
    }

    /** As {@link #applyTo}, with one broker where the example has three: beside the cluster of the other tests there is not room for more. */
    static void applyWithOneBrokerTo(Kube kube, String file) {
        applyAll(kube, readWithOneBroker(file));
    }

    static String readWithOneBroker(String file) {
        var yaml = read(file);
        var small = yaml.replace("replicas: 3", "replicas: 1");
        if (small.equals(yaml)) {
            throw new IllegalArgumentException(file + " has no cluster of three brokers");
        }
        return small;
    }

    private static void applyAll(Kube kube, String yaml) {
        kube.apply(yaml);
        kube.awaitReady(objects(yaml));
    }

    /** Our objects in a text, as {@code Kind/name}. */
    static List<String> objects(String yaml) {
        return parse(yaml).stream()
                .filter(object -> object.getApiVersion().startsWith("millrace.io/"))
                .map(object -> object.getKind() + "/" + object.getMetadata().getName())
                .toList();
    }

    static List<HasMetadata> parse(String yaml) {
        return Kube.CLIENT
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
    }
}
