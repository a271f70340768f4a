package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses to advertise that only the outside knows ({@code addresses/} of docs/seams.md): rows that the operator writes. A row once
 * seen is kept on the node's disk, so that a restart does not depend on it.
 */
final class AddressRows {
    private static final Logger LOG = LoggerFactory.getLogger(AddressRows.class);
    private static final String NODE_IP = "node-ip";

    private final Path mounted;
    private final Path kept;
    private final String nodeIp;

    AddressRows(Path mounted, Path kept, String nodeIp) {
        this.mounted = mounted;
        this.kept = kept;
        this.nodeIp = nodeIp;
    }

    /** Waits until every listener that needs one has its row; returns them by listener name. */
    Map<String, String> await(int nodeId, List<ClientListener> listeners) throws IOException, InterruptedException {
        var addresses = new HashMap<String, String>();
        for (var listener : listeners) {
            if (listener.type().hasAddressRow()) {
                addresses.put(listener.name(), await(listener.name() + "." + nodeId));
            }
        }
        return addresses;
    }

    private String await(String name) throws IOException, InterruptedException {
        Files.createDirectories(kept);
        var row = read(mounted.resolve(name));
        if (row.isEmpty()) {
            row = read(kept.resolve(name));
        }
        if (row.isEmpty()) {
            LOG.info("waiting for the address {}", mounted.resolve(name));
            row = Optional.of(awaitMounted(name));
        }
        Files.writeString(kept.resolve(name), row.get());
        return resolve(row.get(), nodeIp);
    }

    private String awaitMounted(String name) throws IOException, InterruptedException {
        try (var watch = mounted.getFileSystem().newWatchService()) {
            mounted.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (true) {
                var row = read(mounted.resolve(name));
                if (row.isPresent()) {
                    return row.get();
                }
                // Mounted ConfigMaps are replaced by renaming a link, which not every file system reports.
                var changed = watch.poll(2, TimeUnit.SECONDS);
                if (changed != null) {
                    changed.pollEvents();
                    changed.reset();
                }
            }
        }
    }

    private static Optional<String> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(file).strip()).filter(row -> !row.isEmpty());
    }

    /** Puts the node's address in the place of {@code node-ip}. */
    static String resolve(String row, String nodeIp) {
        return row.startsWith(NODE_IP + ":") ? nodeIp + row.substring(NODE_IP.length()) : row;
    }
}
