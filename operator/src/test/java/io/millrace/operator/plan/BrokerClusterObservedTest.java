package io.millrace.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.storage.StorageFacts;
import io.millrace.operator.upgrade.UpgradeScenes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BrokerClusterObservedTest {
    @Test
    void whatPodsOfADeletedClusterOfTheSameNameSayIsNotBelieved() {
        assertThat(observed("old", "new").facts()).isEmpty();
        assertThat(observed("old", "new").upgrade().levels()).isEmpty();
        assertThat(observed("new", "new").facts()).isPresent();
        assertThat(observed("new", "new").upgrade().levels()).isPresent();
    }

    private static BrokerClusterObserved observed(String answering, String ours) {
        var facts = new ClusterFacts(answering, Set.of(0), new QuorumFacts(0, Map.of()), List.of(), false, 1);
        return new BrokerClusterObserved(
                new OwnerReference(),
                Optional.empty(),
                Optional.of(new Identity(ours, Map.of(), false)),
                new ClusterCertificates(Map.of(), Outside.UNKNOWN, Instant.EPOCH),
                Outside.UNKNOWN,
                List.of(),
                PodChanges.NONE,
                "",
                false,
                "",
                Optional.of(facts),
                Set.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                UpgradeScenes.levels("4.2-IV1"),
                ConfigFacts.nothing(),
                StorageFacts.nothing());
    }
}
