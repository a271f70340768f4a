package io.millrace.broker.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        var file = new MountedFile(mounted, name);
        var row = file.read();
        if (row.isEmpty()) {
            row = new MountedFile(kept, name).read();
        }
        if (row.isEmpty()) {
            LOG.info("waiting for the address {}", file.path());
            row = file.await(MountedFile.FOR_EVER);
        }
        Files.writeString(kept.resolve(name), row.orElseThrow());
        return resolve(row.orElseThrow(), nodeIp);
    }

    /** Puts the node's address in the place of {@code node-ip}. */
    static String resolve(String row, String nodeIp) {
        return row.startsWith(NODE_IP + ":") ? nodeIp + row.substring(NODE_IP.length()) : row;
    }
}
