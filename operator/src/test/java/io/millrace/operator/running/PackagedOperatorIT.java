package io.millrace.operator.running;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimList;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.api.v1alpha1.User;
import io.millrace.kube.ApiServer;
import io.millrace.operator.fixture.Harness;
import io.millrace.operator.fixture.Helm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator as it is shipped: the packaged application, with the rights the chart gives it and no more. */
class PackagedOperatorIT {

    private final ApiServer server = ApiServer.shared();
    private final List<Running> operators = new ArrayList<>();
    private String namespace = "";
    private Path kubeconfig;

    /** One process of it. */
    private record Running(String name, int port, Path log, Process process) {}

    @BeforeEach
    void prepare() throws IOException {
        server.applyCrds(Path.of("../crds/target/crds"));
        server.startControllers();
        namespace = server.newNamespace();
        applyRightsOfTheChart();
        kubeconfig = Path.of("target/packaged-operator.kubeconfig");
        Files.writeString(kubeconfig, server.kubeconfig(token()));
    }

    private Running start(String name, Map<String, String> environment) throws IOException {
        var port = freePort();
        var log = Path.of("target", name + ".log");
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dquarkus.http.port=" + port,
                "-jar",
                "target/quarkus-app/quarkus-run.jar");
        builder.environment().put("KUBECONFIG", kubeconfig.toAbsolutePath().toString());
        builder.environment().putAll(environment);
        var process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        var running = new Running(name, port, log, process);
        operators.add(running);
        return running;
    }

    @AfterEach
    void stop() {
        operators.forEach(running -> running.process().destroyForcibly());
    }

    @Test
    void startsAndMakesAClusterWithTheRightsOfTheChart() throws IOException, InterruptedException {
        var operator = start("packaged-operator", Map.of());
        awaitReady(operator);

        server.client().resource(BROKER_CLUSTER).inNamespace(namespace).create();
        server.client()
                .load(Files.newInputStream(Path.of("../examples/quickstart/10-topics.yaml")))
                .inNamespace(namespace)
                .serverSideApply();
        server.client()
                .load(Files.newInputStream(Path.of("../examples/quickstart/30-users.yaml")))
                .inNamespace(namespace)
                .serverSideApply();

        awaitStatefulSet("orders-broker");
        Harness.await().untilAsserted(() -> {
            assertThat(state(BrokerCluster.class, "orders")).contains("reason=Creating");
            assertThat(state(Topic.class, "order-events")).contains("reason=ClusterNotReady");
            assertThat(state(User.class, "app")).contains("reason=ClusterNotReady");
        });
        growDisks();
        assertThat(get(operator, "/metrics").body()).contains("operator_sdk");
        assertThat(Files.readString(operator.log())).doesNotContain("Forbidden", "forbidden");
        assertThat(lease()).isNull();
    }

    /** Claims are patched, their class is read, and the StatefulSet is deleted and made again. */
    private void growDisks() {
        server.client()
                .resource(new StorageClassBuilder()
                        .withNewMetadata()
                        .withName("packaged")
                        .endMetadata()
                        .withProvisioner("example.com/none")
                        .withAllowVolumeExpansion(true)
                        .build())
                .serverSideApply();
        var claims = server.client().persistentVolumeClaims().inNamespace(namespace);
        Harness.await().until(() -> claims.list().getItems().size() == 3);
        bind(claims, "1Gi");
        var before = statefulSet("orders-broker").getMetadata().getUid();
        server.client()
                .resources(BrokerCluster.class)
                .inNamespace(namespace)
                .withName("orders")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"storage\":{\"size\":\"2Gi\"}}}");
        Harness.await().until(() -> claims.list().getItems().stream().allMatch(claim -> claim.getSpec()
                .getResources()
                .getRequests()
                .get("storage")
                .equals(new Quantity("2Gi"))));

        bind(claims, "2Gi");

        Harness.await()
                .until(
                        () -> statefulSet("orders-broker"),
                        set -> set != null && !set.getMetadata().getUid().equals(before));
    }

    /** What the storage does. */
    private static void bind(
            NonNamespaceOperation<PersistentVolumeClaim, PersistentVolumeClaimList, Resource<PersistentVolumeClaim>>
                    claims,
            String size) {
        claims.list()
                .getItems()
                .forEach(found ->
                        Harness.write(() -> claims.withName(found.getMetadata().getName())
                                .editStatus(claim -> new PersistentVolumeClaimBuilder(claim)
                                        .editOrNewStatus()
                                        .withPhase("Bound")
                                        .withCapacity(Map.of("storage", new Quantity(size)))
                                        .endStatus()
                                        .build())));
    }

    @Test
    void anotherOperatorTakesOverWhenTheOneThatActsIsKilled() throws IOException {
        for (var name : List.of("operator-a", "operator-b")) {
            awaitReady(start(
                    name,
                    Map.of("QUARKUS_PROFILE", "prod,ha", "MILLRACE_NAMESPACE", namespace, "MILLRACE_POD_NAME", name)));
        }
        server.client().resource(BROKER_CLUSTER).inNamespace(namespace).create();
        awaitStatefulSet("orders-broker");
        var first = lease().getSpec().getHolderIdentity();

        var begin = System.nanoTime();
        operators.stream().filter(running -> running.name().equals(first)).forEach(running -> running.process()
                .destroyForcibly());
        server.client()
                .apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName("orders-broker")
                .delete();

        awaitStatefulSet("orders-broker");
        System.out.println("taken over after " + Duration.ofNanos(System.nanoTime() - begin));
        assertThat(lease().getSpec().getHolderIdentity()).isNotEqualTo(first);
        for (var running : operators) {
            assertThat(Files.readString(running.log())).doesNotContain("Forbidden", "forbidden");
        }
    }

    private Lease lease() {
        return server.client()
                .leases()
                .inNamespace(namespace)
                .withName("millrace-operator")
                .get();
    }

    private void awaitReady(Running operator) {
        Harness.await().ignoreExceptions().until(() -> get(operator, "/readyz").statusCode() == 200);
    }

    private void awaitStatefulSet(String name) {
        Harness.await().until(() -> statefulSet(name), Objects::nonNull);
    }

    private @Nullable StatefulSet statefulSet(String name) {
        return server.client()
                .resources(StatefulSet.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private static final BrokerCluster BROKER_CLUSTER =
            io.fabric8.kubernetes.client.utils.Serialization.unmarshal("""
            apiVersion: millrace.io/v1alpha1
            kind: BrokerCluster
            metadata: {name: orders}
            spec:
              replicas: 3
              storage: {size: 1Gi, storageClass: packaged, onDelete: Delete}
            """, BrokerCluster.class);

    private String state(Class<? extends io.fabric8.kubernetes.client.CustomResource<?, ?>> kind, String name) {
        return String.valueOf(server.client()
                .resources(kind)
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getStatus());
    }

    private void applyRightsOfTheChart() throws IOException {
        var rights = Helm.template(namespace, "--set", "replicas=2", "--show-only", "templates/rbac.yaml");
        try (var yaml = new ByteArrayInputStream(rights.getBytes(StandardCharsets.UTF_8))) {
            List<io.fabric8.kubernetes.api.model.HasMetadata> objects =
                    server.client().load(yaml).items();
            assertThat(objects).hasAtLeastOneElementOfType(ClusterRole.class);
            objects.forEach(
                    object -> server.client().resource(object).forceConflicts().serverSideApply());
        }
    }

    private String token() {
        return server.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName("millrace-operator")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(List.of())
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    private static HttpResponse<String> get(Running operator, String path) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + operator.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
