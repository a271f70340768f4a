package io.millrace.operator.desired;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.millrace.api.v1alpha1.ListenerProtocol;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.intent.ContainerIntent;
import io.millrace.operator.intent.ListenerIntent;
import java.util.ArrayList;
import java.util.List;

/** The two containers of a broker pod, and the only one of a dedicated controller's ({@code docs/seams.md}). */
final class BrokerContainers {

    private static final int LOG_HEALTH = 9404;
    private static final int QUEUES_HEALTH = 9405;
    private static final String ADDRESSES = "addresses";
    /** An address that has moved must not be remembered: pods come back with another one. */
    private static final String DNS_CACHE = "-Dsun.net.inetaddr.ttl=5 -Dsun.net.inetaddr.negative.ttl=0";

    private BrokerContainers() {}

    static Container log(BrokerClusterIntent intent) {
        var ports = new ArrayList<ContainerPort>();
        if (intent.dedicated().isEmpty()) {
            ports.add(port("controller", 9090));
        }
        ports.add(port("replication", 9091));
        ports.add(port("log-health", LOG_HEALTH));
        intent.listeners().stream()
                .filter(listener -> listener.protocol() == ListenerProtocol.KAFKA)
                .forEach(listener -> ports.add(port(listener.name(), listener.port())));
        return log(intent, intent.log())
                .withPorts(ports)
                .addToVolumeMounts(mount(PodRack.VOLUME, PodRack.FOLDER))
                .build();
    }

    /** That of a dedicated controller: the same program with another role, which it has by the name of its pod. */
    static Container controller(BrokerClusterIntent intent, ContainerIntent wanted) {
        return log(intent, wanted)
                .withPorts(port("controller", 9090), port("log-health", LOG_HEALTH))
                .removeMatchingFromVolumeMounts(mount -> ADDRESSES.equals(mount.getName()))
                .build();
    }

    private static ContainerBuilder log(BrokerClusterIntent intent, ContainerIntent wanted) {
        return container(intent, "log", wanted)
                .withStartupProbe(probe("/startupz", LOG_HEALTH, 2, 150))
                .withLivenessProbe(probe("/livez", LOG_HEALTH, 10, 6))
                .withReadinessProbe(probe("/readyz", LOG_HEALTH, 3, 2));
    }

    static Container asSidecar(Container log) {
        return new ContainerBuilder(log).withRestartPolicy("Always").build();
    }

    static Container queues(BrokerClusterIntent intent) {
        var ports = new ArrayList<ContainerPort>();
        if (intent.amqp(true).isEmpty() || intent.amqp(false).isPresent()) {
            ports.add(port("amqp", intent.amqp(false).map(ListenerIntent::port).orElse(5672)));
        }
        intent.amqp(true).ifPresent(listener -> ports.add(port("amqps", listener.port())));
        ports.add(port("management", intent.managementPort()));
        intent.managementTls().ifPresent(listener -> ports.add(port("management-tls", listener.port())));
        ports.add(port("links", 25672));
        ports.add(port("queues-health", QUEUES_HEALTH));
        return container(intent, "queues", intent.queueLayer())
                .withPorts(ports)
                .addToVolumeMounts(mount("admin", "/etc/millrace/admin"))
                .withStartupProbe(probe("/livez", QUEUES_HEALTH, 2, 60))
                .withLivenessProbe(probe("/livez", QUEUES_HEALTH, 10, 6))
                .withReadinessProbe(probe("/readyz", QUEUES_HEALTH, 3, 2))
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand("wget", "-q", "-T", "60", "-O", "-", "--post-data=", drainUrl())
                .endExec()
                .endPreStop()
                .endLifecycle()
                .build();
    }

    private static String drainUrl() {
        return "http://127.0.0.1:" + QUEUES_HEALTH + "/drain";
    }

    private static ContainerBuilder container(BrokerClusterIntent intent, String name, ContainerIntent wanted) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(intent.image())
                .withImagePullPolicy("IfNotPresent")
                .withArgs(name)
                // What a container that does not start said last is shown where people look: at the pod, and in our
                // status.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withEnv(environment(wanted))
                .withVolumeMounts(mounts())
                .withNewResources()
                .withRequests(wanted.requests())
                .withLimits(wanted.limits())
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext();
    }

    private static List<EnvVar> environment(ContainerIntent wanted) {
        var options = new ArrayList<>(wanted.javaOptions());
        options.add(DNS_CACHE);
        return List.of(
                field("MILLRACE_POD_NAME", "metadata.name"),
                field("MILLRACE_NAMESPACE", "metadata.namespace"),
                field("MILLRACE_NODE_IP", "status.hostIP"),
                new EnvVarBuilder()
                        .withName("JDK_JAVA_OPTIONS")
                        .withValue(String.join(" ", options))
                        .build());
    }

    private static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withApiVersion("v1")
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static List<VolumeMount> mounts() {
        return List.of(
                mount("data", "/var/lib/millrace"),
                mount("tmp", "/tmp"),
                mount("config", "/etc/millrace/config"),
                mount("quorum", "/etc/millrace/quorum"),
                mount(ADDRESSES, "/etc/millrace/addresses"),
                mount("tls", "/etc/millrace/tls"));
    }

    private static VolumeMount mount(String name, String path) {
        return new VolumeMountBuilder().withName(name).withMountPath(path).build();
    }

    private static ContainerPort port(String name, int port) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(port)
                .withProtocol("TCP")
                .build();
    }

    private static Probe probe(String path, int port, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString(port))
                .withScheme("HTTP")
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(3)
                .withFailureThreshold(failures)
                .build();
    }
}
