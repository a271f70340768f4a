package io.millrace.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.BrokerClusterIntent;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartSettingsTest {

    private static final String BASE = "replicas: 3\nstorage: {size: 1Gi}\n";

    @Test
    void aLiveSettingIsInTheFileAndMakesNoPodAnew() {
        var plain = Specs.orders(BASE);
        var live = Specs.orders(BASE + "config: {log.retention.bytes: \"100\"}\n");

        assertThat(BrokerConfigMap.log(live)).containsEntry("log.retention.bytes", "100");
        assertThat(BrokerPod.template(live, "")).isEqualTo(BrokerPod.template(plain, ""));
    }

    @Test
    void oneThatIsReadAtStartDoesAndPodsSayWhichOne() {
        var before = started(Specs.orders(BASE));
        var after = started(Specs.orders(BASE + "config: {log.retention.hours: \"5\"}\n"));

        assertThat(after).containsKey("log.retention.hours").containsAllEntriesOf(before);
        assertThat(after).hasSize(before.size() + 1);
        assertThat(started(Specs.orders(BASE + "config: {log.retention.hours: \"6\"}\n")))
                .isNotEqualTo(after);
    }

    @Test
    void theSameOfTheQueueLayer() {
        var plain = BrokerPod.template(Specs.orders(BASE), "");
        var live = Specs.orders(BASE + "queues: {config: {memory.high.watermark: \"0.5\"}}\n");
        var read = Specs.orders(BASE + "queues: {config: {fetchers: \"3\"}}\n");

        assertThat(BrokerConfigMap.queues(live)).containsEntry("millrace.queues.memory.high.watermark", "0.5");
        assertThat(BrokerPod.template(live, "")).isEqualTo(plain);
        assertThat(started(read)).containsKey("millrace.queues.fetchers");
        assertThat(BrokerPod.template(read, "")).isNotEqualTo(plain);
    }

    @Test
    void whatIsNoListOfSettingsTellsNothing() {
        assertThat(StartSettings.parse("0123456789abcdef")).isEmpty();
        assertThat(StartSettings.parse("")).isEmpty();
    }

    @Test
    void theFileAndWhatWasTakenOutOfItAreReadAsTheyWereWritten() {
        var intent = Specs.orders(BASE + "config: {log.retention.bytes: \"1\", metric.reporters: \"a\\\\b\\nc\"}\n");
        var map = BrokerConfigMap.of(intent, Set.of("num.io.threads", "log.roll.ms"), new OwnerReference());

        assertThat(BrokerConfigMap.log(map)).isEqualTo(BrokerConfigMap.log(intent));
        assertThat(BrokerConfigMap.withdrawn(map)).containsExactlyInAnyOrder("log.roll.ms", "num.io.threads");
        assertThat(BrokerConfigMap.withdrawn(BrokerConfigMap.of(intent, Set.of(), new OwnerReference())))
                .isEmpty();
    }

    private static Map<String, String> started(BrokerClusterIntent intent) {
        var annotations = BrokerPod.template(intent, "").getMetadata().getAnnotations();
        return StartSettings.parse(annotations.getOrDefault(BrokerStatefulSet.CONFIG, ""));
    }
}
