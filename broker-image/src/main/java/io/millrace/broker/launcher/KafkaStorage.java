package io.millrace.broker.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.Feature;

/** The directory a Kafka node keeps its log in, and its first formatting (KIP-853). */
final class KafkaStorage {
    private static final String META_PROPERTIES = "meta.properties";

    private final Path directory;

    KafkaStorage(Path directory) {
        this.directory = directory;
    }

    /**
     * The cluster this directory was formatted for.
     *
     * @return empty when it has not been formatted yet
     * @throws IOException when the directory cannot be read
     */
    Optional<String> clusterId() throws IOException {
        var file = directory.resolve(META_PROPERTIES);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var meta = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            meta.load(in);
        }
        return Optional.ofNullable(meta.getProperty("cluster.id"));
    }

    /**
     * Formats an empty directory.
     *
     * @param nodeId the node it belongs to
     * @param clusterId the cluster it belongs to
     * @param controllerListener name of the controllers' listener
     * @param initialControllers the first voters; empty for a node that joins a quorum that exists
     * @throws IOException when the directory cannot be written or belongs to something else
     */
    void format(int nodeId, String clusterId, String controllerListener, Optional<DynamicVoters> initialControllers)
            throws IOException {
        Files.createDirectories(directory);
        try (var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            var formatter = new Formatter()
                    .setPrintStream(quiet)
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setNodeId(nodeId)
                    .setClusterId(clusterId)
                    .setControllerListenerName(controllerListener)
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .setHasDynamicQuorum(true);
            initialControllers.ifPresent(formatter::setInitialControllers);
            formatter.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot format " + directory, e);
        }
    }
}
