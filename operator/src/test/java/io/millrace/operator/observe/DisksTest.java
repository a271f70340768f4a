package io.millrace.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.fixture.Caches;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.plan.BrokerClusterPlanner;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisksTest {

    @Test
    void disksThatStaySayWhoseTheyAre() {
        var former = former(disk(0, "a"), disk(1, "b"));

        assertThat(former.identity()).contains(new Identity("id", Map.of(0, "a", 1, "b"), true));
        assertThat(former.going()).isEmpty();
    }

    @Test
    void disksThatAreGoingSayNothingAndAreWaitedFor() {
        var former = former(going(disk(1, "b")), going(disk(0, "a")));

        assertThat(former.identity()).isEmpty();
        assertThat(former.going()).contains("PersistentVolumeClaim data-orders-broker-0");
    }

    @Test
    void diskThatIsGoingIsNotWaitedForWhereOthersStay() {
        var former = former(going(disk(0, "a")), disk(1, "b"));

        assertThat(former.identity()).contains(new Identity("id", Map.of(1, "b"), true));
        assertThat(former.going()).isEmpty();
    }

    @Test
    void disksOfAStatefulSetThatHasGoneGoWithIt() {
        var former = former(ownedBy("gone", disk(0, "a")), set("there"));

        assertThat(former.identity()).isEmpty();
        assertThat(former.going()).isPresent();
    }

    @Test
    void disksOfTheStatefulSetThatIsThereStay() {
        assertThat(former(ownedBy("there", disk(0, "a")), set("there")).identity())
                .isPresent();
    }

    @Test
    void newDisksThatNothingWasWrittenToAreNobodys() {
        var former = former(new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data-orders-broker-0")
                .endMetadata()
                .build());

        assertThat(former.identity()).isEmpty();
        assertThat(former.going()).isEmpty();
    }

    private static Disks.Former former(HasMetadata... objects) {
        return Disks.former(Caches.of(Specs.cluster("replicas: 3\nstorage: {size: 1Gi}"), objects));
    }

    private static PersistentVolumeClaim disk(int node, String directory) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data-orders-broker-" + node)
                .addToAnnotations(BrokerClusterPlanner.CLUSTER_ID, "id")
                .addToAnnotations(BrokerClusterPlanner.DIRECTORY_ID, directory)
                .endMetadata()
                .build();
    }

    private static PersistentVolumeClaim going(PersistentVolumeClaim disk) {
        disk.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        return disk;
    }

    private static PersistentVolumeClaim ownedBy(String uid, PersistentVolumeClaim disk) {
        disk.addOwnerReference(new OwnerReferenceBuilder()
                .withApiVersion("apps/v1")
                .withKind("StatefulSet")
                .withName("orders-broker")
                .withUid(uid)
                .build());
        return disk;
    }

    private static StatefulSet set(String uid) {
        return new StatefulSetBuilder()
                .withNewMetadata()
                .withUid(uid)
                .endMetadata()
                .build();
    }
}
