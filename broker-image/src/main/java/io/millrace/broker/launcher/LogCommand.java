package io.millrace.broker.launcher;

import io.millrace.broker.launcher.KafkaStorage.Founding;
import io.millrace.broker.log.kafka.PlacementFeed;
import io.millrace.broker.model.PodName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code log}: one Kafka node of a cluster, configured by what the operator mounts (docs/seams.md). */
@Command(name = "log", description = "Runs one node of the replicated log; configured by mounted files.")
final class LogCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(LogCommand.class);

    @Option(names = "--pod", defaultValue = "${env:MILLRACE_POD_NAME}", required = true)
    private String podName = "";

    @Option(names = "--namespace", defaultValue = "${env:MILLRACE_NAMESPACE}", required = true)
    private String namespace = "";

    @Option(names = "--node-ip", defaultValue = "${env:MILLRACE_NODE_IP}")
    private String nodeIp = "";

    @Option(names = "--config", defaultValue = "/etc/millrace", description = "where the files are mounted")
    private Path mounted = Path.of("/");

    @Option(names = "--data", defaultValue = "/var/lib/millrace", description = "the node's disk")
    private Path disk = Path.of("/");

    @Option(names = "--bind", defaultValue = "0.0.0.0", description = "address to listen on")
    private String bindHost = "";

    @Option(names = "--probe-port", defaultValue = "9404", description = "probes and metrics")
    private int probePort;

    @Override
    public Integer call() throws Exception {
        var shutdown = new Shutdown();
        var metrics = new MetricsPage();
        var probes = new Probes(new InetSocketAddress(bindHost, probePort), metrics::text);
        shutdown.closeAtEnd(probes::close);

        var node = configured();
        LOG.info(
                "node {} of {}: {}",
                node.pod().nodeId(),
                node.settings().cluster(),
                MountedProperties.printable(node.kafkaProperties()));
        var refusal = format(node);
        if (refusal.isPresent()) {
            LOG.error("{}", refusal.get());
            return 1;
        }
        var kafka = new KafkaNode(node.kafkaProperties(), node.replicationEndpoint());
        shutdown.closeAtEnd(kafka::close);
        kafka.start();
        if (node.isBroker()) {
            var placement =
                    new PlacementFeed(node.tls().clientProperties(node.replicationEndpoint()), node.logDirectory());
            shutdown.closeAtEnd(placement::close);
        }
        var health = new NodeHealth(node);
        shutdown.closeAtEnd(health::close);
        probes.readiness(health);
        LOG.info("ready");
        shutdown.await();
        return 0;
    }

    private LogNode configured() throws IOException, InterruptedException {
        var pod = PodName.parse(podName);
        var settings = LogSettings.parse(MountedProperties.read(mounted.resolve("config/log.properties")));
        var rows = new AddressRows(mounted.resolve("addresses"), disk.resolve("addresses"), nodeIp);
        var rack = new NodeRack(mounted.resolve("pod"), disk, NodeRack.Patience.USUAL);
        var isBroker = pod.role() == PodName.Role.BROKER;
        return new LogNode(
                pod,
                namespace,
                bindHost,
                settings,
                rows.await(pod.nodeId(), isBroker ? settings.listeners() : List.of()),
                isBroker ? rack.await() : Optional.empty(),
                TlsFiles.ofPod(mounted.resolve("tls"), podName),
                disk.resolve("log").toString());
    }

    /** Formats the disk where that is due; says why not where that is wrong. */
    private Optional<String> format(LogNode node) throws IOException {
        var quorum = Quorum.read(mounted.resolve("quorum"));
        var storage = new KafkaStorage(Path.of(node.logDirectory()));
        return switch (quorum.formatting(storage.clusterId())) {
            case Quorum.Formatting.Keep() -> Optional.empty();
            case Quorum.Formatting.Refuse(var reason) -> Optional.of(reason);
            case Quorum.Formatting.Join() -> {
                LOG.info("formatting an empty disk to join cluster {}", quorum.clusterId());
                storage.format(node.pod().nodeId(), quorum.clusterId(), LogNode.CONTROLLER, Founding.NONE);
                yield Optional.empty();
            }
            case Quorum.Formatting.Found(var controllers, var metadataVersion) -> {
                LOG.info("formatting an empty disk to found cluster {}", quorum.clusterId());
                var founding = Founding.by(controllers, metadataVersion);
                storage.format(node.pod().nodeId(), quorum.clusterId(), LogNode.CONTROLLER, founding);
                yield Optional.empty();
            }
        };
    }
}
