package io.millrace.operator.intent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The versions of the broker that this operator can run, and their images; the first is the default. */
public final class Catalogue {

    private final Map<String, String> images;

    private Catalogue(Map<String, String> images) {
        this.images = images;
    }

    /**
     * Reads a list of the form version=image,version=image.
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
            images.put(entry.substring(0, at).strip(), entry.substring(at + 1).strip());
        }
        return new Catalogue(images);
    }

    /** Returns the version used where none is asked for. */
    public String defaultVersion() {
        return images.keySet().iterator().next();
    }

    /** Returns the image of a version. */
    public Optional<String> image(String version) {
        return Optional.ofNullable(images.get(version));
    }

    /** Returns all versions. */
    public Set<String> versions() {
        return images.keySet();
    }
}
