package io.millrace.broker.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A whole broker of both protocols in this process, on free ports. */
public final class StandaloneBroker implements AutoCloseable {
    private final KafkaNode node;
    private final QueueLayer queues;
    private final int amqpPort;
    private final int httpPort;

    /** Returns when it serves. */
    public StandaloneBroker(Path data) throws IOException {
        this(data, Map.of());
    }

    /** As {@link #StandaloneBroker(Path)}, with settings of docs/configuration.md. */
    public StandaloneBroker(Path data, Map<String, String> settings) throws IOException {
        this(data, settings, Map.of());
    }

    /** The same with settings of Kafka's. */
    public StandaloneBroker(Path data, Map<String, String> settings, Map<String, String> kafka) throws IOException {
        this(data, settings, kafka, Optional.empty());
    }

    /** The same with TLS for the management API, too. */
    StandaloneBroker(
            Path data, Map<String, String> settings, Map<String, String> kafka, Optional<ManagementTls> managementTls)
            throws IOException {
        amqpPort = FreePorts.next();
        httpPort = FreePorts.next();
        node = KafkaNode.standalone(FreePorts.next(), FreePorts.next(), data, kafka);
        node.start();
        try {
            queues = AmqpQueueLayer.start(new QueueLayerSettings(
                    "standalone-0",
                    "localhost",
                    amqpPort,
                    httpPort,
                    managementTls,
                    Map.of("bootstrap.servers", node.bootstrap()),
                    settings,
                    true));
        } catch (IOException e) {
            node.close();
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            node.close();
            throw new IllegalStateException(e);
        }
    }

    /** {@code host:port} for Kafka clients. */
    public String bootstrap() {
        return node.bootstrap();
    }

    public int amqpPort() {
        return amqpPort;
    }

    public int httpPort() {
        return httpPort;
    }

    @Override
    public void close() {
        queues.close();
        node.close();
    }
}
