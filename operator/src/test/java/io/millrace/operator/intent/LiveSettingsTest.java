package io.millrace.operator.intent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.config.DynamicBrokerConfig;
import org.junit.jupiter.api.Test;

/** The table of live settings is Kafka's own, in each version that is run: whoever takes another into the build is told what to change. */
class LiveSettingsTest {

    private static final String EVERYWHERE = "cluster-wide";
    private static final Set<String> OTHERS_DO = Set.of(
            "min.insync.replicas",
            "leader.replication.throttled.rate",
            "follower.replication.throttled.rate",
            "replica.alter.log.dirs.io.max.bytes.per.second",
            // Where values come from that are not in the file, which brokers look up when they start.
            "config.providers");
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z.0-9]+)` \\|", Pattern.MULTILINE);

    @Test
    void whatKafkaTakesEverywhereIsLiveInAllVersions() throws Exception {
        var now = new TreeSet<>(everywhere(DynamicBrokerConfig.dynamicConfigUpdateModes()));
        var before = new TreeSet<>(everywhere(modesOfTheKafkaBefore()));
        assertThat(before).hasSizeGreaterThan(40).isNotEqualTo(now);

        var both = new TreeSet<>(now);
        both.retainAll(before);
        both.removeAll(OTHERS_DO);
        assertThat(live(now)).isEqualTo(both);
        assertThat(live(before)).isEqualTo(both);
    }

    @Test
    void whatKafkaTakesForSingleBrokersIsNotLive() throws Exception {
        assertThat(DynamicBrokerConfig.dynamicConfigUpdateModes().entrySet())
                .filteredOn(mode -> !mode.getValue().equals(EVERYWHERE))
                .extracting(Map.Entry::getKey)
                .contains("ssl.keystore.location", "cordoned.log.dirs")
                .noneMatch(LiveSettings::isLive);
    }

    @Test
    void whatOthersSetIsNotTouchedWhateverTheSpecSays() {
        var all = new ArrayList<>(OTHERS_DO);
        all.add("cordoned.log.dirs");

        assertThat(LiveSettings.managed(all)).doesNotContainAnyElementsOf(all).contains("num.io.threads");
        assertThat(LiveSettings.managed(List.of("log.retention.hours"))).contains("log.retention.hours");
    }

    /** What was in the file of a broker that runs can be undone only by another value. */
    @Test
    void eachHasADefaultOrASynonymThatHas() {
        var defaults = AbstractKafkaConfig.CONFIG_DEF.defaultValues();

        assertThat(live(DynamicBrokerConfig.dynamicConfigUpdateModes().keySet()))
                .allSatisfy(name -> assertThat(DynamicBrokerConfig.brokerConfigSynonyms(name, true).stream()
                                .map(defaults::get))
                        .anyMatch(value -> value != null));
    }

    @Test
    void numbersOfThreadsAreThoseThatKafkaHalvesOrDoubles() {
        assertThat(live(DynamicBrokerConfig.dynamicConfigUpdateModes().keySet()))
                .filteredOn(
                        name -> name.contains("threads") || name.endsWith("fetchers") || name.contains("thread.pool"))
                .allMatch(LiveSettings::isThreads)
                .hasSize(10);
    }

    @Test
    void thePageListsThem() throws IOException {
        var page = Files.readString(Path.of("../docs/broker-settings.md"));
        var section = page.substring(page.indexOf("## Settings that are live"));

        assertThat(ROW.matcher(section).results().map(row -> row.group(1)))
                .hasSameElementsAs(
                        live(DynamicBrokerConfig.dynamicConfigUpdateModes().keySet()))
                .doesNotHaveDuplicates();
    }

    private static Set<String> live(Set<String> names) {
        return names.stream().filter(LiveSettings::isLive).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> everywhere(Map<String, String> modes) {
        return modes.entrySet().stream()
                .filter(mode -> mode.getValue().equals(EVERYWHERE))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Its server is not on the class path: it is read by a loader of its own, with the libraries that are. */
    private static Map<String, String> modesOfTheKafkaBefore() throws Exception {
        var jars = new ArrayList<URL>();
        try (var former = Files.list(Path.of("target/former-kafka"))) {
            for (var jar : former.toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        assertThat(jars).as("copied by Maven").isNotEmpty();
        for (var entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1)) {
            if (!entry.contains("kafka") && entry.endsWith(".jar")) {
                jars.add(Path.of(entry).toUri().toURL());
            }
        }
        try (var loader = new URLClassLoader(jars.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            var companion = loader.loadClass("kafka.server.DynamicBrokerConfig$");
            var modes = companion
                    .getMethod("dynamicConfigUpdateModes")
                    .invoke(companion.getField("MODULE$").get(null));
            return ((Map<?, ?>) modes)
                    .entrySet().stream()
                            .collect(Collectors.toMap(mode -> mode.getKey().toString(), mode -> mode.getValue()
                                    .toString()));
        }
    }
}
