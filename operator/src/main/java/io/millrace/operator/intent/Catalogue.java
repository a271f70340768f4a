package io.millrace.operator.intent;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of the broker that this operator can run, their images, how long a version must have run well before its
 * feature levels are made final, and what is the same for all brokers.
 */
public final class Catalogue {

    /** A version that does not work shows it within minutes; one whose clients suffer from it, within the day's work. */
    public static final Duration DEFAULT_SOAK = Duration.ofHours(1);

    private static final Comparator<String> BY_AGE = Comparator.comparing(Catalogue::numbers, Arrays::compare);

    private final Map<String, String> images;
    private final Duration soak;
    private final List<String> javaOptions;

    private Catalogue(Map<String, String> images, Duration soak, List<String> javaOptions) {
        this.images = images;
        this.soak = soak;
        this.javaOptions = javaOptions;
    }

    /**
     * Reads a list of the form version=image,version=image; a version is numbers separated by dots.
     *
     * @throws IllegalArgumentException if it is empty or malformed
     */
    public static Catalogue parse(String text) {
        var images = new LinkedHashMap<String, String>();
        for (var entry : text.split(",", -1)) {
            var at = entry.indexOf('=');
            if (at < 1 || at == entry.length() - 1) {
                throw new IllegalArgumentException("not of the form version=image,version=image: " + text);
            }
            var version = entry.substring(0, at).strip();
            if (!version.matches("[0-9]{1,9}([.][0-9]{1,9})*")) {
                throw new IllegalArgumentException("not a version: " + version);
            }
            images.put(version, entry.substring(at + 1).strip());
        }
        return new Catalogue(images, DEFAULT_SOAK, List.of());
    }

    /** Returns the same versions, which have to prove themselves for another time. */
    public Catalogue provenAfter(Duration time) {
        return new Catalogue(images, time, javaOptions);
    }

    /** Returns the same versions, all run with more Java options, given as on a command line. */
    public Catalogue runWith(String options) {
        return new Catalogue(
                images,
                soak,
                options.isBlank() ? List.of() : List.of(options.strip().split("\\s+")));
    }

    /** Returns how long a version must have run well before its feature levels are made final. */
    public Duration soak() {
        return soak;
    }

    /** Returns the Java options of all brokers; what a cluster says itself comes after them, and so goes before them. */
    public List<String> javaOptions() {
        return javaOptions;
    }

    /** Returns the version used where none is asked for: the newest. */
    public String defaultVersion() {
        return versions().getLast();
    }

    /** Returns the image of a version. */
    public Optional<String> image(String version) {
        return Optional.ofNullable(images.get(version));
    }

    /** Returns all versions, the oldest first. */
    public List<String> versions() {
        return images.keySet().stream().sorted(BY_AGE).toList();
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[.]", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
