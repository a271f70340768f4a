package io.millrace.broker.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

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
     * What a cluster is founded with.
     *
     * @param voters the first voters; empty for a node that joins a quorum that exists
     * @param metadataVersion the metadata.version whose feature levels it has; empty: the newest
     */
    record Founding(Optional<DynamicVoters> voters, Optional<MetadataVersion> metadataVersion) {
        /** A node that joins takes everything from those that are there. */
        static final Founding NONE = new Founding(Optional.empty(), Optional.empty());

        /**
         * Reads it.
         *
         * @param voters as {@code id@host:port:directory-id} separated by commas
         * @throws IOException when this version of Kafka does not know the metadata.version
         */
        static Founding by(String voters, Optional<String> metadataVersion) throws IOException {
            return new Founding(
                    Optional.of(DynamicVoters.parse(voters)),
                    metadataVersion.isEmpty() ? Optional.empty() : Optional.of(known(metadataVersion.get())));
        }

        private static MetadataVersion known(String name) throws IOException {
            return Arrays.stream(MetadataVersion.VERSIONS)
                    .filter(MetadataVersion::isProduction)
                    .filter(version -> version.version().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> new IOException("this version of Kafka knows no metadata.version %s, only up to %s"
                                    .formatted(name, MetadataVersion.LATEST_PRODUCTION)));
        }
    }

    /**
     * Formats an empty directory.
     *
     * @param nodeId the node it belongs to
     * @param clusterId the cluster it belongs to
     * @param controllerListener name of the controllers' listener
     * @param founding what the cluster is founded with, if it is founded now
     * @throws IOException when the directory cannot be written or belongs to something else
     */
    void format(int nodeId, String clusterId, String controllerListener, Founding founding) throws IOException {
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
            founding.voters().ifPresent(formatter::setInitialControllers);
            founding.metadataVersion().ifPresent(formatter::setReleaseVersion);
            formatter.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot format " + directory, e);
        }
    }
}
