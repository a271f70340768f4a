package io.millrace.operator.intent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.junit.jupiter.api.Test;

/** The table of levels is Kafka's own: whoever takes a newer Kafka into the build is told what to add. */
class FeatureLevelsTest {

    @Test
    void levelsOfEachMetadataVersionAreThoseThatKafkaFormatsWith() {
        var ofKafka = Arrays.stream(MetadataVersion.VERSIONS)
                .filter(version -> version.isProduction() && version.isAtLeast(MetadataVersion.IBP_4_0_IV0))
                .toList();

        assertThat(FeatureLevels.known())
                .isEqualTo(ofKafka.stream().map(MetadataVersion::version).toList());
        for (var version : ofKafka) {
            assertThat(FeatureLevels.of(version.version()).orElseThrow().levels())
                    .as(version.version())
                    .isEqualTo(defaults(version));
        }
    }

    @Test
    void allFeaturesButTheQuorumsOwnAreKnown() {
        var ofKafka = Feature.PRODUCTION_FEATURES.stream()
                .filter(feature -> feature != Feature.KRAFT_VERSION)
                .map(Feature::featureName)
                .toList();

        assertThat(FeatureLevels.features()).contains("metadata.version").containsAll(ofKafka);
        assertThat(FeatureLevels.features()).hasSize(ofKafka.size() + 1);
    }

    @Test
    void aVersionBelongsToARelease() {
        assertThat(FeatureLevels.ofRelease("4.2.1").orElseThrow().metadataVersion())
                .isEqualTo("4.2-IV1");
        assertThat(FeatureLevels.ofRelease("4.3").orElseThrow().metadataVersion())
                .isEqualTo("4.3-IV0");
        assertThat(FeatureLevels.ofRelease("4")).isEqualTo(FeatureLevels.ofRelease("4.0.3"));
        assertThat(List.of("4.30.1", "5.0.0", "3.9.1"))
                .allMatch(version -> FeatureLevels.ofRelease(version).isEmpty());
    }

    @Test
    void aLevelWithoutANameIsShownAsItsNumber() {
        assertThat(FeatureLevels.nameOf(30)).isEqualTo("4.3-IV0");
        assertThat(FeatureLevels.nameOf(99)).isEqualTo("99");
        assertThat(FeatureLevels.nameOf(7)).isEqualTo("7");
    }

    private static Map<String, Integer> defaults(MetadataVersion version) {
        var levels = new HashMap<String, Integer>();
        levels.put(FeatureLevels.METADATA, (int) version.featureLevel());
        Feature.PRODUCTION_FEATURES.stream()
                .filter(feature -> feature != Feature.KRAFT_VERSION && feature.defaultLevel(version) > 0)
                .forEach(feature -> levels.put(feature.featureName(), (int) feature.defaultLevel(version)));
        return levels;
    }
}
