package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.api.v1alpha1.Api;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.plan.BrokerClusterPlanner;
import io.millrace.operator.status.Failure;
import io.millrace.operator.status.FailureException;
import java.net.ConnectException;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster is made under the name of one whose disks are still there. */
class FormerDisksIT {

    private static final String DISK = "data-orders-broker-0";
    private static final String CLUSTER = """
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: 1
              storage: {size: 1Gi, onDelete: Delete}
            """;

    private final String formerId = Uuid.randomUuid().toString();
    private Harness harness;

    @BeforeEach
    void start() {
        var connections = new LocalConnections(() -> {
            throw new FailureException(new Failure.BrokerUnavailable("there are none"), new ConnectException());
        });
        var parts = new Parts();
        harness = new Harness(parts, List.of(parts.clusters(connections)));
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void disksThatAreGoingAreWaitedForAndNothingIsTakenOverFromThem() {
        makeDisk();
        Harness.client().resource(disk()).delete();
        Harness.await().until(() -> disk().getMetadata().getDeletionTimestamp() != null);

        harness.apply(BrokerCluster.class, CLUSTER);

        Harness.await().untilAsserted(() -> {
            var status = harness.get(BrokerCluster.class, "orders").getStatus();
            assertThat(status).isNotNull();
            assertThat(status.state()).isEqualTo("CleaningUp");
            assertThat(status.conditions())
                    .anySatisfy(condition -> assertThat(condition.message()).contains(DISK));
        });
        assertThat(harness.get(ConfigMap.class, "orders-quorum")).isNull();
        assertThat(harness.get(StatefulSet.class, "orders-broker")).isNull();

        letGo();

        Harness.await().until(() -> harness.get(ConfigMap.class, "orders-quorum") != null);
        assertThat(harness.get(ConfigMap.class, "orders-quorum").getData())
                .containsEntry("born", "false")
                .doesNotContainEntry("cluster.id", formerId);
    }

    @Test
    void disksThatStayAreTakenOver() {
        makeDisk();

        harness.apply(BrokerCluster.class, CLUSTER);

        Harness.await().until(() -> harness.get(ConfigMap.class, "orders-quorum") != null);
        assertThat(harness.get(ConfigMap.class, "orders-quorum").getData())
                .containsEntry("born", "true")
                .containsEntry("cluster.id", formerId);
    }

    private void makeDisk() {
        var disk = new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(DISK)
                .addToLabels(Api.CLUSTER_LABEL, "orders")
                .addToAnnotations(BrokerClusterPlanner.CLUSTER_ID, formerId)
                .addToAnnotations(
                        BrokerClusterPlanner.DIRECTORY_ID, Uuid.randomUuid().toString())
                .withFinalizers("example.com/in-use")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build();
        Harness.client()
                .persistentVolumeClaims()
                .inNamespace(harness.namespace())
                .resource(disk)
                .create();
    }

    private PersistentVolumeClaim disk() {
        return harness.get(PersistentVolumeClaim.class, DISK);
    }

    private void letGo() {
        Harness.write(() -> Harness.client()
                .persistentVolumeClaims()
                .inNamespace(harness.namespace())
                .withName(DISK)
                .edit(disk -> {
                    disk.getMetadata().setFinalizers(List.of());
                    return disk;
                }));
    }
}
