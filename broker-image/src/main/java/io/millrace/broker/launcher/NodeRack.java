package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which rack this node is ({@code pod/} of docs/seams.md): what Kubernetes says by a label of the pod, else what the operator
 * says once the pod has come to a node. It may not be there, so a node waits for it only so long, and then goes by what it was
 * told last.
 */
final class NodeRack {
    static final String TOPOLOGY = "topology";
    static final String RACK = "rack";
    /** What the operator says of a node that is in no rack; no rack has this name. */
    static final String NONE = "-";

    private static final Logger LOG = LoggerFactory.getLogger(NodeRack.class);

    private final Path mounted;
    private final MountedFile kept;
    private final Patience patience;

    /**
     * How long a node waits.
     *
     * @param first if it was never told a rack
     * @param later if it was: that is nearly always still right, and a restart is not to take long because the operator is away
     */
    record Patience(Duration first, Duration later) {
        static final Patience USUAL = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    /**
     * @param mounted folder of the pod's metadata; a pod that has none is in no rack
     * @param disk the node's disk, which keeps what it was told last
     */
    NodeRack(Path mounted, Path disk, Patience patience) {
        this.mounted = mounted;
        this.kept = new MountedFile(disk, RACK);
        this.patience = patience;
    }

    /** Waits until it is known; empty if this node is in no rack. */
    Optional<String> await() throws IOException, InterruptedException {
        if (!Files.isDirectory(mounted)) {
            return Optional.empty();
        }
        var told = new MountedFile(mounted, TOPOLOGY).read();
        if (told.isEmpty()) {
            told = awaitOperator();
        }
        if (told.isPresent()) {
            Files.createDirectories(kept.folder());
            Files.writeString(kept.path(), told.get());
        } else {
            told = kept.read();
            LOG.warn(
                    "nobody says which rack this pod is in; going on {}",
                    told.map(rack -> "with what was said last: " + rack).orElse("without one"));
        }
        return told.filter(rack -> !rack.equals(NONE));
    }

    private Optional<String> awaitOperator() throws IOException, InterruptedException {
        var file = new MountedFile(mounted, RACK);
        var told = file.read();
        if (told.isPresent()) {
            return told;
        }
        var atMost = kept.read().isPresent() ? patience.later() : patience.first();
        LOG.info(
                "waiting, {} s at most, for the operator to say which rack this pod is in ({})",
                atMost.toSeconds(),
                file.path());
        return file.await(atMost);
    }
}
