package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimConditionBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.NodeStatus;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.LaterClock;
import io.millrace.operator.fixture.LocalConnections;
import io.millrace.operator.fixture.Parts;
import io.millrace.operator.fixture.SingleBroker;
import io.millrace.operator.observe.BrokerClusterObserver;
import io.millrace.operator.observe.WaitingTopics;
import io.millrace.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Disks that grow, on the real API server with the StatefulSet controller and the garbage collector. This stands in for the storage:
 * it binds the claim, and grows its volume.
 */
class DiskGrowthIT {

    private static final String CLAIM = "data-orders-broker-0";

    private final LaterClock clock = new LaterClock();
    private Harness harness;
    private SingleBroker broker;

    @BeforeEach
    void start() {
        var connections = new LocalConnections();
        var parts = new Parts();
        harness = new Harness(
                parts,
                List.of(parts.clusters(
                        connections, new BrokerClusterObserver(connections, clock, new WaitingTopics()), clock)));
        broker = new SingleBroker(harness);
        storageClass("grows", true);
        storageClass("rigid", false);
        broker.found();
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void aDiskGrowsAndThePodGoesOnWithAStatefulSetThatIsMadeAgain() {
        become("grows", "1Gi", "  rolling: {restartAt: monday}\n");
        var pod = broker.pod();
        var before = set();
        assertThat(disks()).containsExactly("1Gi");

        // What restartAt was stays, and is in the StatefulSet alone.
        apply("grows", "2Gi", "");
        Harness.await().until(() -> asked().equals("2Gi"));
        Harness.await().untilAsserted(() -> assertThat(ready()).contains("Growing", "0 of 1 disks have grown to 2Gi"));
        assertThat(set().getMetadata().getUid()).isEqualTo(uid(before));
        has("2Gi");

        Harness.await()
                .until(() -> isOther(set(), uid(before)) && isOwner(set(), broker.pod()) && isOwner(set(), claim()));
        Harness.await().until(() -> state().equals("Ready"));
        assertThat(template()).isEqualTo("2Gi");
        assertThat(disks()).containsExactly("2Gi");
        assertThat(uid(broker.pod())).isEqualTo(uid(pod));
        assertThat(broker.pod().getMetadata().getLabels())
                .isEqualTo(pod.getMetadata().getLabels());
        assertThat(set().getStatus().getUpdateRevision())
                .isEqualTo(before.getStatus().getUpdateRevision());
        assertThat(revisions()).singleElement().satisfies(revision -> assertThat(isOwner(set(), revision))
                .isTrue());
        assertThat(events("Restarting")).isEmpty();
        assertThat(events("Growing"))
                .anySatisfy(told -> assertThat(told).contains(CLAIM, "1Gi -> 2Gi"))
                .anySatisfy(told -> assertThat(told).contains("made again for disks of 2Gi"));
        Harness.await().until(() -> events("Grown").equals(List.of("all disks have 2Gi")));
        assertThat(events("DriftRepaired")).isEmpty();
    }

    @Test
    void aRetainedDiskBelongsToNobodyBeforeAndAfterwards() {
        become("grows", "1Gi", "  storage: {size: 1Gi, storageClass: grows, onDelete: Retain}\n");
        var before = set();

        apply("grows", "2Gi", "  storage: {size: 2Gi, storageClass: grows, onDelete: Retain}\n");
        Harness.await().until(() -> asked().equals("2Gi"));
        has("2Gi");

        Harness.await().until(() -> isOther(set(), uid(before)) && isOwner(set(), broker.pod()));
        Harness.await().until(() -> state().equals("Ready"));
        assertThat(claim().getMetadata().getOwnerReferences()).isEmpty();
    }

    @Test
    void aBrokerIsRestartedOnceForAFileSystemThatDoesNotGrowInUse() {
        become("grows", "1Gi", "");
        var first = uid(broker.pod());
        // Both times are in whole seconds: this pod is from before the wait, and any other from after its beginning.
        var since =
                Instant.parse(broker.pod().getMetadata().getCreationTimestamp()).plusSeconds(1);
        Harness.await().until(() -> !Instant.now().isBefore(since));

        apply("grows", "2Gi", "");
        Harness.await().until(() -> asked().equals("2Gi"));
        claim(status -> status.setConditions(List.of(new PersistentVolumeClaimConditionBuilder()
                .withType("FileSystemResizePending")
                .withStatus("True")
                .withLastTransitionTime(since.toString())
                .build())));
        Harness.await().untilAsserted(() -> assertThat(ready()).contains("its file system is about to: " + CLAIM));
        assertThat(uid(broker.pod())).isEqualTo(first);

        clock.pass(Duration.ofMinutes(5));
        Harness.await().until(() -> isOther(broker.pod(), first));
        assertThat(events("Restarting"))
                .singleElement()
                .asString()
                .contains("orders-broker-0: the file system of its disk can grow now");

        claim(status -> status.setConditions(List.of()));
        has("2Gi");
        broker.becomeReady();
        Harness.await().until(() -> template().equals("2Gi"));
        assertThat(events("Restarting")).hasSize(1);
    }

    @Test
    void whatCannotBeIsRefusedAndTakenBack() {
        become("rigid", "2Gi", "");
        var set = uid(set());

        apply("rigid", "3Gi", "");
        Harness.await().untilAsserted(() -> assertThat(ready())
                .contains(
                        "True/StorageRefused",
                        "StorageClass rigid does not say allowVolumeExpansion",
                        "set spec.storage.size to 2Gi"));
        assertThat(condition("Stalled")).contains("True/StorageRefused");
        apply("rigid", "1Gi", "");
        Harness.await().untilAsserted(() -> assertThat(ready())
                .contains("True/StorageRefused", "disks are of 2Gi: a disk cannot shrink"));
        assertThat(asked()).isEqualTo("2Gi");
        assertThat(uid(set())).isEqualTo(set);
        Harness.await().until(() -> !events("StorageRefused").isEmpty());

        apply("rigid", "2Gi", "");
        Harness.await().until(() -> state().equals("Ready"));
        assertThat(condition("Stalled")).isEmpty();
    }

    @Test
    void aFailureIsShownInTheWordsOfTheStorageAndEndsWhenItIsGivenUp() {
        become("grows", "1Gi", "");

        apply("grows", "2Gi", "");
        Harness.await().until(() -> asked().equals("2Gi"));
        claim(status -> {
            status.setAllocatedResourceStatuses(Map.of("storage", "ControllerResizeInfeasible"));
            status.setConditions(List.of(new PersistentVolumeClaimConditionBuilder()
                    .withType("ControllerResizeError")
                    .withStatus("True")
                    .withMessage("the pool is full")
                    .build()));
        });

        Harness.await().untilAsserted(() -> assertThat(ready())
                .contains(
                        "True/GrowthFailed",
                        "disk " + CLAIM + " has 1Gi and could not grow to 2Gi",
                        "ControllerResizeInfeasible",
                        "the pool is full"));
        assertThat(template()).isEqualTo("1Gi");

        apply("grows", "1Gi", "");
        Harness.await().until(() -> state().equals("Ready"));
    }

    private void become(String storageClass, String size, String more) {
        apply(storageClass, size, more);
        Harness.await().until(() -> claim() != null);
        has(size);
        broker.becomeReady();
    }

    private void apply(String storageClass, String size, String more) {
        var storage = more.contains("storage:")
                ? ""
                : "  storage: {size: %s, storageClass: %s, onDelete: Delete}\n".formatted(size, storageClass);
        harness.apply(BrokerCluster.class, """
                apiVersion: millrace.io/v1alpha1
                kind: BrokerCluster
                metadata: {name: orders}
                spec:
                  replicas: 1
                """ + storage + more);
    }

    private static void storageClass(String name, boolean grows) {
        Harness.client()
                .resource(new StorageClassBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withProvisioner("example.com/none")
                        .withAllowVolumeExpansion(grows)
                        .build())
                .serverSideApply();
    }

    /** The volume, and the file system on it, have a size. */
    private void has(String size) {
        claim(status -> status.setCapacity(Map.of("storage", new Quantity(size))));
    }

    private void claim(Consumer<PersistentVolumeClaimStatus> change) {
        Harness.write(() -> Harness.client()
                .persistentVolumeClaims()
                .inNamespace(harness.namespace())
                .withName(CLAIM)
                .editStatus(claim -> {
                    var status = claim.getStatus() == null
                            ? new PersistentVolumeClaimStatusBuilder().build()
                            : claim.getStatus();
                    status.setPhase("Bound");
                    change.accept(status);
                    claim.setStatus(status);
                    return claim;
                }));
    }

    private PersistentVolumeClaim claim() {
        return harness.get(PersistentVolumeClaim.class, CLAIM);
    }

    private String asked() {
        return String.valueOf(claim().getSpec().getResources().getRequests().get("storage"));
    }

    private StatefulSet set() {
        return harness.get(StatefulSet.class, "orders-broker");
    }

    private String template() {
        var set = set();
        return set == null
                ? ""
                : String.valueOf(set.getSpec()
                        .getVolumeClaimTemplates()
                        .getFirst()
                        .getSpec()
                        .getResources()
                        .getRequests()
                        .get("storage"));
    }

    private List<ControllerRevision> revisions() {
        return Harness.client()
                .apps()
                .controllerRevisions()
                .inNamespace(harness.namespace())
                .list()
                .getItems();
    }

    /** It may go between two looks. */
    private static boolean isOther(@Nullable HasMetadata now, String uid) {
        return now != null && !uid(now).equals(uid);
    }

    private static String uid(HasMetadata object) {
        return object.getMetadata().getUid();
    }

    private static boolean isOwner(StatefulSet set, HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .toList()
                .equals(List.of(uid(set)));
    }

    private BrokerCluster cluster() {
        return harness.get(BrokerCluster.class, "orders");
    }

    private String state() {
        return cluster().getStatus().state();
    }

    private List<String> disks() {
        Harness.await().until(() -> cluster().getStatus().nodes().getFirst().disk() != null);
        return cluster().getStatus().nodes().stream().map(NodeStatus::disk).toList();
    }

    private String ready() {
        return condition("Ready");
    }

    private String condition(String type) {
        return Conditions.find(cluster().getStatus().conditions(), type)
                .map(condition -> condition.status() + "/" + condition.reason() + ": " + condition.message())
                .orElse("");
    }

    private List<String> events(String reason) {
        return Harness.client().v1().events().inNamespace(harness.namespace()).list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .map(Event::getMessage)
                .toList();
    }
}
