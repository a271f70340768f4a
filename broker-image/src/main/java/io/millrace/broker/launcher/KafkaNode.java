package io.millrace.broker.launcher;

import io.millrace.broker.launcher.KafkaStorage.Founding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * One Kafka node in this process: broker, controller or both. The storage must be formatted before.
 *
 * <p>A fault that Kafka cannot survive ends the process, as it does in Kafka's own launcher.
 */
public final class KafkaNode implements AutoCloseable {
    private final String bootstrap;
    private final KafkaRaftServer server;

    /**
     * Prepares a node; nothing listens yet.
     *
     * @param properties Kafka's properties, complete
     * @param bootstrap the address this process reaches the broker at
     */
    public KafkaNode(Map<String, String> properties, String bootstrap) {
        this.bootstrap = bootstrap;
        server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    }

    /**
     * A broker and its controller in one, on loopback, for development. An empty directory is formatted; one that was used before is
     * taken up again.
     *
     * @param kafkaPort port for clients
     * @param controllerPort port of the controller, for this process only; may differ from start to start
     * @param dataDirectory where everything is kept
     * @return a node that is not started
     * @throws IOException when the directory cannot be formatted
     */
    public static KafkaNode standalone(int kafkaPort, int controllerPort, Path dataDirectory) throws IOException {
        return standalone(kafkaPort, controllerPort, dataDirectory, Map.of());
    }

    /** The same with Kafka settings of the user's own, which win. */
    static KafkaNode standalone(int kafkaPort, int controllerPort, Path dataDirectory, Map<String, String> own)
            throws IOException {
        var settings = new StandaloneKafka(kafkaPort, controllerPort, dataDirectory.resolve("log"), own);
        var storage = new KafkaStorage(settings.logDirectory());
        if (storage.clusterId().isEmpty()) {
            var voter = "%d@%s:%s".formatted(StandaloneKafka.NODE_ID, settings.controllerEndpoint(), Uuid.randomUuid());
            storage.format(
                    StandaloneKafka.NODE_ID,
                    Uuid.randomUuid().toString(),
                    StandaloneKafka.CONTROLLER_LISTENER,
                    Founding.by(voter, Optional.empty()));
        }
        return new KafkaNode(settings.properties(), settings.bootstrap());
    }

    /**
     * Starts the node and returns once it serves: a broker has registered with the controllers and is unfenced.
     *
     * @throws RuntimeException when it cannot start, for instance because a port is taken
     */
    public void start() {
        server.startup();
    }

    /** The address of the broker's client listener in the form {@code host:port}. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Returns when the node has ended. */
    public void awaitEnd() {
        server.awaitShutdown();
    }

    /** Shuts the node down: the broker first (handing over what it leads, if it may), then the controller. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
