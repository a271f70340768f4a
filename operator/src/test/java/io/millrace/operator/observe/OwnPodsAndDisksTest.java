package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.desired.Names;
import io.millrace.operator.fixture.Caches;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.storage.DiskFacts;
import io.millrace.operator.storage.DiskSize;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels say whose an object is, and are easily copied: by {@code kubectl debug}, by what restores disks. */
class OwnPodsAndDisksTest {

    private static final BrokerCluster ORDERS = Specs.cluster("replicas: 1\nstorage: {size: 1Gi}");
    private static final BrokerPods.Sets NO_SETS = new BrokerPods.Sets(Optional.empty(), Optional.empty());

    @Test
    void podsOfBrokersAndOfControllersAreSeen() {
        var context = Caches.of(ORDERS, pod("orders-broker-11", "broker"), pod("orders-controller-2", "controller"));

        assertThat(BrokerPods.of(NO_SETS, context))
                .extracting(BrokerPodFacts::node)
                .containsExactly(11, 1002);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders-broker-0-debug",
                "orders-broker-x",
                "orders-broker-00",
                "orders-broker-99999999999",
                "copy-of-orders-broker-0",
                "debug"
            })
    void podThatSomebodyMadeLikeOneOfOursIsNoneOfOurs(String name) {
        var context = Caches.of(ORDERS, pod("orders-broker-0", "broker"), pod(name, "broker"));

        assertThat(BrokerPods.of(NO_SETS, context))
                .extracting(BrokerPodFacts::name)
                .containsExactly("orders-broker-0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data-orders-broker-0-restored", "data-orders-broker-x", "data-orders-broker-00", "restored-0"})
    void diskThatSomebodyMadeLikeOneOfOursIsNoneOfOurs(String name) {
        var context = Caches.of(ORDERS, disk("data-orders-broker-0"), disk(name));

        var storage = StorageObserver.observe("orders", new DiskSize("1Gi"), Instant.EPOCH, context);

        assertThat(storage.disks()).extracting(DiskFacts::name).containsExactly("data-orders-broker-0");
    }

    private static Pod pod(String name, String component) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(Names.COMPONENT_LABEL, component)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    private static PersistentVolumeClaim disk(String name) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build();
    }
}
