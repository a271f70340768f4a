package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the operator says about the controllers' quorum ({@code quorum/} of docs/seams.md).
 *
 * @param clusterId id of the Kafka cluster
 * @param initialControllers the first voters, as {@code id@host:port:directory-id} separated by commas
 * @param metadataVersion the metadata.version a cluster is founded with; empty: the newest this version of Kafka knows
 * @param born whether the quorum has once had a leader: then no disk may ever found it again
 */
record Quorum(String clusterId, String initialControllers, Optional<String> metadataVersion, boolean born) {
    Quorum {
        if (clusterId.isBlank()) {
            throw new IllegalArgumentException("the cluster id is empty");
        }
    }

    /** What to do with this node's disk before Kafka starts. */
    sealed interface Formatting {
        /** The disk has been formatted for this cluster. */
        record Keep() implements Formatting {}

        /** An empty disk of a cluster that is about to be founded. */
        record Found(String initialControllers, Optional<String> metadataVersion) implements Formatting {}

        /** An empty disk of a node that joins a quorum that exists. */
        record Join() implements Formatting {}

        /** A disk that belongs to another cluster. */
        record Refuse(String reason) implements Formatting {}
    }

    /**
     * Reads the mounted files.
     *
     * @throws IOException when one that is needed is not there
     */
    static Quorum read(Path folder) throws IOException {
        return new Quorum(
                Files.readString(folder.resolve("cluster.id")).strip(),
                Files.readString(folder.resolve("initial.controllers")).strip(),
                metadataVersion(folder.resolve("metadata.version")),
                Files.exists(folder.resolve("born"))
                        && Files.readString(folder.resolve("born")).strip().equals("true"));
    }

    private static Optional<String> metadataVersion(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    /**
     * Decides about a disk.
     *
     * @param diskClusterId the cluster the disk was formatted for, if it was
     */
    Formatting formatting(Optional<String> diskClusterId) {
        if (diskClusterId.isPresent()) {
            return diskClusterId.get().equals(clusterId)
                    ? new Formatting.Keep()
                    : new Formatting.Refuse("the disk belongs to cluster " + diskClusterId.get() + ", this is cluster "
                            + clusterId + ": refusing to start; attach the right volume, or delete it to start empty");
        }
        return born ? new Formatting.Join() : new Formatting.Found(initialControllers, metadataVersion);
    }
}
