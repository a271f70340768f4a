package io.millrace.kube;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * One API server per test JVM. Started at first use, ended with the JVM. Unless asked for by {@link #startControllers},
 * no controller runs beside it: nothing makes pods of StatefulSets and nothing collects garbage.
 *
 * <p>System property or environment variable {@code MILLRACE_KUBE_BIN} names the directory that holds
 * {@code kube-apiserver} and {@code etcd}; tests fail, and never skip, without it.
 */
public final class ApiServer {

    private static final String TOKEN = "test-admin";
    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static final ApiServer SHARED = new ApiServer();

    private final Path bin = binaries();
    private final Path home;
    private final int port;
    private final List<Process> processes = new ArrayList<>();
    private final KubernetesClient client;
    private boolean controllers;

    private ApiServer() {
        try {
            home = Files.createTempDirectory("millrace-apiserver");
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
            var etcdPort = freePort();
            port = freePort();
            startEtcd(etcdPort, freePort());
            startApiServer(etcdPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        client = client(TOKEN);
        Awaitility.await("kube-apiserver, see " + home)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> "ok".equals(client.raw("/readyz")));
    }

    /** Returns the API server of this JVM; the first call starts it and takes some seconds. */
    public static ApiServer shared() {
        return SHARED;
    }

    /** Returns a client with all rights. */
    public KubernetesClient client() {
        return client;
    }

    /** Returns the connection of a client with all rights. */
    public Config config() {
        return config(TOKEN);
    }

    /** Makes a namespace of a name not used before in this JVM. */
    public String newNamespace() {
        var name = "test-" + NAMESPACES.incrementAndGet();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    /** Applies the CRDs in a directory and waits until the API server serves them. */
    public void applyCrds(Path directory) {
        try (var files = Files.list(directory)) {
            for (var file : files.sorted().toList()) {
                var crd = client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .load(file.toFile())
                        .forceConflicts()
                        .serverSideApply();
                awaitServed(crd);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts Kubernetes' own controllers: pods of StatefulSets are made (and stay pending), garbage is collected. */
    public synchronized void startControllers() {
        if (controllers) {
            return;
        }
        controllers = true;
        try {
            var kubeconfig = home.resolve("kubeconfig");
            Files.writeString(kubeconfig, kubeconfig());
            start(
                    "kube-controller-manager",
                    "--kubeconfig=" + kubeconfig,
                    "--leader-elect=false",
                    "--secure-port=0",
                    "--concurrent-namespace-syncs=4",
                    "--controllers=statefulset-controller,garbage-collector-controller,namespace-controller,"
                            + "disruption-controller,persistentvolumeclaim-protection-controller");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a kubeconfig with all rights. */
    public String kubeconfig() {
        return kubeconfig(TOKEN);
    }

    /** Returns a kubeconfig of whom a token belongs to. */
    public String kubeconfig(String token) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
                users: [{name: u, user: {token: %s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(port, token);
    }

    /** Established is said before the storage answers; so it is asked. */
    private void awaitServed(CustomResourceDefinition crd) {
        var path = "/apis/%s/v1alpha1/%s?resourceVersion=0"
                .formatted(crd.getSpec().getGroup(), crd.getSpec().getNames().getPlural());
        Awaitility.await(path)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> client.raw(path) != null);
    }

    private KubernetesClient client(String token) {
        return new KubernetesClientBuilder().withConfig(config(token)).build();
    }

    private Config config(String token) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + port)
                .withOauthToken(token)
                .withTrustCerts(true)
                .withRequestRetryBackoffLimit(0)
                .build();
    }

    private void startEtcd(int clientPort, int peerPort) throws IOException {
        var url = "http://127.0.0.1:" + clientPort;
        start(
                "etcd",
                "--data-dir=" + home.resolve("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-cluster=default=http://127.0.0.1:" + peerPort,
                "--unsafe-no-fsync=true");
    }

    private void startApiServer(int etcdPort) throws IOException {
        var tokens = home.resolve("tokens.csv");
        Files.writeString(tokens, TOKEN + ",admin,admin,system:masters\n");
        var key = home.resolve("service-account.key");
        Files.writeString(key, privateKeyPem());
        start(
                "kube-apiserver",
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + home.resolve("certificates"),
                "--token-auth-file=" + tokens,
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.0.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--disable-admission-plugins=ServiceAccount",
                "--endpoint-reconciler-type=none");
    }

    private void start(String program, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(bin.resolve(program).toString()));
        command.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(program + ".log").toFile())
                .start());
    }

    private void stop() {
        processes.reversed().forEach(Process::destroyForcibly);
        try (var files = Files.walk(home)) {
            for (var process : processes) {
                process.waitFor(5, TimeUnit.SECONDS);
            }
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException | InterruptedException e) {
            // The JVM is going down; what is left lies in the temporary folder.
            return;
        }
    }

    private static Path binaries() {
        var name = System.getProperty("MILLRACE_KUBE_BIN", System.getenv("MILLRACE_KUBE_BIN"));
        if (name == null || !Files.isExecutable(Path.of(name, "kube-apiserver"))) {
            throw new IllegalStateException("MILLRACE_KUBE_BIN must name the directory that holds kube-apiserver and"
                    + " etcd (it is " + name + "). ./dev test builds them and sets it.");
        }
        return Path.of(name);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String privateKeyPem() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var encoded = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
