package io.millrace.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.millrace.operator.fixture.Specs;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.trust.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pods of dedicated controllers, and what of the brokers is otherwise beside them. */
class ControllerStatefulSetTest {

    private static final String LISTENERS = """
            listeners:
            - {name: kafka, protocol: kafka, port: %d, type: nodeport, tls: true}
            """;
    private static final String DEDICATED = """
            replicas: 3
            storage: {size: 10Gi, storageClass: large, onDelete: Delete}
            controllers:
              replicas: 3
              storage: {size: 2Gi, storageClass: fast}
              resources: {requests: {cpu: 300m}, limits: {memory: 1Gi}}
            """;

    private final BrokerClusterIntent intent = Specs.orders(DEDICATED + LISTENERS.formatted(9092));
    private final StatefulSet set = set(intent);
    private final Container log = only(set);

    @Test
    void podsAreMadeAtOnceAndRestartedByTheOperatorAlone() {
        assertThat(set.getMetadata().getName()).isEqualTo("orders-controller");
        assertThat(set.getSpec().getReplicas()).isEqualTo(3);
        assertThat(set.getSpec().getServiceName()).isEqualTo("orders-nodes");
        assertThat(set.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
        assertThat(set.getSpec().getUpdateStrategy().getType()).isEqualTo("OnDelete");
    }

    @Test
    void theirDisksAreTheirOwnAndGoWithThoseOfTheBrokers() {
        var claim = set.getSpec().getVolumeClaimTemplates().getFirst();

        assertThat(claim.getMetadata().getName()).isEqualTo("data");
        assertThat(claim.getMetadata().getLabels()).containsEntry("millrace.io/cluster", "orders");
        assertThat(claim.getSpec().getStorageClassName()).isEqualTo("fast");
        assertThat(claim.getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("2Gi"));
        assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy().getWhenDeleted())
                .isEqualTo("Delete");
        assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy().getWhenScaled())
                .isEqualTo("Delete");
    }

    @Test
    void theOnlyContainerIsThatOfTheLogWithTheFilesThatItReads() {
        assertThat(log.getName()).isEqualTo("log");
        assertThat(log.getArgs()).containsExactly("log");
        assertThat(log.getImage()).isEqualTo("broker:1");
        assertThat(log.getRestartPolicy()).isNull();
        assertThat(log.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .containsExactlyInAnyOrder(
                        "/var/lib/millrace",
                        "/tmp",
                        "/etc/millrace/config",
                        "/etc/millrace/quorum",
                        "/etc/millrace/tls");
        assertThat(log.getEnv())
                .extracting(EnvVar::getName)
                .containsExactly("MILLRACE_POD_NAME", "MILLRACE_NAMESPACE", "MILLRACE_NODE_IP", "JDK_JAVA_OPTIONS");
        assertThat(log.getPorts())
                .extracting(ContainerPort::getName, ContainerPort::getContainerPort)
                .containsExactly(tuple("controller", 9090), tuple("log-health", 9404));
        assertThat(log.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
        assertThat(log.getResources().getRequests()).containsOnlyKeys("cpu");
        assertThat(log.getResources().getLimits()).containsOnlyKeys("memory");
    }

    @Test
    void whatIsMountedIsThere() {
        var volumes = new ArrayList<>(set.getSpec().getTemplate().getSpec().getVolumes().stream()
                .map(Volume::getName)
                .toList());
        volumes.add("data");

        assertThat(log.getVolumeMounts()).extracting(VolumeMount::getName).containsExactlyInAnyOrderElementsOf(volumes);
    }

    @Test
    void podsKeepTheRestrictedStandard() {
        var pod = set.getSpec().getTemplate().getSpec();
        var broker = BrokerPod.template(intent, "").getSpec();

        assertThat(pod.getSecurityContext()).isEqualTo(broker.getSecurityContext());
        assertThat(log.getSecurityContext())
                .isEqualTo(broker.getInitContainers().getFirst().getSecurityContext());
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    void whatSelectsThemSelectsNoBrokerAndTheNamesOfAllAreInOneService() {
        var controller = set.getSpec().getTemplate().getMetadata().getLabels();
        var broker = BrokerPod.template(intent, "").getMetadata().getLabels();
        var budget = BrokerPdb.ofControllers(intent, new OwnerReference())
                .getSpec()
                .getSelector()
                .getMatchLabels();
        var policy = BrokerNetworkPolicy.ofControllers(intent, new OwnerReference())
                .getSpec()
                .getPodSelector()
                .getMatchLabels();

        assertThat(Stream.of(set.getSpec().getSelector().getMatchLabels(), budget, policy))
                .allSatisfy(selector -> {
                    assertThat(controller).containsAllEntriesOf(selector);
                    assertThat(selects(selector, broker)).isFalse();
                });
        assertThat(Services.of(intent, new OwnerReference())).allSatisfy(service -> {
            var selector = service.getSpec().getSelector();
            assertThat(selects(selector, broker) || selector.containsKey("statefulset.kubernetes.io/pod-name"))
                    .isTrue();
            assertThat(selects(selector, controller))
                    .as(service.getMetadata().getName())
                    .isEqualTo(service.getMetadata().getName().equals("orders-nodes"));
        });
        assertThat(selects(
                        BrokerPdb.of(intent, new OwnerReference())
                                .getSpec()
                                .getSelector()
                                .getMatchLabels(),
                        controller))
                .isFalse();
    }

    @Test
    void theyKeepApartFromEachOtherAndMayRunBesideBrokers() {
        var pod = set.getSpec().getTemplate().getSpec();
        var own = set.getSpec().getSelector().getMatchLabels();

        assertThat(pod.getTopologySpreadConstraints()).singleElement().satisfies(spread -> assertThat(
                        spread.getLabelSelector().getMatchLabels())
                .isEqualTo(own));
        assertThat(pod.getAffinity().getPodAntiAffinity().getPreferredDuringSchedulingIgnoredDuringExecution())
                .singleElement()
                .satisfies(term -> assertThat(
                                term.getPodAffinityTerm().getLabelSelector().getMatchLabels())
                        .isEqualTo(own));
    }

    @Test
    void aListenerRestartsBrokersAndNoControllerAndWhatKafkaReadsAtItsStartBoth() {
        var otherPort = set(Specs.orders(DEDICATED + LISTENERS.formatted(9093)));
        var otherSetting = set(Specs.orders(DEDICATED + LISTENERS.formatted(9092) + "config: {num.partitions: '7'}"));
        var otherNumber = set(Specs.orders(
                DEDICATED.replace("replicas: 3\n  storage: {size: 2Gi", "replicas: 5\n  storage: {size: 2Gi")
                        + LISTENERS.formatted(9092)));

        assertThat(otherPort.getSpec().getTemplate()).isEqualTo(set.getSpec().getTemplate());
        assertThat(otherSetting.getSpec().getTemplate())
                .isNotEqualTo(set.getSpec().getTemplate());
        assertThat(otherNumber.getSpec().getTemplate())
                .isNotEqualTo(set.getSpec().getTemplate());
    }

    @Test
    void allNodesAreToldWhoTheControllersAreAndBrokersListenForNone() {
        assertThat(BrokerConfigMap.log(intent)).containsEntry("millrace.controllers", "1000,1001,1002");
        assertThat(BrokerConfigMap.queues(intent).get("millrace.bootstrap"))
                .startsWith("orders-broker-0.orders-nodes.shop.svc:9091,");
        assertThat(new Identity("id", Map.of(1000, "directory"), false).initialControllers(intent::host))
                .isEqualTo("1000@orders-controller-0.orders-nodes.shop.svc:9090:directory");
        assertThat(Door.inner(intent))
                .filteredOn(door -> door.port() == 9090)
                .extracting(Door::host)
                .containsExactly(
                        "orders-controller-0.orders-nodes.shop.svc",
                        "orders-controller-1.orders-nodes.shop.svc",
                        "orders-controller-2.orders-nodes.shop.svc");
        assertThat(BrokerPod.template(intent, "")
                        .getSpec()
                        .getInitContainers()
                        .getFirst()
                        .getPorts())
                .extracting(ContainerPort::getName)
                .doesNotContain("controller");
    }

    @Test
    void aCertificateNamesTheControllerAndNothingThatClientsConnectTo() {
        var wish = CertificateWish.node(intent, 1002, Outside.UNKNOWN);

        assertThat(wish.subject()).isEqualTo("CN=orders-controller-2,O=millrace");
        assertThat(wish.hosts())
                .containsExactlyInAnyOrder(
                        "orders-controller-2.orders-nodes.shop.svc",
                        "orders-controller-2.orders-nodes.shop.svc.cluster.local",
                        "orders-controller-2.orders-nodes.shop",
                        "orders-controller-2.orders-nodes",
                        "localhost");
        assertThat(wish.addresses()).isEmpty();
    }

    @Test
    void aNameOfAPodTellsTheNode() {
        assertThat(List.of(
                        "orders-broker-12",
                        "orders-controller-2",
                        "data-orders-controller-0",
                        "my-controller-broker-3"))
                .extracting(Names::node)
                .containsExactly(12, 1002, 1000, 3);
    }

    private static boolean selects(Map<String, String> selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }

    private static StatefulSet set(BrokerClusterIntent intent) {
        return ControllerStatefulSet.of(intent, intent.dedicated().orElseThrow(), "", new OwnerReference());
    }

    private static Container only(StatefulSet set) {
        var pod = set.getSpec().getTemplate().getSpec();
        assertThat(pod.getInitContainers()).isEmpty();
        assertThat(pod.getContainers()).hasSize(1);
        return pod.getContainers().getFirst();
    }
}
