package io.millrace.operator.intent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The feature levels (KIP-584) that belong to one metadata.version: what Kafka's {@code kafka-features upgrade --release-version}
 * makes final. {@code kraft.version} is not among them: it is settled when a disk is formatted, and ours are from the beginning as
 * KIP-853 wants them. A test compares all of it with Kafka's own enums.
 *
 * @param metadataVersion its name, such as 4.3-IV0
 * @param levels level of each feature that is on, by Kafka's name, metadata.version itself included
 */
public record FeatureLevels(String metadataVersion, Map<String, Integer> levels) {

    /** Kafka's name of the feature that all others follow. */
    public static final String METADATA = "metadata.version";

    /** From which metadata.version on a feature has a level. */
    private record Since(String feature, int metadataLevel, int level) {}

    /** The first level named below. Kafka 4 runs nothing older than it can read, and no cluster of ours is older than this. */
    private static final int FIRST = 22;

    private static final List<String> NAMES =
            List.of("4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0");

    private static final List<Since> OTHERS = List.of(
            new Since("group.version", 22, 1),
            new Since("transaction.version", 24, 2),
            new Since("eligible.leader.replicas.version", 26, 1),
            new Since("share.version", 28, 1),
            new Since("streams.version", 29, 1));

    public FeatureLevels {
        levels = Map.copyOf(levels);
    }

    /** Returns those of a metadata.version; empty if this operator does not know it. */
    public static Optional<FeatureLevels> of(String metadataVersion) {
        var at = NAMES.indexOf(metadataVersion);
        return at < 0 ? Optional.empty() : Optional.of(ofLevel(FIRST + at));
    }

    /** Returns those of the release that a version of Kafka belongs to; empty if this operator does not know it. */
    public static Optional<FeatureLevels> ofRelease(String version) {
        var numbers = version.split("[.]", -1);
        var release = numbers[0] + "." + (numbers.length > 1 ? numbers[1] : "0") + "-";
        return NAMES.reversed().stream()
                .filter(name -> name.startsWith(release))
                .findFirst()
                .flatMap(FeatureLevels::of);
    }

    /** Returns the features that have levels here, metadata.version first. */
    public static List<String> features() {
        return Stream.concat(Stream.of(METADATA), OTHERS.stream().map(Since::feature))
                .toList();
    }

    /** Returns the names that are known, the oldest first. */
    public static List<String> known() {
        return NAMES;
    }

    /** Returns the name of a level of metadata.version; the number itself if this operator has no name for it. */
    public static String nameOf(int metadataLevel) {
        var at = metadataLevel - FIRST;
        return at >= 0 && at < NAMES.size() ? NAMES.get(at) : Integer.toString(metadataLevel);
    }

    /** Returns the level of a feature; 0: it is off. */
    public int level(String feature) {
        return levels.getOrDefault(feature, 0);
    }

    private static FeatureLevels ofLevel(int metadataLevel) {
        var levels = new HashMap<String, Integer>();
        levels.put(METADATA, metadataLevel);
        OTHERS.stream()
                .filter(other -> other.metadataLevel() <= metadataLevel)
                .forEach(other -> levels.put(other.feature(), other.level()));
        return new FeatureLevels(nameOf(metadataLevel), levels);
    }
}
