package io.millrace.broker.launcher;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code queues}: the queue layer of one pod of a cluster, configured by what the operator mounts (docs/seams.md). */
@Command(name = "queues", description = "Runs the queue layer of one node; configured by mounted files.")
final class QueuesCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(QueuesCommand.class);

    /** Options the launcher adds: where the administrator's {@code username} and {@code password} are mounted. */
    static final String ADMIN_FOLDER = "millrace.admin.folder";

    /** The file with the settings, which may be replaced while the queue layer runs. */
    static final String SETTINGS_FILE = "millrace.settings.file";

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final QueueLayer.Starter queueLayer;

    @Option(names = "--pod", defaultValue = "${env:MILLRACE_POD_NAME}", required = true)
    private String podName = "";

    @Option(names = "--config", defaultValue = "/etc/millrace", description = "where the files are mounted")
    private Path mounted = Path.of("/");

    @Option(names = "--bind", defaultValue = "0.0.0.0", description = "address to listen on")
    private String bindHost = "";

    @Option(names = "--probe-port", defaultValue = "9405", description = "probes, metrics and drain")
    private int probePort;

    QueuesCommand(QueueLayer.Starter queueLayer) {
        this.queueLayer = queueLayer;
    }

    @Override
    public Integer call() throws Exception {
        var shutdown = new Shutdown();
        var metrics = new MetricsPage();
        var probes = new Probes(new InetSocketAddress(bindHost, probePort), metrics::text);
        shutdown.closeAtEnd(probes::close);

        var settings = QueuesSettings.parse(MountedProperties.read(settingsFile()));
        LOG.info(
                "queue layer of {} for {}: {}",
                podName,
                settings.cluster(),
                MountedProperties.printable(settings.options()));
        var start = new PatientStart(queueLayer, BETWEEN_TRIES);
        probes.readiness(start);
        var queues = start.start(forQueueLayer(settings));
        shutdown.closeAtEnd(queues::close);
        probes.onDrain(queues::close);
        metrics.add(queues::metrics);
        probes.readiness(queues::problem);
        LOG.info("ready: {}", String.join(", ", queues.endpoints()));
        shutdown.await();
        return 0;
    }

    private Path settingsFile() {
        return mounted.resolve("config/queues.properties");
    }

    private QueueLayerSettings forQueueLayer(QueuesSettings settings) {
        var options = new HashMap<>(settings.options());
        options.put(QueuesSettings.CLUSTER, settings.cluster());
        options.put(QueuesSettings.LINK_PORT, Integer.toString(settings.linkPort()));
        options.put(ADMIN_FOLDER, mounted.resolve("admin").toString());
        options.put(SETTINGS_FILE, settingsFile().toString());
        var files = TlsFiles.ofPod(mounted.resolve("tls"), podName);
        settings.amqpTls().ifPresent(listener -> options.putAll(AmqpTls.ofNode(files, listener)));
        var kafka = new HashMap<String, String>();
        files.clientProperties(settings.bootstrap()).forEach((key, value) -> kafka.put(key, value.toString()));
        return new QueueLayerSettings(
                podName,
                bindHost,
                settings.amqpPort(),
                settings.managementPort(),
                settings.managementTlsPort().map(port -> ManagementTls.ofNode(port, files)),
                kafka,
                Map.copyOf(options),
                false);
    }
}
