package io.millrace.broker.launcher;

import io.millrace.broker.cluster.QueueCluster;
import io.millrace.broker.log.kafka.KafkaLogs;
import io.millrace.broker.management.ManagedBroker;
import io.millrace.broker.management.ManagementServer;
import io.millrace.broker.model.VirtualHostName;
import io.millrace.broker.server.AmqpLayer;
import io.millrace.broker.server.ServerSettings;
import io.millrace.broker.topology.PasswordHash;
import io.millrace.broker.topology.Permission;
import io.millrace.broker.topology.ResourcePattern;
import io.millrace.broker.topology.TopologyCommand;
import io.millrace.broker.topology.User;
import io.millrace.broker.topology.VirtualHost;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue layer, started as the launcher wants it. */
final class AmqpQueueLayer implements QueueLayer {
    private static final Logger LOG = LoggerFactory.getLogger(AmqpQueueLayer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int METRICS_SECONDS = 5;

    private final Optional<LiveServerSettings> told;
    private final AmqpLayer layer;
    private final QueueCluster cluster;
    private final ManagementServer management;
    private final List<String> endpoints;
    private boolean closed;

    private AmqpQueueLayer(
            Optional<LiveServerSettings> told,
            AmqpLayer layer,
            QueueCluster cluster,
            ManagementServer management,
            List<String> endpoints) {
        this.told = told;
        this.layer = layer;
        this.cluster = cluster;
        this.management = management;
        this.endpoints = endpoints;
    }

    static QueueLayer start(QueueLayerSettings settings) throws Exception {
        var options = QueueOptions.parse(settings.options());
        var tlsEngines = options.amqpTls().map(AmqpTls::engines);
        var managementEngines = settings.managementTls().map(tls -> new ServerEngines("HTTP", tls.files(), false));
        var logs = new KafkaLogs(settings.kafka(), settings.podName(), options.publishLanes(), options.fetchers());
        LOG.debug("connected to the log");
        var told = Optional.ofNullable(settings.options().get(QueuesCommand.SETTINGS_FILE))
                .map(file -> new LiveServerSettings(Path.of(file), options.server()));
        Supplier<ServerSettings> server = told.isPresent() ? told.get() : options::server;
        var layer = new AmqpLayer(logs, settings.podName(), LinkSettingsOf.settings(settings), server);
        try {
            var cluster = layer.start();
            ensureAdministrator(cluster, settings);
            LOG.debug("users and virtual hosts are there");
            if (settings.amqpPort() != QueuesSettings.NO_LISTENER) {
                layer.listen(settings.bindHost(), settings.amqpPort());
            }
            if (tlsEngines.isPresent()) {
                layer.listenTls(
                        settings.bindHost(), options.amqpTls().orElseThrow().port(), tlsEngines.get());
            }
            var broker = new ManagedBroker(
                    settings.podName(),
                    AmqpLayer.PROFILE_VERSION,
                    cluster,
                    logs.topics(),
                    logs.view(),
                    layer,
                    Clock.systemUTC());
            var management = new ManagementServer(broker, settings.bindHost(), settings.managementPort());
            if (managementEngines.isPresent()) {
                management.listenTls(
                        settings.bindHost(),
                        settings.managementTls().orElseThrow().port(),
                        managementEngines.get());
            }
            told.ifPresent(LiveServerSettings::start);
            return new AmqpQueueLayer(told, layer, cluster, management, endpoints(settings, options));
        } catch (IOException | RuntimeException e) {
            layer.close();
            throw e;
        }
    }

    private static List<String> endpoints(QueueLayerSettings settings, QueueOptions options) {
        return Stream.of(
                        Optional.of("amqp " + settings.bindHost() + ":" + settings.amqpPort())
                                .filter(plain -> settings.amqpPort() != QueuesSettings.NO_LISTENER),
                        options.amqpTls().map(tls -> "amqps " + settings.bindHost() + ":" + tls.port()),
                        Optional.of("http " + settings.bindHost() + ":" + settings.managementPort()),
                        settings.managementTls().map(tls -> "https " + settings.bindHost() + ":" + tls.port()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The virtual host {@code /} and somebody who may do everything: guest on a developer's machine, the operator's administrator in a cluster. */
    private static void ensureAdministrator(QueueCluster cluster, QueueLayerSettings settings) throws IOException {
        var name = "guest";
        var password = "guest";
        if (!settings.standalone()) {
            var folder = Path.of(settings.options().getOrDefault(QueuesCommand.ADMIN_FOLDER, ""));
            name = Files.readString(folder.resolve("username")).strip();
            password = Files.readString(folder.resolve("password")).strip();
        }
        cluster.change(
                new TopologyCommand.PutVirtualHost(new VirtualHost(VirtualHostName.DEFAULT, "Default virtual host")),
                PATIENCE);
        if (!cluster.topology().isUser(name, password)) {
            cluster.change(new TopologyCommand.PutUser(administrator(name, password)), PATIENCE);
        }
        var everything = ResourcePattern.of(".*");
        cluster.change(
                new TopologyCommand.PutPermission(
                        new Permission(VirtualHostName.DEFAULT, name, everything, everything, everything)),
                PATIENCE);
    }

    private static User administrator(String name, String password) {
        byte[] salt = new byte[PasswordHash.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new User(name, PasswordHash.of(password, salt), Set.of("administrator"));
    }

    @Override
    public List<String> endpoints() {
        return endpoints;
    }

    @Override
    public MetricSnapshots metrics() {
        return cluster.statistics()
                .thenCombine(
                        layer.connections(),
                        (queues, connections) -> QueueMetrics.of(
                                queues,
                                connections.size(),
                                connections.stream()
                                        .mapToInt(connection ->
                                                connection.channels().size())
                                        .sum(),
                                layer.traffic()))
                .toCompletableFuture()
                .orTimeout(METRICS_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            told.ifPresent(LiveServerSettings::close);
            management.close();
            layer.close();
        }
    }
}
